#include "reports/json_lines.hpp"

#include "reports/run_json_writer.hpp"
#include "reports/text.hpp"
#include "reports/whole_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace connspec {

namespace {

RunJsonWriter event(const char* name, std::size_t run) {
  RunJsonWriter line;
  line.text("event", name);
  line.number("run", run);
  return line;
}

/// What a later result is compared with.
std::string gist_of(const Result& result) {
  return fmt::format("{} {} {}", name_of(result.verdict), result.reason, result.plays);
}

}  // namespace

JsonLines::~JsonLines() {
  if (file_ >= 0) ::close(file_);
}

std::optional<std::string> JsonLines::open(const std::string& path) {
  path_ = path;
  // What was written to standard output before stays.
  file_ = is_standard_output(path)
              ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
              : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) fail(errno);
  return problem_;
}

void JsonLines::begins(const Run& run, std::size_t cases) {
  RunJsonWriter line = event("run-begins", run_);
  line.text("format", "connspec-events");
  line.number("format_version", run_format_version);
  line.text("version", run.version);
  line.text("role", run.role);
  line.text("target", run.target);
  line.moment("started", run.started);
  line.number("cases", cases);
  write(line.take());
}

void JsonLines::calibrated(const Run& run) {
  RunJsonWriter line = event("calibrated", run_);
  line.text("target", run.target);
  line.text("label", run.label);
  line.pairs("environment", run.environment);
  line.texts("notes", run.notes);
  write(line.take());
}

void JsonLines::result(const Result& result) {
  if (file_ < 0) return;
  told_[result.id] = gist_of(result);
  RunJsonWriter line = event("result", run_);
  line.object("result", result);
  write(line.take());
}

void JsonLines::ends(const Run& run) {
  for (const Result& one : run.results) {
    const auto told = told_.find(one.id);
    if (told == told_.end() || told->second != gist_of(one)) result(one);
  }
  told_.clear();
  RunJsonWriter line = event("run-ends", run_);
  line.seconds("seconds", run.time);
  line.flag("interrupted", run.interrupted);
  line.text("target_lost", run.target_lost);
  line.exit("exit", run);
  line.totals("totals", run);
  std::optional<ProfileResult::Outcome> outcome;
  if (run.profile) outcome = run.profile->outcome;
  line.maybe_word("profile", outcome);
  write(line.take());
  ++run_;
}

/// The kernel has it when this returns: only a machine that goes down could lose it.
void JsonLines::write(const Json& event) {
  if (file_ < 0) return;
  const std::string line = event.dump(-1, ' ', true) + "\n";
  for (std::string_view rest = line; !rest.empty() && !problem_;) {
    const auto size = ::write(file_, rest.data(), rest.size());
    if (size < 0 && errno != EINTR) fail(errno);
    if (size > 0) rest.remove_prefix(static_cast<std::size_t>(size));
  }
}

void JsonLines::fail(int error) {
  problem_ = fmt::format("cannot write {}: {}", text::one_line(path_), std::strerror(error));
}

}  // namespace connspec
