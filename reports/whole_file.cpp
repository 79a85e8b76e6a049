#include "reports/whole_file.hpp"

#include "reports/text.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace connspec {

namespace fs = std::filesystem;

WholeFile::WholeFile(std::string path) : path_(std::move(path)) { open(); }

void WholeFile::open() {
  if (is_standard_output(path_)) {
    file_ = ::fdopen(::dup(STDOUT_FILENO), "wb");
    if (file_ == nullptr) fail(errno);
    return;
  }
  std::error_code error;
  fs::path place = fs::weakly_canonical(path_, error);
  place_ = error || place.empty() ? path_ : place.string();
  fs::file_status status = fs::status(place_, error);
  if (fs::is_directory(status)) return fail(EISDIR);
  const bool nameless = !fs::exists(status) && fs::exists(path_, error);  // Open, and deleted.
  if (nameless || (fs::exists(status) && !fs::is_regular_file(status))) {
    file_ = std::fopen(path_.c_str(), "wb");
    if (file_ == nullptr) fail(errno);
    return;
  }
  if (fs::path folder = fs::path(place_).parent_path(); !folder.empty()) {
    fs::create_directories(folder, error);
    if (error) return fail(error.value());
  }
  open_temporary();
}

/// Under a name that no other file has: the number of this process, and one more if need be.
void WholeFile::open_temporary() {
  fs::path place(place_);
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string name = fmt::format(".connspec-{}-{}.tmp", ::getpid(), attempt);
    temporary_ = (place.parent_path() / name).string();
    int descriptor = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST) continue;
    if (descriptor >= 0) file_ = ::fdopen(descriptor, "wb");
    break;
  }
  if (file_ != nullptr) return;
  int error = errno;
  temporary_.clear();
  fail(error);
}

WholeFile::~WholeFile() {
  if (file_ != nullptr) std::fclose(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void WholeFile::fail(int error) {
  if (!error_)
    error_ = fmt::format("cannot write {}: {}", text::one_line(path_), std::strerror(error));
}

void WholeFile::write(std::string_view bytes) {
  if (file_ == nullptr || error_ || bytes.empty()) return;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail(errno);
}

std::optional<std::string> WholeFile::finish() {
  if (file_ != nullptr && std::fclose(std::exchange(file_, nullptr)) != 0) fail(errno);
  if (!error_ && !temporary_.empty()) {
    if (std::rename(temporary_.c_str(), place_.c_str()) != 0)
      fail(errno);
    else
      temporary_.clear();
  }
  return error_;
}

bool is_standard_output(const std::string& path) {
  struct stat named {};
  struct stat output {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &output) == 0 &&
         named.st_dev == output.st_dev && named.st_ino == output.st_ino;
}

std::optional<std::string> write_whole_file(const std::string& path, std::string_view bytes) {
  WholeFile file(path);
  file.write(bytes);
  return file.finish();
}

}  // namespace connspec
