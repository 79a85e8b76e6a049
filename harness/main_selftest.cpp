#include "fixtures/mutants.hpp"
#include "harness/bundled.hpp"
#include "harness/commands.hpp"
#include "harness/session.hpp"
#include "reports/text.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace connspec {

namespace asio = boost::asio;

namespace {

constexpr std::size_t mutants_at_once = 6;
constexpr double mutant_patience = 0.2;  ///< Fixtures in this process answer at once.
/// A fault that shows only where the segments fall so has another chance on a busy machine.
constexpr int tries = 3;

/// A case may take one way on a server and another through a proxy.
using UsualWaysOfRoles = std::map<Role, UsualWays>;

/// What became of one mutant, or of the conforming fixtures.
struct Trial {
  const fixtures::Mutant* mutant = nullptr;
  std::set<std::string> claimed = {};  ///< Cases, without the labels of `each`.
  std::set<std::string> caught = {};
  std::string problem = {};  ///< A session that could not be played.
};

/// `server/close/option/spelled` of `server/close/option/spelled/capitals`.
std::string without_labels(const std::string& id) {
  std::size_t end = 0;
  for (int i = 0; i < 4 && end != std::string::npos; ++i)
    end = id.find('/', end == 0 ? 0 : end + 1);
  return id.substr(0, end);
}

bool kills(const Case& script, std::string_view mutant) {
  return std::find(script.kills.begin(), script.kills.end(), mutant) != script.kills.end();
}

std::vector<const Case*> cases_of(const CaseLibrary& library, Role role,
                                  std::string_view mutant) {
  std::vector<const Case*> cases;
  for (const auto* script : select(library, role, {}).cases)
    if (mutant.empty() || kills(*script, mutant)) cases.push_back(script);
  return role == Role::forward ? only_forward(cases) : cases;
}

bool is_caught(const Result& result, const UsualWays& usual) {
  if (result.verdict == Verdict::fail || result.verdict == Verdict::departs) return true;
  if (result.verdict != Verdict::observed) return false;
  const auto before = usual.find(result.id);
  return before != usual.end() && before->second != way_of(result);
}

/// Plays every case that claims the mutant, in all the roles that its part has.
Task<void> try_mutant(Loop& loop, const CaseLibrary& library, const UsualWaysOfRoles& usual,
                      Trial& trial) {
  fixtures::Conduct conduct;
  trial.mutant->change(conduct);
  Bundled bundled(conduct);
  const bool server = trial.mutant->part == fixtures::Part::server;
  for (const auto role : {Role::server, Role::gateway, Role::forward}) {
    if (server != (role == Role::server)) continue;
    auto cases = cases_of(library, role, trial.mutant->name);
    for (const auto* script : cases) trial.claimed.insert(without_labels(script->id));
    for (int i = 0; i < tries && !cases.empty(); ++i) {
      auto spec = bundled.spec(role);
      spec.patience = mutant_patience;
      // Named: GCC 12 destroys braced temporaries of an awaited call twice.
      Plan plan;
      Audience audience;
      const auto outcome =
          co_await run_session(loop, spec, cases, std::move(plan), std::move(audience));
      if (!outcome.error.empty()) trial.problem = outcome.error;
      for (const auto& result : outcome.run.results)
        if (is_caught(result, usual.at(role))) trial.caught.insert(without_labels(result.id));
      std::erase_if(cases, [&](const Case* script) {
        return trial.caught.contains(without_labels(script->id));
      });
    }
  }
}

Task<void> try_all(Loop& loop, const CaseLibrary& library, const UsualWaysOfRoles& usual,
                   std::vector<Trial>& trials) {
  std::size_t running = 0;
  Timer turn(loop.io);
  const auto wait = [&]() -> Task<void> {
    turn.expires_at(Time::max());
    co_await turn.async_wait(no_throw);
  };
  for (auto& trial : trials) {
    while (running >= mutants_at_once) co_await wait();
    ++running;
    asio::co_spawn(loop.io, try_mutant(loop, library, usual, trial),
                   [&](std::exception_ptr error) {
                     --running;
                     turn.cancel();
                     if (error) std::rethrow_exception(error);
                   });
  }
  while (running > 0) co_await wait();
}

/// The conforming fixtures must pass everything; notes the ways they take.
Task<int> try_conforming(Loop& loop, const CaseLibrary& library, UsualWaysOfRoles& usual) {
  Bundled bundled{fixtures::Conduct{}};
  int wrong = 0;
  for (const auto role : {Role::server, Role::gateway, Role::forward}) {
    const auto cases = cases_of(library, role, {});
    auto& ways = usual[role];
    if (cases.empty()) continue;
    const auto spec = bundled.spec(role);
    Plan plan;
    Audience audience;
    const auto outcome =
        co_await run_session(loop, spec, cases, std::move(plan), std::move(audience));
    if (!outcome.error.empty()) {
      fmt::print("conforming {}: {}\n", outcome.run.role, outcome.error);
      ++wrong;
    }
    for (const auto& result : outcome.run.results) {
      if (result.verdict == Verdict::observed) ways[result.id] = way_of(result);
      const bool bad = result.verdict == Verdict::fail || result.verdict == Verdict::departs ||
                       result.verdict == Verdict::inconclusive;
      if (!bad) continue;
      ++wrong;
      fmt::print("conforming {}  {}  {}  {}: {}, {}\n", outcome.run.role, result.id,
                 name_of(result.verdict), result.reason, result.expected, result.seen);
    }
    std::fflush(stdout);
  }
  co_return wrong;
}

std::string joined(const std::set<std::string>& ids) {
  std::string text;
  for (const auto& id : ids) text += (text.empty() ? "" : "\n") + std::string(30, ' ') + id;
  return text;
}

/// A row for each mutant: the cases that caught it, those that claim it and did not.
int print_table(const std::vector<Trial>& trials) {
  int wrong = 0;
  for (const auto& trial : trials) {
    std::set<std::string> missed;
    std::set_difference(trial.claimed.begin(), trial.claimed.end(), trial.caught.begin(),
                        trial.caught.end(), std::inserter(missed, missed.end()));
    const bool uncaught = trial.caught.empty();
    const auto outcome = trial.claimed.empty() ? std::string("UNCLAIMED")
                         : uncaught            ? std::string("UNCAUGHT")
                                    : fmt::format("caught by {} of {}", trial.caught.size(),
                                                  trial.claimed.size());
    fmt::print("{:28}  {:18}  {}\n", trial.mutant->name, outcome, trial.mutant->sentence);
    if (!trial.caught.empty()) fmt::print("{}\n", joined(trial.caught));
    if (!missed.empty()) fmt::print("  claimed and NOT caught:\n{}\n", joined(missed));
    if (!trial.problem.empty()) fmt::print("  {}\n", trial.problem);
    wrong += !missed.empty() || uncaught || !trial.problem.empty() ? 1 : 0;
  }
  return wrong;
}

}  // namespace

Exit run_selftest(const Options& options) {
  const auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  for (const auto& word : options.words)
    if (!fixtures::find_mutant(word))
      return complain(Exit::usage, fmt::format("there is no mutant '{}'", word));
  std::vector<Trial> trials;
  for (const auto& mutant : fixtures::mutants()) {
    const bool wanted = options.words.empty() ||
                        std::find(options.words.begin(), options.words.end(), mutant.name) !=
                            options.words.end();
    if (wanted) trials.push_back({&mutant});
  }
  Loop loop;
  int wrong = 0;
  UsualWaysOfRoles usual;
  const auto all = [&]() -> Task<void> {
    wrong += co_await try_conforming(loop, *library, usual);
    co_await try_all(loop, *library, usual, trials);
  };
  asio::co_spawn(loop.io, all(), [&](std::exception_ptr error) {
    loop.io.stop();
    if (error) std::rethrow_exception(error);
  });
  loop.io.run();
  wrong += print_table(trials);
  const auto caught = std::count_if(trials.begin(), trials.end(),
                                    [](const Trial& trial) { return !trial.caught.empty(); });
  fmt::print("{} mutants, {} caught; {} {}\n", trials.size(), caught, wrong,
             wrong == 1 ? "row is wrong" : "rows are wrong");
  return wrong == 0 ? Exit::as_required : Exit::failure;
}

}  // namespace connspec
