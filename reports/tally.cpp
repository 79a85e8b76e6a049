#include "reports/tally.hpp"

#include "reports/identity.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <set>
#include <string_view>

namespace connspec {

std::size_t Tally::all() const {
  return std::accumulate(verdicts.begin(), verdicts.end(), std::size_t{0});
}

void Tally::add(const Result& result, bool strict) {
  ++verdicts[static_cast<std::size_t>(result.verdict)];
  if (result.unstable) ++unstable;
  if (result.deviation)
    ++(result.deviation->state == Deviation::State::accepted ? accepted : stale);
  if (!result.gating) ++fresh;
  if (is_failure(result, strict)) ++failures;
}

void Tally::add(const Tally& other) {
  for (std::size_t i = 0; i < verdicts.size(); ++i) verdicts[i] += other.verdicts[i];
  unstable += other.unstable;
  accepted += other.accepted;
  stale += other.stale;
  fresh += other.fresh;
  failures += other.failures;
}

Tally tally_of(const Run& run) {
  Tally tally;
  for (const Result& result : run.results) tally.add(result, run.strict);
  return tally;
}

std::vector<Topic> topics_of(const Run& run) {
  std::set<std::string_view> folders;
  for (const Result& result : run.results) folders.insert(parts_of(result.id).front());
  std::vector<Topic> topics;
  for (const Result& result : run.results) {
    std::vector<std::string_view> parts = parts_of(result.id);
    std::string name(parts[parts.size() > 1 ? 1 : 0]);
    if (folders.size() > 1 && parts.size() > 1) name = fmt::format("{}/{}", parts[0], name);
    auto found = std::ranges::find(topics, name, &Topic::name);
    if (found == topics.end()) found = topics.insert(found, {.name = name});
    found->tally.add(result, run.strict);
  }
  return topics;
}

std::string shown_name(Verdict verdict, bool strict) {
  std::string name(name_of(verdict));
  bool capitals = verdict == Verdict::fail || (strict && verdict == Verdict::departs);
  if (capitals)
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
      return static_cast<char>(std::toupper(letter));
    });
  return name;
}

std::string sentence_of(const Tally& tally, bool strict) {
  std::string out;
  for (Verdict verdict : verdicts_in_order) {
    if (tally.of(verdict) == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", tally.of(verdict), shown_name(verdict, strict));
  }
  if (tally.accepted > 0) out += fmt::format(" ({} accepted)", tally.accepted);
  if (tally.stale > 0)
    out += fmt::format(" ({} of the baseline to change)", text::counted(tally.stale, "line"));
  if (tally.fresh > 0) out += fmt::format(" ({} new, not gating)", tally.fresh);
  if (tally.unstable > 0) out += fmt::format(" ({} unstable)", tally.unstable);
  return out.empty() ? "none" : out;
}

}  // namespace connspec
