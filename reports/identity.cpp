#include "reports/identity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

namespace connspec {

namespace {

constexpr std::size_t longest_file_name = 120;  // Half of what file systems take at least.

bool has_role_in_front(std::string_view role, std::string_view first_folder) {
  return !role.empty() && role != first_folder;
}

bool is_safe(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
}

/// FNV-1a, so that two long names that begin alike stay two.
std::uint32_t digest(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
  return hash;
}

std::string safe_name(std::string_view part) {
  std::string name(part);
  std::ranges::replace_if(
      name, [](char byte) { return !is_safe(byte); }, '-');
  if (name.empty() || name.front() == '.') name.insert(0, 1, '_');
  if (name == part && name.size() <= longest_file_name) return name;
  name.resize(std::min(name.size(), longest_file_name));
  return fmt::format("{}-{:08x}", name, digest(part));
}

}  // namespace

std::vector<std::string_view> parts_of(std::string_view id) {
  std::vector<std::string_view> parts;
  for (;;) {
    std::size_t slash = id.find('/');
    parts.push_back(id.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    id.remove_prefix(slash + 1);
  }
}

Identity identity_of(std::string_view role, std::string_view id) {
  std::vector<std::string_view> parts = parts_of(id);
  std::size_t folders = std::min<std::size_t>(3, parts.size() - 1);
  std::string in_front = has_role_in_front(role, parts[0]) ? std::string(role) + "." : "";
  Identity out{.suite = in_front, .class_name = "connspec." + in_front};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    bool is_folder = i < folders;
    if (i < std::min<std::size_t>(2, folders)) (out.suite += i > 0 ? "." : "") += parts[i];
    if (is_folder) (out.class_name += i > 0 ? "." : "") += parts[i];
    if (!is_folder) (out.name += i > folders ? "/" : "") += parts[i];
  }
  if (folders == 0) out.suite += "cases";
  if (folders == 0) out.class_name += "cases";
  if (out.name.empty()) out.name = "unnamed";
  return out;
}

std::string id_of(std::string_view class_name, std::string_view name) {
  for (std::string_view prefix : {"connspec.", "gateway.", "forward."})
    if (class_name.starts_with(prefix)) class_name.remove_prefix(prefix.size());
  std::string id(class_name);
  std::ranges::replace(id, '.', '/');
  return fmt::format("{}/{}", id, name);
}

static std::string path_of_case(std::string_view folder, std::string_view role,
                                std::string_view id, std::string_view ending) {
  std::vector<std::string_view> parts = parts_of(id);
  std::string path(folder);
  if (has_role_in_front(role, parts[0])) path += "/" + safe_name(role);
  for (std::string_view part : parts) path += "/" + safe_name(part);
  return path.append(ending);
}

std::string transcript_path(std::string_view role, std::string_view id) {
  return path_of_case("transcripts", role, id, ".txt");
}

std::string capture_path(std::string_view role, std::string_view id) {
  return path_of_case("captures", role, id, ".pcapng");
}

std::string type_of(const Result& result) {
  std::string type = result.reason;
  std::ranges::replace_if(
      type, [](char byte) { return !is_safe(byte); }, '-');
  if (type.empty()) return "not-met";
  if (type.find('-') != std::string::npos) return type;
  return fmt::format("{}-{}", result.reason == result.taken ? "way" : "reason", type);
}

}  // namespace connspec
