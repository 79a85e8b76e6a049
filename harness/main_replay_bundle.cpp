#include "harness/main_replay_bundle.hpp"

#include "harness/main_bundle.hpp"
#include "harness/sealed_folder.hpp"
#include "harness/transcript.hpp"
#include "reports/transcript.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace connspec {

namespace {

/// One play, as a page.
void print_play(const Case& script, const Facts& facts, const KeptRound& round,
                const KeptPlay& play, std::size_t number, const Style& style) {
  auto played = judge_again(script, play.testimony, facts.offer, {.keep_transcript = true});
  shorten(played.transcript);
  auto result = unfinished(script, facts.again);
  result.verdict = played.verdict;
  result.reason = played.reason;
  result.expected = played.expected;
  result.seen = played.seen;
  result.allowed = played.allowed;
  result.taken = played.taken;
  result.time = played.time;
  result.transcript = std::move(played.transcript);
  fmt::print("round {}{}, play {}\n{}\n", number, round.alone ? ", alone" : "", play.number,
             transcript_page(result, style, whole_extent));
}

}  // namespace

bool is_bundle(const std::string& folder) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(folder) / "attestation.json", ignored);
}

Exit replay_bundle(const Options& options) {
  if (options.words.size() != 2)
    return complain(Exit::usage, "replay takes a folder and the id of a case");
  const auto& folder = options.words[0];
  const auto& id = options.words[1];
  auto library = load_cases({}, Depth::run);
  if (!library) return Exit::usage;
  const auto* script = library->find(id);
  if (!script) return complain(Exit::usage, fmt::format("there is no case {}", id));
  try {
    std::string error;
    const auto attestation =
        read_plain_file(fmt::format("{}/{}", folder, attestation_name), error);
    if (!attestation)
      return complain(Exit::usage, fmt::format("{}/{}: {}", folder, attestation_name, error));
    const auto facts = facts_in(*attestation);
    const auto path = evidence_path(facts.role, id);
    const auto text = read_plain_file(folder + "/" + path, error);
    if (!text) return complain(Exit::usage, fmt::format("{}/{}: {}", folder, path, error));
    std::size_t number = 0;
    for (const auto& round : rounds_of(text, id)) {
      ++number;
      for (const auto& play : round.plays)
        print_play(*script, facts, round, play, number, style_of(options, stdout));
    }
  } catch (const std::exception& error) {
    return complain(Exit::failure, fmt::format("{}: {}", folder, error.what()));
  }
  return Exit::as_required;
}

}  // namespace connspec
