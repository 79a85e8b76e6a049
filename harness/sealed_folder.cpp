#include "harness/sealed_folder.hpp"

#include "harness/seal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>

namespace connspec {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_files = 100'000;
constexpr std::size_t biggest_file = 2'000'000'000;
constexpr std::size_t digest_digits = 64;

/// Printable, as a message may show it whatever somebody called a file.
std::string shown(std::string_view name) {
  std::string text;
  for (const char c : name) text += c >= 0x20 && c < 0x7f ? c : '?';
  return text;
}

/// Whether a name leads to a file within the folder, whatever is in it.
bool stays_inside(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != name.npos) return false;
  for (std::size_t at = 0; at <= name.size();) {
    const auto slash = std::min(name.find('/', at), name.size());
    const auto part = name.substr(at, slash - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = slash + 1;
  }
  return true;
}

bool is_digest(std::string_view text) {
  return text.size() == digest_digits &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_of_the_seal(std::string_view name) {
  return name == manifest_name || name == signature_name;
}

}  // namespace

std::optional<std::string> read_plain_file(const std::string& path, std::string& error) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  struct stat state {};
  if (file < 0 || ::fstat(file, &state) != 0) {
    error = std::strerror(errno);
    if (file >= 0) ::close(file);
    return std::nullopt;
  }
  const auto size = static_cast<std::size_t>(state.st_size);
  if (!S_ISREG(state.st_mode) || size > biggest_file) {
    error = S_ISREG(state.st_mode) ? "it is too big" : "it is no plain file";
    ::close(file);
    return std::nullopt;
  }
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const auto piece = ::read(file, bytes.data() + got, size - got);
    if (piece < 0 && errno == EINTR) continue;
    if (piece <= 0) break;
    got += static_cast<std::size_t>(piece);
  }
  ::close(file);
  bytes.resize(got);
  return bytes;
}

SealedFolder::SealedFolder(std::string path) : path_(std::move(path)) {
  list();
  if (!problems_.empty()) return;
  check_manifest();
}

void SealedFolder::list() {
  std::error_code error;
  if (!fs::is_directory(path_, error)) {
    problems_.push_back(fmt::format("{} is no folder", shown(path_)));
    return;
  }
  fs::recursive_directory_iterator entry(path_, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    const auto name = fs::path(entry->path()).lexically_relative(path_).generic_string();
    const auto status = entry->symlink_status(error);
    if (error) break;
    if (fs::is_directory(status)) continue;
    if (!fs::is_regular_file(status)) {
      problems_.push_back(
          fmt::format("{}: it is no plain file, but a link or a device", shown(name)));
      continue;
    }
    if (!is_of_the_seal(name)) names_.insert(name);
    if (names_.size() > most_files) {
      problems_.push_back(fmt::format("there are more than {} files", most_files));
      return;
    }
  }
  if (error) problems_.push_back(fmt::format("{}: {}", shown(path_), error.message()));
}

std::optional<std::string> SealedFolder::read(const std::string& name) const {
  std::string ignored;
  return stays_inside(name) ? read_plain_file(path_ + "/" + name, ignored) : std::nullopt;
}

void SealedFolder::check_manifest() {
  auto text = read(std::string(manifest_name));
  if (!text) {
    problems_.push_back(fmt::format("{} is missing", manifest_name));
    return;
  }
  manifest_ = std::move(*text);
  signature_ = read(std::string(signature_name));
  std::map<std::string, std::string> sums;
  std::size_t number = 0;
  for (std::string_view rest = manifest_; !rest.empty();) {
    ++number;
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    const bool whole = end != rest.npos && line.size() > digest_digits + 2 &&
                       is_digest(line.substr(0, digest_digits)) &&
                       line.substr(digest_digits, 2) == "  ";
    const std::string name(whole ? line.substr(digest_digits + 2) : "");
    if (!whole || !stays_inside(name) || is_of_the_seal(name)) {
      problems_.push_back(fmt::format("{}: line {} names no file of this folder with its sum",
                                      manifest_name, number));
      return;
    }
    if (!sums.emplace(name, line.substr(0, digest_digits)).second)
      problems_.push_back(fmt::format("{}: is listed twice in {}", shown(name), manifest_name));
  }
  for (const auto& [name, sum] : sums) {
    if (!has(name)) {
      problems_.push_back(fmt::format("{}: is missing", shown(name)));
      continue;
    }
    const auto bytes = read(name);
    if (!bytes || sha256_of(*bytes) != sum)
      problems_.push_back(fmt::format("{}: has been changed; its SHA-256 sum is not that of {}",
                                      shown(name), manifest_name));
  }
  for (const auto& name : names_)
    if (!sums.contains(name))
      problems_.push_back(fmt::format("{}: is not listed in {}", shown(name), manifest_name));
}

std::string manifest_of(const std::string& folder) {
  std::map<std::string, std::string> sums;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto name = entry.path().lexically_relative(folder).generic_string();
    std::string error;
    const auto bytes = read_plain_file(entry.path().string(), error);
    if (!is_of_the_seal(name) && bytes) sums[name] = sha256_of(*bytes);
  }
  std::string text;
  for (const auto& [name, sum] : sums) text += fmt::format("{}  {}\n", sum, name);
  return text;
}

}  // namespace connspec
