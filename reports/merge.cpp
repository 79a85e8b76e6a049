#include "reports/merge.hpp"

#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace connspec {

namespace {

/// A run and the file it came from.
struct Sourced {
  std::string file;
  Run run;
};

std::string called(const Run& run) {
  std::string name = fmt::format("{} {}", run.role, run.target);
  if (!run.label.empty()) name += fmt::format(" ({})", run.label);
  return text::one_line(name);
}

std::string part_of(const Run& run) {
  return fmt::format("part {} of {}", run.shard->part, run.shard->of);
}

/// What a result says beside others of the same case.
int weight_of(const Result& result) {
  switch (result.verdict) {
    case Verdict::fail:
      return 5;
    case Verdict::inconclusive:
      return 4;
    case Verdict::departs:
      return 3;
    case Verdict::observed:
      return result.reason.empty() ? 1 : 2;  // A breach where nothing is required has one.
    case Verdict::pass:
      return 1;
    case Verdict::skipped:
      break;
  }
  return 0;
}

/// Of `held in 12 messages`.
std::optional<unsigned long> messages_of(const Result& result) {
  unsigned long messages = 0;
  int end = 0;
  const bool read =
      std::sscanf(result.seen.c_str(), "held in %lu messages%n", &messages, &end) == 1;
  if (!read || static_cast<std::size_t>(end) != result.seen.size()) return std::nullopt;
  return messages;
}

/// An `every` rule that two parts have judged, each over its own conversations.
void add_rule(Result& rule, Result other) {
  const auto messages = messages_of(rule);
  const auto others = messages_of(other);
  const auto time = rule.time + other.time;
  if (messages && others && rule.verdict == other.verdict)
    rule.seen = fmt::format("held in {} messages", *messages + *others);
  else if (weight_of(other) > weight_of(rule))
    rule = std::move(other);
  rule.time = time;
}

void add_once(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const std::string& one : more)
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

/// What calibration found differs from part to part: each value once.
void add_environment(Run& run, const Run& part) {
  for (const auto& [name, value] : part.environment) {
    auto same = [&name = name](const auto& other) { return other.first == name; };
    auto found = std::ranges::find_if(run.environment, same);
    if (found == run.environment.end())
      run.environment.emplace_back(name, value);
    else if ((" / " + found->second + " / ").find(" / " + value + " / ") == std::string::npos)
      found->second += " / " + value;
  }
}

/// As the case itself had it, before any profile.
void ungrade(Result& result) {
  if (!result.ungraded) return;
  result.verdict = *result.ungraded;
  result.ungraded.reset();
  result.graded.clear();
}

/// Why a part does not belong to the first one; empty if it does.
std::string misfit(const Run& first, const Run& part) {
  const auto profile = [](const Run& run) {
    return run.profile ? "profile " + run.profile->name : std::string("no profile");
  };
  if (part.version != first.version)
    return fmt::format("was written by connspec {}, not {}", part.version, first.version);
  if (part.edition != first.edition)
    return fmt::format("is judged by edition {}, not {}", part.edition, first.edition);
  if (profile(part) != profile(first))
    return fmt::format("has {}, not {}", profile(part), profile(first));
  if (part.strict != first.strict)
    return part.strict ? "is strict, and others are not" : "is not strict, and others are";
  if (part.label != first.label && !part.label.empty() && !first.label.empty())
    return fmt::format("is of '{}', not '{}'", part.label, first.label);
  return {};
}

/// The parts of one run, sorted by their number.
std::optional<Run> joined(std::vector<Sourced> parts, std::string& error) {
  const Shard shard = *parts.front().run.shard;
  std::ranges::stable_sort(parts, {}, [](const Sourced& one) { return one.run.shard->part; });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Run& run = parts[i].run;
    if (i > 0 && run.shard->part == parts[i - 1].run.shard->part) {
      error = fmt::format("{} and {} are both {} of {}", parts[i - 1].file, parts[i].file,
                          part_of(run), called(run));
      return std::nullopt;
    }
    if (const auto why = misfit(parts.front().run, run); !why.empty()) {
      error = fmt::format("{} does not fit to {}: it {}", parts[i].file, parts.front().file,
                          text::one_line(why));
      return std::nullopt;
    }
  }
  for (std::size_t part = 1; part <= shard.of; ++part)
    if (part > parts.size() || parts[part - 1].run.shard->part != part) {
      error = fmt::format("part {} of {} of {} is missing", part, shard.of,
                          called(parts.front().run));
      return std::nullopt;
    }
  std::map<std::size_t, Result> results;
  Run whole = parts.front().run;
  whole.results.clear();
  whole.environment.clear();
  whole.notes.clear();
  whole.time = {};
  whole.shard.reset();
  for (auto& [file, run] : parts) {
    for (std::size_t i = 0; i < run.results.size(); ++i) {
      ungrade(run.results[i]);
      const auto [found, is_new] =
          results.try_emplace(run.shard->places[i], std::move(run.results[i]));
      if (is_new) continue;
      if (found->second.id != run.results[i].id) {
        error =
            fmt::format("{} does not fit: {} stands where other parts have {}", file,
                        text::one_line(run.results[i].id), text::one_line(found->second.id));
        return std::nullopt;
      }
      add_rule(found->second, std::move(run.results[i]));
    }
    add_environment(whole, run);
    add_once(whole.notes, run.notes);
    if (run.hostname != whole.hostname &&
        (", " + whole.hostname + ", ").find(", " + run.hostname + ", ") == std::string::npos)
      whole.hostname += ", " + run.hostname;
    whole.started = std::min(whole.started, run.started);
    whole.time += run.time;
    whole.longest_wait = std::max(whole.longest_wait, run.longest_wait);
    whole.interrupted = whole.interrupted || run.interrupted;
    if (whole.target_lost.empty()) whole.target_lost = run.target_lost;
  }
  if (results.size() != shard.cases) {
    error = fmt::format("the parts of {} hold {} of its {} cases", called(whole),
                        results.size(), shard.cases);
    return std::nullopt;
  }
  for (auto& [place, result] : results) whole.results.push_back(std::move(result));
  return whole;
}

/// Parts with the same key were made of one selection for one target.
auto key_of(const Run& run) {
  return std::tuple(run.role, run.target, run.shard->of, run.shard->cases,
                    run.shard->selection);
}

}  // namespace

std::optional<Merged> merge(std::vector<RunFile> files, std::string& error) {
  std::vector<std::vector<Sourced>> groups;
  const RunFile* first = nullptr;
  for (RunFile& file : files) {
    if (file.runs.empty()) {
      error = fmt::format("{} holds no run", file.name);
      return std::nullopt;
    }
    if (first == nullptr) first = &file;
    for (Run& run : file.runs) {
      const std::string& version = groups.empty() ? run.version : groups[0][0].run.version;
      if (run.version != version) {
        error = fmt::format(
            "{} was written by connspec {}, and {} by {}: what they asked is not the same",
            file.name, text::one_line(run.version), first->name, text::one_line(version));
        return std::nullopt;
      }
      const auto of_one_run = [&run](const std::vector<Sourced>& group) {
        const Run& other = group.front().run;
        return run.shard && other.shard && key_of(run) == key_of(other);
      };
      auto found = std::ranges::find_if(groups, of_one_run);
      if (found == groups.end()) found = groups.insert(found, std::vector<Sourced>());
      found->push_back({file.name, run});
    }
  }
  Merged merged;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> known;
  for (auto& group : groups) {
    const std::string file = group.front().file;
    const bool is_part = group.front().run.shard.has_value();
    auto run = is_part ? joined(std::move(group), error) : std::move(group.front().run);
    if (!run) return std::nullopt;
    const auto [other, is_new] =
        known.emplace(std::tuple(run->role, run->target, run->label), file);
    if (!is_new) {
      error = fmt::format(
          "{} and {} both hold a run of {}: give them a --label each, or see connspec compare",
          other->second, file, called(*run));
      return std::nullopt;
    }
    if (is_part && run->profile) merged.to_be_graded.push_back(merged.runs.size());
    merged.runs.push_back(std::move(*run));
  }
  return merged;
}

}  // namespace connspec
