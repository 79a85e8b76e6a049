// The catalogue of requirements: the rows of cases/requirements.tsv.
#pragma once

#include "script.hpp"

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace connspec {

/// One row. Views into the text of the catalogue.
struct Requirement {
  std::string_view id;
  std::string_view source;   ///< `RFC9112`.
  std::string_view section;  ///< `9.6`.
  std::string_view also;     ///< Other places that say the same.
  std::string_view role;     ///< The party that it binds, in the words of the RFC.
  std::string_view level;
  std::string_view on_fail_core;    ///< FAIL, WARN or INFO.
  std::string_view on_fail_strict;  ///< The same for the strict grade.
  std::string_view sut;             ///< `server,proxy,gateway`.
  std::string_view profiles;        ///< `server-core,proxy-core`.
  std::string_view requirement;
  std::string_view testable;
  std::string_view why_not_testable;  ///< `-` if it is.

  /// Whether it binds at least one of these kinds of implementation.
  bool binds(Roles roles) const;
  /// Whether its column `profiles` has this name.
  bool is_in(std::string_view profile) const;
};

class Catalogue {
 public:
  Catalogue() = default;
  /// `text` is a table of tabs with a row of names, and outlives the catalogue.
  explicit Catalogue(std::string_view text);

  bool empty() const { return rows_.empty(); }
  std::span<const Requirement> rows() const { return rows_; }
  /// Null if there is none of that id.
  const Requirement* find(std::string_view id) const;
  /// What the text lacks; empty if it could be read.
  const std::string& error() const { return error_; }

 private:
  std::vector<Requirement> rows_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::string error_;
};

/// Whether `RFC 9112 section 9.6`, or `RFC 9112 appendix C.2.2`, names the section of this row
/// or one that contains it.
bool names_section(std::string_view spec, const Requirement& row);

/// `9` contains `9.6`, `9.6` contains itself, and neither contains `96`.
bool contains_section(std::string_view section, std::string_view other);

}  // namespace connspec
