#include "harness/hearing.hpp"

#include "harness/transcript.hpp"

#include <fmt/format.h>

namespace connspec {

namespace {

class Hearing {
 public:
  Hearing(const Case& script, const Offer& offer, const HearingOptions& options)
      : script_(script),
        offer_(offer),
        options_(options),
        result_(unfinished(script, options.again)),
        standing_(result_, options.official) {}

  Result hear(std::span<const KeptRound> rounds) {
    std::size_t together = 0;
    while (together < rounds.size() && !rounds[together].alone) ++together;
    if (together > options_.repeat || (together < options_.repeat && options_.lost.empty()))
      throw TestimonyError(
          fmt::format("it was played {} times, not {}", together, options_.repeat));
    for (std::size_t i = 0; i < together; ++i) {
      auto played = hear_round(rounds[i]);
      if (!rounds[i].silent.empty() && played.refused) lose_target(played);
      standing_.settle(std::move(played), static_cast<int>(rounds[i].plays.size()));
    }
    hear_alone(rounds.subspan(together));
    const bool unconfirmed = standing_.again() || result_.reason == "not-finished";
    if (unconfirmed && !options_.lost.empty()) give_up(result_, options_.lost);
    return std::move(result_);
  }

 private:
  /// A round ends where there is no reason to play again.
  Played hear_round(const KeptRound& round) {
    Played played;
    bool fresh = true;
    int plays = 0;
    for (const auto& play : round.plays) {
      if (!fresh) throw TestimonyError("it was played again without a reason");
      played = hear_play(play);
      fresh = needs_fresh_play(played, ++plays);
    }
    if (fresh) throw TestimonyError("a play is missing that was due");
    return played;
  }

  Played hear_play(const KeptPlay& play) {
    RetrialOptions options{.keep_transcript = options_.keep_transcripts};
    Rules rules;
    if (options_.rules) {
      rules = options_.rules->unseen();
      options.passing = [&](const Message& message) {
        rules.observe(message, script_, offer_);
      };
    }
    auto played = judge_again(script_, play.testimony, offer_, options);
    shorten(played.transcript);
    if (options_.seen && !options_.seen->emplace(play.number, std::move(rules)).second)
      throw TestimonyError(fmt::format("play {} is there twice", play.number));
    return played;
  }

  /// Once more, and again as long as our own lateness touched it.
  void hear_alone(std::span<const KeptRound> rounds) {
    if (rounds.empty() && standing_.again() && options_.lost.empty())
      throw TestimonyError("the play alone is missing that was due");
    if (rounds.empty()) return;
    if (!standing_.again()) throw TestimonyError("it was played alone without a reason");
    Played played;
    int plays = 0;
    for (std::size_t i = 0; i < rounds.size(); ++i) {
      if (!rounds[i].alone) throw TestimonyError("a play stands behind the play alone");
      if (i > 0 && (!played.lagged || i == lagged_plays))
        throw TestimonyError("it was played alone without a reason");
      played = hear_round(rounds[i]);
      plays += static_cast<int>(rounds[i].plays.size());
    }
    if (played.lagged && rounds.size() < lagged_plays && options_.lost.empty())
      throw TestimonyError("the play alone is missing that was due");
    if (!rounds.back().silent.empty() && is_suspicious(played)) blame_for_death(played);
    standing_.settle_alone(std::move(played), plays);
  }

  const Case& script_;
  const Offer& offer_;
  const HearingOptions& options_;
  Result result_;
  Standing standing_;
};

}  // namespace

Result hear(const Case& script, std::span<const KeptRound> rounds, const Offer& offer,
            const HearingOptions& options) {
  return Hearing(script, offer, options).hear(rounds);
}

}  // namespace connspec
