// One play of one case, while it goes on: its lanes, its steps, and what has been decided.
//
// Internal to the player: others use player.hpp.
#pragma once

#include "harness/conclusion.hpp"
#include "harness/player.hpp"
#include "harness/recorder.hpp"
#include "harness/transcript.hpp"

#include <list>

namespace connspec {

class Play final : public Guest {
 public:
  Play(const Case& script, Stage& stage, PlayOptions&& options);
  ~Play() override;

  /// Plays it from beginning to end.
  static Task<Played> run(std::unique_ptr<Play> play);

  bool arrived(const Arrived& request) override;
  bool connected(const std::shared_ptr<OriginConnection>& connection) override;

 private:
  // Steps. False: the case ends here.
  Task<bool> run_step(const Step& step);
  Task<bool> take_step(const Write& step);
  Task<bool> take_step(const Act& step);
  Task<bool> take_step(const Expect& step);
  Task<bool> take_step(const Asks& step);
  Task<bool> take_step(const Either& step);
  Task<bool> take_step(const Answers& step);
  Task<bool> expect_each(const Expect& step);
  Task<bool> ask_once(const Asks& step, Actor& actor, std::size_t n);
  void answer(Lane lane);
  Task<void> settle_saws();

  // Waiting.
  Duration close_bound() const;
  Task<bool> settle(bool several, bool given, std::size_t n, Time since = Clock::now());
  Task<void> wait_until(Time time, bool planned);
  void stirred();
  void look(const Short<WayOn>& ways);

  // Lanes.
  Short<Actor*> actors_of(Lane lane) {
    return connspec::actors_of(actors_, lane, script_.clients);
  }
  Actor& actor_of(Lane lane) { return connspec::actor_of(actors_, lane); }
  bool open(Actor& actor);
  void bind(Actor& actor, const std::shared_ptr<OriginConnection>& on, std::size_t begin,
            bool fresh);
  void want_connections();
  void bind_new_connection(const Short<WayOn>& ways);
  Claims* claims() { return claims_ ? &*claims_ : nullptr; }
  void expect_row(const RowOn& row);
  void append_chunk(std::string& bytes, const Chunk& chunk, const Actor& actor);
  void write_on(Actor& actor, std::string bytes);

  // What was decided.
  void take(const Decision& decision, const Short<WayOn>& ways);
  void fail(const Decision& decision, const Short<WayOn>& ways, bool given);
  void release_claims(const Short<WayOn>& ways, std::size_t taken);
  void enter_stage();
  void enter_origin();
  Played& conclude();
  void pass_messages();
  void testify();
  void leave_stage();

  const Case& script_;
  Stage& stage_;
  PlayOptions options_;
  Bindings bindings_;
  std::optional<Claims> claims_;
  Cast actors_;
  std::size_t connections_wanted_ = 0;  ///< Rows `< connection` that are still to be met.
  /// New connections that no lane has, and those that such a row has got: given back one step
  /// later.
  std::vector<std::shared_ptr<OriginConnection>> unowned_;
  std::vector<std::shared_ptr<OriginConnection>> taken_;
  Short<WayOn> ways_;       ///< Of the expectation that is settled.
  std::list<Expect> made_;  ///< Rows that `asks` stands for.
  Timer wake_;
  int line_ = 0;  ///< Of the step that is being played.
  bool dirty_ = false;
  bool parked_ = false;
  bool refusing_ = false;
  bool left_ = false;
  bool settling_ = false;  ///< What is waited for is an expectation.
  Conclusion conclusion_;
  EyeWitness eyes_;
  std::unique_ptr<Recorder> recorder_ = nullptr;
  std::vector<Arrived> arrived_ = {};  ///< Where the messages are passed on.
  std::size_t passed_ = 0;
  Time began_{};
};

}  // namespace connspec
