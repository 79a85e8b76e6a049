// How a case is called in files that others read and compare from run to run.
//
// Nothing but the id and the role of the run goes into it: no title, no address, no number, so
// that a history does not break when one of these changes.
#pragma once

#include "harness/verdict.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace connspec {

/// What stands between the slashes. At least one, perhaps empty.
std::vector<std::string_view> parts_of(std::string_view id);

/// In JUnit `server/close/option/ends/label` is the suite `server.close`, the class
/// `connspec.server.close.option` and the name `ends/label`. A run of another role than the
/// first folder names has its role in front (`connspec.gateway.server.close.option`): a
/// server's cases are played through proxies too, and one file may hold both.
struct Identity {
  std::string suite = {};
  std::string class_name = {};
  std::string name = {};
};
Identity identity_of(std::string_view role, std::string_view id);

/// `server/close/option/ends/label` of its class and name again.
std::string id_of(std::string_view class_name, std::string_view name);

/// `transcripts/server/close/option/ends/label.txt`: safe on every file system, with the role
/// in front as above.
std::string transcript_path(std::string_view role, std::string_view id);

/// `captures/server/close/option/ends/label.pcapng`: likewise.
std::string capture_path(std::string_view role, std::string_view id);

/// The type of a failure or an error: the reason, with a hyphen whatever it is, since bare
/// words mean something to some readers. A way is called `way-launders`; anything else without
/// a hyphen `reason-…`; without a reason `not-met`.
std::string type_of(const Result& result);

}  // namespace connspec
