// A file that is either there as a whole or not at all.
//
// What is written goes to a new file in the same folder, which takes the name at the end. What
// is no regular file, and whatever standard output is, is written to directly.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace connspec {

class WholeFile {
 public:
  /// Folders on the way to `path` are made.
  explicit WholeFile(std::string path);
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void write(std::string_view bytes);

  /// Puts the file in its place. `cannot write out/junit.xml: No space left on device`, and
  /// then there is nothing new at `path`.
  std::optional<std::string> finish();

 private:
  void open();
  void open_temporary();
  void fail(int error);

  std::string path_;       ///< As given, for messages.
  std::string place_;      ///< Behind symbolic links.
  std::string temporary_;  ///< Empty: written directly.
  std::FILE* file_ = nullptr;
  std::optional<std::string> error_;
};

/// Whether `path` leads to where standard output goes.
bool is_standard_output(const std::string& path);

/// All of it at once.
std::optional<std::string> write_whole_file(const std::string& path, std::string_view bytes);

}  // namespace connspec
