#include "harness/new_folder.hpp"

#include <fmt/format.h>

#include <filesystem>

#include <unistd.h>

namespace connspec {

namespace fs = std::filesystem;

namespace {

std::string trimmed(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

NewFolder::NewFolder(const std::string& path)
    : path_(trimmed(path)), temporary_(fmt::format("{}.{}.partial", path_, ::getpid())) {}

std::string NewFolder::make() {
  std::error_code error;
  if (fs::symlink_status(path_, error).type() != fs::file_type::not_found)
    return fmt::format("{} is there already; a certificate is never written over", path_);
  const auto parent = fs::path(path_).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (!fs::create_directory(temporary_, error) || error)
    return fmt::format("cannot make {}: {}", temporary_, error.message());
  made_ = true;
  return {};
}

std::string NewFolder::finish() {
  std::error_code error;
  fs::rename(temporary_, path_, error);
  if (error) return fmt::format("cannot write {}: {}", path_, error.message());
  made_ = false;
  return {};
}

void NewFolder::remove() {
  std::error_code ignored;
  if (made_) fs::remove_all(temporary_, ignored);
  made_ = false;
}

}  // namespace connspec
