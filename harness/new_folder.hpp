// A folder that is there as a whole or not at all.
#pragma once

#include <string>

namespace connspec {

/// A folder that comes to be under another name, and takes its own when it is whole.
class NewFolder {
 public:
  explicit NewFolder(const std::string& path);
  ~NewFolder() { remove(); }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  const std::string& temporary() const { return temporary_; }
  const std::string& path() const { return path_; }

  /// A sentence, where it cannot be made.
  std::string make();
  /// A sentence, where it cannot take its name.
  std::string finish();

 private:
  void remove();

  std::string path_;
  std::string temporary_;
  bool made_ = false;
};

}  // namespace connspec
