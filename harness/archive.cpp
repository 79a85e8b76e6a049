#include "harness/archive.hpp"

#include "harness/packed.hpp"

#include <cstdio>
#include <filesystem>

namespace connspec {

void Archive::add(std::string name, std::function<std::string()> text) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace_back(std::move(name), std::move(text));
  changed_.notify_one();
}

std::string Archive::finish() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  return problem_;
}

void Archive::work() {
  while (true) {
    Entry entry;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      entry = std::move(waiting_.front());
      waiting_.pop_front();
    }
    append(folder_ + "/" + entry.first, packed(entry.second()));
  }
}

void Archive::append(const std::string& path, const std::string& bytes) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  std::FILE* file = std::fopen(path.c_str(), "ab");
  bool kept = file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (file) kept = std::fclose(file) == 0 && kept;
  if (!kept && problem_.empty()) problem_ = "cannot write " + path;
}

}  // namespace connspec
