#include "reports/progress.hpp"

#include "reports/text.hpp"

#include <fmt/core.h>
#include <unistd.h>

namespace connspec {

Progress::Manner Progress::manner_for(std::FILE* file, Detail detail) {
  if (detail == Detail::quiet) return Manner::silent;
  return isatty(fileno(file)) != 0 ? Manner::one_line : Manner::line_a_case;
}

Progress::Progress(std::FILE* file, Manner manner, const Style& style, bool strict,
                   std::chrono::milliseconds interval)
    : file_(file), manner_(manner), style_(style), strict_(strict), interval_(interval) {}

Progress::~Progress() { clear(); }

void Progress::phase(std::string_view what) {
  phase_ = text::one_line(what);
  show(true);
}

void Progress::done(const Result& result) {
  tally_.add(result, strict_);
  if (manner_ == Manner::line_a_case) {
    std::string reason = text::one_line(result.reason);
    std::string line = fmt::format("{:<14}{}{}{}{}\n", shown_name(result.verdict, strict_),
                                   text::one_line(result.id), reason.empty() ? "" : "  ",
                                   reason, result.unstable ? "  (unstable)" : "");
    std::fputs(line.c_str(), file_);
    std::fflush(file_);
  }
  show(false);
}

void Progress::clear() {
  if (!shown_) return;
  std::fputs("\r\x1b[K", file_);
  std::fflush(file_);
  shown_ = false;
}

/// `37 of 148, 2 FAIL, playing 3 cases again, alone`.
std::string Progress::line() const {
  std::string out = expected_ > 0 ? fmt::format("{} of {}", tally_.all(), expected_) : "";
  auto add = [&out](std::string_view part) {
    if (!out.empty()) out += ", ";
    out += part;
  };
  if (tally_.failures > 0) add(fmt::format("{} FAIL", tally_.failures));
  if (!phase_.empty()) add(phase_);
  return text::shortened(out, style_.columns() - 1);
}

void Progress::show(bool now) {
  if (manner_ != Manner::one_line) return;
  auto time = std::chrono::steady_clock::now();
  if (!now && shown_ && time - last_ < interval_) return;
  last_ = time;
  shown_ = true;
  std::fprintf(file_, "\r%s\x1b[K", line().c_str());
  std::fflush(file_);
}

}  // namespace connspec
