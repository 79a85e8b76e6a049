// The time that a case takes on a target that behaves.
#include "checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace connspec {
namespace {

/// A sum of times: those that stand in the script, and those that the target declares.
struct Sum {
  Duration fixed{};
  std::vector<Binding> declared = {};

  void add(const Span& span, std::size_t times = 1) {
    fixed += span.fixed * static_cast<Duration::rep>(times);
    if (span.declared) declared.push_back(*span.declared);
  }
  void add(const Sum& sum) {
    fixed += sum.fixed;
    declared.insert(declared.end(), sum.declared.begin(), sum.declared.end());
  }
  bool operator<(const Sum& other) const {
    if (declared.size() != other.declared.size())
      return declared.size() < other.declared.size();
    return fixed < other.fixed;
  }
};

Sum time_of(const Expect& expect) {
  Sum sum;
  for (const Item& item : expect.sequence) {
    if (const auto* silence = std::get_if<Silence>(&item.thing))
      sum.add(silence->time, expect.times);
    for (const Fact& fact : item.facts)
      if (const auto* within = std::get_if<Within>(&fact)) sum.add(within->time, expect.times);
  }
  return sum;
}

Sum time_of(const Either& either) {
  Sum longest;
  for (const Way& way : either.ways) {
    Sum sum;
    for (const Expect& row : way.rows) sum.add(time_of(row));
    longest = std::max(longest, sum);
  }
  return longest;
}

/// About how many bytes a write has; a hole counts as the length of a usual value.
std::size_t size_of(const Write& write) {
  constexpr std::size_t usual = 16;
  std::size_t size = 0;
  for (const Chunk& chunk : write.chunks)
    for (const Piece& piece : chunk.text)
      size += chunk.times * (piece.literal.size() + (piece.hole ? usual : 0));
  return size;
}

std::size_t times_slow(const Write& write) {
  std::size_t times = 0;
  for (const Chunk& chunk : write.chunks)
    for (const Piece& piece : chunk.text) times += piece.hole == Binding::slow ? 1 : 0;
  return times;
}

}  // namespace

std::vector<Span> planned_time(const Case& script) {
  Sum sum;
  std::array<std::pair<Lane, Slice>, 19> slices{};
  std::size_t sliced = 0;
  for (const Step& step : script.steps) {
    if (const auto* expect = std::get_if<Expect>(&step.what)) sum.add(time_of(*expect));
    if (const auto* either = std::get_if<Either>(&step.what)) sum.add(time_of(*either));
    if (const auto* act = std::get_if<Act>(&step.what)) {
      if (const auto* pause = std::get_if<Pause>(&act->action)) sum.add(pause->time);
      if (const auto* slice = std::get_if<Slice>(&act->action)) {
        std::size_t i = 0;
        while (i < sliced && slices[i].first != act->lane) ++i;
        slices[i] = {act->lane, *slice};
        sliced = std::max(sliced, i + 1);
      }
    }
    if (const auto* write = std::get_if<Write>(&step.what)) {
      for (std::size_t i = 0; i < sliced; ++i)
        if (slices[i].first == write->lane)
          sum.add(slices[i].second.every, size_of(*write) / slices[i].second.bytes);
      for (std::size_t i = times_slow(*write); i > 0; --i) sum.add(Span{{}, Binding::slow});
    }
  }
  std::vector<Span> planned;
  if (sum.fixed > Duration::zero()) planned.push_back({sum.fixed, {}});
  for (const Binding declared : sum.declared) planned.push_back({{}, declared});
  return planned;
}

Duration fixed_part(const std::vector<Span>& planned) {
  Duration sum{};
  for (const Span& span : planned) sum += span.fixed;
  return sum;
}

void check_planned_time(const Case& script, std::vector<Objection>& objections) {
  if (script.slow) return;
  const Duration fixed = fixed_part(script.planned);
  if (fixed > std::chrono::seconds(1))
    objections.push_back({0, "",
                          fmt::format("planned time {:.1f} s: a case above 1 s says 'slow'",
                                      std::chrono::duration<double>(fixed).count())});
  for (const Span& span : script.planned)
    if (span.declared && *span.declared != Binding::slow) {
      objections.push_back({0, "",
                            fmt::format("planned time {{{}}}: a case that waits for a time "
                                        "of the target says 'slow'",
                                        name_of(*span.declared))});
      return;
    }
}

}  // namespace connspec
