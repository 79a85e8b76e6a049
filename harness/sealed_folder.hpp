// A folder whose files are listed with their SHA-256 sums in MANIFEST, as sha256sum writes
// them, and MANIFEST perhaps signed.
//
// A folder that is read may be anybody's: nothing is followed out of it, and what is too big to
// be one of ours is not read.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

inline constexpr std::string_view manifest_name = "MANIFEST";
inline constexpr std::string_view signature_name = "MANIFEST.sig";

class SealedFolder {
 public:
  explicit SealedFolder(std::string path);

  /// What keeps its files from being those of MANIFEST, each named. None: they are.
  const std::vector<std::string>& problems() const { return problems_; }
  /// Relative, with slashes: all but MANIFEST and its signature.
  const std::set<std::string>& names() const { return names_; }
  bool has(const std::string& name) const { return names_.contains(name); }
  /// The bytes of a file; unset where it is not there or cannot be read.
  std::optional<std::string> read(const std::string& name) const;
  /// Of the bytes that are read.
  const std::string& manifest() const { return manifest_; }
  const std::optional<std::string>& signature() const { return signature_; }

 private:
  void list();
  void check_manifest();

  std::string path_;
  std::set<std::string> names_;
  std::vector<std::string> problems_;
  std::string manifest_;
  std::optional<std::string> signature_;
};

/// The text of MANIFEST for a folder as it is.
std::string manifest_of(const std::string& folder);

/// A whole file, no longer than that; follows no link. Unset with a sentence.
std::optional<std::string> read_plain_file(const std::string& path, std::string& error);

}  // namespace connspec
