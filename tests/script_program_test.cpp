// Cases as Python programs: all of them compile, and many are played against the fixtures,
// which conform or have the fault that the case catches.
#include "harness/script_program.hpp"

#include "fixtures/mutants.hpp"
#include "harness/case_library.hpp"
#include "harness/words_declared.hpp"
#include "reports/run_json.hpp"
#include "tests/child_process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;

const CaseLibrary& library() {
  static const CaseLibrary read = [] {
    static std::vector<std::string_view> names;
    for (const auto& mutant : fixtures::mutants()) names.push_back(mutant.name);
    return load_embedded(names);
  }();
  return read;
}

/// What is declared of the conforming server; the times are those that it has by itself.
const std::map<std::string_view, std::string> declared = {{"a", "/a"},
                                                          {"b", "/b"},
                                                          {"c", "/c"},
                                                          {"post", "/sink"},
                                                          {"sink", "/sink"},
                                                          {"early", "/early"},
                                                          {"big", "/big"},
                                                          {"slow", "/slow"},
                                                          {"chunked", "/chunked"},
                                                          {"nobody", "/nobody"},
                                                          {"etag", "/etag"},
                                                          {"upgrade", "/upgrade"},
                                                          {"protocol", "connspec-echo"},
                                                          {"hit", "/hit"},
                                                          {"hits", "/hits"},
                                                          {"idle", "5s"},
                                                          {"head-timeout", "5s"},
                                                          {"body-timeout", "5s"},
                                                          {"upstream-timeout", "5s"}};

Role role_of(const Case& script) {
  if (script.roles.has(Role::server)) return Role::server;
  return script.roles.has(Role::gateway) ? Role::gateway : Role::forward;
}

class ScriptPrograms : public testing::Test {
 protected:
  ScriptPrograms()
      : path_(fs::temp_directory_path() / ("connspec-script-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~ScriptPrograms() override {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  std::string write(const std::string& name, std::string_view text) {
    const auto file = (path_ / name).string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

  /// Plays a case by its program against a fixture of its own. Somebody may have taken a port
  /// that was free a moment ago: then once more.
  Finished play(const Case& script, const std::string& mutant, std::size_t number) {
    constexpr int not_played_here = 2;
    constexpr int not_reached = 3;
    Finished finished;
    for (int i = 0; i < 3; ++i) {
      finished = play_once(script, mutant, number);
      const bool other = finished.status != not_played_here && finished.status != not_reached &&
                         finished.status != -1;
      if (other) break;
    }
    return finished;
  }

  Finished play_once(const Case& script, const std::string& mutant, std::size_t number) {
    const auto role = role_of(script);
    const auto port = free_port();
    const auto origin = fmt::format("127.0.0.1:{}", free_port());
    Background fixture(fixture_words(role, port, origin, mutant));
    if (!wait_for_port(port)) return {.errors = "the fixture does not listen"};
    const auto file = write(fmt::format("{}.py", number), program_of(script, {.role = role}));
    std::vector<std::string> words = {"python3", file, "--port", std::to_string(port),
                                      "--strict"};
    if (role != Role::server) words.insert(words.end(), {"--origin", origin});
    for (const auto& known : declarables()) {
      const bool of_role = role == Role::server ? known.of_server : known.of_proxy;
      const auto wanted = [&](Binding binding) {
        return std::find(script.uses.begin(), script.uses.end(), binding) != script.uses.end();
      };
      if (!of_role || !(wanted(known.binding) || (known.with && wanted(*known.with)))) continue;
      const auto name = name_of(known.binding);
      words.insert(words.end(), {fmt::format("--{}", name), declared.at(name)});
    }
    return run(words, {}, std::chrono::seconds(60));
  }

  static std::vector<std::string> fixture_words(Role role, std::uint16_t port,
                                                const std::string& origin,
                                                const std::string& mutant) {
    std::vector<std::string> words = {FIXTURE_PROGRAM,
                                      role == Role::server ? "server" : "proxy", "--port",
                                      std::to_string(port)};
    if (role == Role::gateway) words.insert(words.end(), {"--origin", origin});
    if (role == Role::forward) words.emplace_back("--forward");
    if (!mutant.empty()) words.insert(words.end(), {"--mutant", mutant});
    return words;
  }

  fs::path path_;
};

/// The programs differ in what stands before the part that all have in common.
std::string own_part(const std::string& program) {
  return program.substr(0, program.find("# ----------"));
}

TEST_F(ScriptPrograms, OfAllCasesCompile) {
  std::vector<std::string> words = {"python3", "-m", "py_compile"};
  std::set<std::string> ids;
  for (const auto& script : library().cases) {
    const auto program = program_of(script, {.role = role_of(script)});
    const bool whole = ids.size() % 100 == 0;
    words.push_back(
        write(fmt::format("{}.py", words.size()), whole ? program : own_part(program)));
    ids.insert(script.id);
  }
  EXPECT_GT(ids.size(), 1000U);
  const auto compiled = run(words, {}, std::chrono::seconds(200));
  EXPECT_EQ(compiled.status, 0) << compiled.errors.substr(0, 2000);
}

/// Words of the programs; each of them has to be in one that is played.
const std::vector<std::string> words_of_programs = {"write(",
                                                    "repeated(",
                                                    "\"connect\"",
                                                    "window=",
                                                    "late_acks=",
                                                    "from_port_of=",
                                                    "\"half-close\"",
                                                    "\"close\"",
                                                    "\"reset\"",
                                                    "\"pause\"",
                                                    "\"slice\"",
                                                    "\"hold\"",
                                                    "\"release\"",
                                                    "\"gather\"",
                                                    "\"stop-reading\"",
                                                    "\"resume-reading\"",
                                                    "\"refuse\"",
                                                    "response(",
                                                    "interim(",
                                                    "request(",
                                                    "head(",
                                                    "exactly(",
                                                    "so_many(",
                                                    "connection(",
                                                    "end(",
                                                    "by=\"FIN\"",
                                                    "by=\"RST\"",
                                                    "silence(",
                                                    "taken(",
                                                    "to=\"HEAD\"",
                                                    "to=\"CONNECT\"",
                                                    "given=True",
                                                    "asks(",
                                                    "of=\"origin",
                                                    "times=",
                                                    "answers(",
                                                    "either(",
                                                    "mark=\"departs\"",
                                                    "mark=\"observed\"",
                                                    "mark=\"wrong\"",
                                                    "stop=True",
                                                    "saw(",
                                                    "every(",
                                                    "when=",
                                                    "\"clients\"",
                                                    "says(",
                                                    "says_no(",
                                                    "has(",
                                                    "has_value(",
                                                    "has_member(",
                                                    "lacks(",
                                                    "lacks_member(",
                                                    "trailer_has(",
                                                    "trailer_lacks(",
                                                    "body(",
                                                    "size(",
                                                    "cut_short()",
                                                    "framed_by(",
                                                    "version(",
                                                    "no_interim()",
                                                    "fresh_connection()",
                                                    "connection_of(",
                                                    "not_connection_of(",
                                                    "within(",
                                                    "not_before(",
                                                    "no_stall()",
                                                    "at_most_segments(",
                                                    "form(",
                                                    "one(",
                                                    "same_length()"};

/// Every `step`-th case of a side and, of those between, whichever brings in a word that no
/// other has.
std::vector<const Case*> sample(bool servers, std::size_t step,
                                std::set<std::string>& missing) {
  std::vector<const Case*> chosen;
  std::size_t number = 0;
  for (const auto& script : library().cases) {
    if ((role_of(script) == Role::server) != servers) continue;
    const auto text = own_part(program_of(script, {.role = role_of(script)}));
    const auto steps = text.substr(text.find("def conversation"));
    const auto brought = std::erase_if(
        missing, [&](const std::string& word) { return steps.find(word) != steps.npos; });
    const bool waits = std::any_of(script.planned.begin(), script.planned.end(),
                                   [](const Span& span) { return span.declared.has_value(); });
    if (brought > 0 || (number++ % step == 0 && !waits)) chosen.push_back(&script);
  }
  return chosen;
}

/// Calls `what` for each, four at a time.
template <class What>
void for_each_of(const std::vector<const Case*>& cases, What what) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (auto at = next++; at < cases.size(); at = next++) what(*cases[at], at);
    });
  for (auto& thread : threads) thread.join();
}

std::string last_lines(const std::string& text) {
  return text.substr(text.size() > 1500 ? text.size() - 1500 : 0);
}

TEST_F(ScriptPrograms, AreMetByTheConformingFixtures) {
  std::set<std::string> missing(words_of_programs.begin(), words_of_programs.end());
  auto cases = sample(true, 12, missing);
  EXPECT_GE(cases.size(), 60U);
  const auto servers = cases.size();
  for (const auto* script : sample(false, 20, missing)) cases.push_back(script);
  EXPECT_GE(cases.size() - servers, 20U);
  EXPECT_EQ(missing, (std::set<std::string>{}));
  std::mutex mutex;
  std::size_t skipped = 0;
  for_each_of(cases, [&](const Case& script, std::size_t number) {
    const auto finished = play(script, "", number);
    const std::lock_guard lock(mutex);
    if (finished.status == 4 && finished.output.find("\nskipped: ") != std::string::npos)
      ++skipped;
    else
      EXPECT_EQ(finished.status, 0) << script.id << '\n'
                                    << last_lines(finished.output) << finished.errors;
  });
  EXPECT_LE(skipped, 4U);
}

/// The first mutant of its side that a case kills, where the case kills one in every reading.
std::string mutant_of(const Case& script) {
  const auto part =
      role_of(script) == Role::server ? fixtures::Part::server : fixtures::Part::proxy;
  for (const auto& name : script.kills)
    if (const auto* mutant = fixtures::find_mutant(name); mutant && mutant->part == part)
      return name;
  return {};
}

/// A case with `each` may kill its mutant with one of its labels only, so one of the readings
/// has to.
TEST_F(ScriptPrograms, AreNotMetByTheMutantsThatTheCaseCatches) {
  std::vector<const Case*> cases;
  std::set<std::string> seen;
  std::size_t number = 0;
  for (const auto& script : library().cases) {
    // What takes long is about time-outs, and those of this fixture are not those of the demo.
    const bool waits =
        script.slow || std::any_of(script.planned.begin(), script.planned.end(),
                                   [](const Span& span) { return span.declared.has_value(); });
    const bool observes = script.level == Level::observe || !script.everies.empty();
    const auto parts = std::count(script.id.begin(), script.id.end(), '/');
    constexpr int without_labels = 3;
    if (waits || observes || parts > without_labels || mutant_of(script).empty()) continue;
    if (!seen.insert(mutant_of(script)).second || number++ % 4 != 0) continue;
    cases.push_back(&script);
  }
  EXPECT_GE(cases.size(), 30U);
  std::mutex mutex;
  for_each_of(cases, [&](const Case& script, std::size_t at) {
    const auto finished = play(script, mutant_of(script), at);
    const std::lock_guard lock(mutex);
    const auto verdict =
        finished.output.substr(finished.output.rfind('\n', finished.output.size() - 2) + 1);
    EXPECT_TRUE(verdict.starts_with("unmet: ") || verdict.starts_with("departs")) << verdict;
    EXPECT_EQ(finished.status, 1) << script.id << " and " << mutant_of(script) << '\n'
                                  << last_lines(finished.output) << finished.errors;
  });
}

TEST(ScriptProgram, NeedsNothingButTheStandardLibrary) {
  const auto* script = library().find("server/close/option/leaves-later-requests-alone");
  ASSERT_NE(script, nullptr);
  const auto program = program_of(*script, {.host = "10.1.2.3", .port = "81"});
  EXPECT_TRUE(program.starts_with("#!/usr/bin/env python3\n\"\"\""));
  EXPECT_NE(program.find("\"host\": \"10.1.2.3\",\n    \"port\": 81,"), std::string::npos);
  EXPECT_NE(program.find("            \"Connection: close\\r\\n\"\n"), std::string::npos);
  const std::set<std::string> standard = {"argparse",  "collections", "re",        "select",
                                          "socket",    "struct",      "traceback", "sys",
                                          "threading", "time",        "fcntl",     "termios"};
  for (std::size_t at = program.find("import "); at != program.npos;
       at = program.find("import ", at + 1)) {
    const auto line = program.substr(at + 7, program.find('\n', at) - at - 7);
    EXPECT_TRUE(standard.contains(line)) << line;
  }
  EXPECT_EQ(program.find("connspec import"), std::string::npos);
}

/// What the last row of a program's output says, in the word that connspec has for it.
std::string verdict_in(const std::string& output) {
  const auto end = output.find_last_not_of('\n');
  const auto begin = output.rfind('\n', end) + 1;
  const auto word = output.substr(begin, output.find(':', begin) - begin);
  if (word == "met") return "pass";
  return word == "unmet" ? "fail" : word;
}

TEST_F(ScriptPrograms, AgreeWithConnspecAboutAServerAtFault) {
  const auto port = free_port();
  const auto url = fmt::format("http://127.0.0.1:{}", port);
  const auto json = (path_ / "run.json").string();
  Background server(fixture_words(Role::server, port, "", "s-serve-after-close"));
  ASSERT_TRUE(wait_for_port(port));
  run({CONNSPEC_PROGRAM, "server", url, "--json", json, "-q", "server/close",
       "server/persist"});
  std::string error;
  const auto read = read_run_json(json, error);
  ASSERT_TRUE(read) << error;
  std::map<std::string_view, const Result*> results;
  std::vector<const Case*> cases;
  for (const auto& result : read->at(0).results) {
    const auto* script = library().find(result.id);
    ASSERT_NE(script, nullptr);
    const bool needs_more =
        !script->everies.empty() || result.reason == "not-declared" ||
        std::any_of(script->uses.begin(), script->uses.end(), [](Binding binding) {
          const auto* known = find_declarable(binding);
          return known && !known->found;
        });
    if (needs_more || result.verdict == Verdict::inconclusive) continue;
    results[script->id] = &result;
    cases.push_back(script);
  }
  EXPECT_GT(cases.size(), 30U);
  EXPECT_TRUE(std::any_of(cases.begin(), cases.end(), [&](const Case* script) {
    return results[script->id]->verdict == Verdict::fail;
  }));
  std::mutex mutex;
  for_each_of(cases, [&](const Case& script, std::size_t number) {
    const auto file = write(fmt::format("{}.py", number), program_of(script, {}));
    const auto finished = run({"python3", file, "--port", std::to_string(port)});
    const std::lock_guard lock(mutex);
    const auto& result = *results[script.id];
    const auto verdict = verdict_in(finished.output);
    if (result.verdict == Verdict::observed && verdict == "pass") return;
    EXPECT_EQ(verdict, name_of(result.verdict))
        << script.id << ' ' << result.reason << '\n'
        << last_lines(finished.output) << finished.errors;
  });
}

TEST_F(ScriptPrograms, TellATargetThatIsNotThereFromOneAtFault) {
  const auto* script = library().find("server/close/option/leaves-later-requests-alone");
  ASSERT_NE(script, nullptr);
  const auto file = write("case.py", program_of(*script, {}));
  const auto finished = run({"python3", file, "--port", std::to_string(free_port())});
  EXPECT_EQ(finished.status, 3) << finished.output << finished.errors;
  EXPECT_NE(finished.output.find("not reached: "), std::string::npos);
}

/// It closes behind every answer, as it may: nothing can be said of what needs a second one.
TEST_F(ScriptPrograms, SkipWhatATargetThatAlwaysClosesCannotShow) {
  const auto port = free_port();
  Background server({"python3", "-c",
                     "import http.server, sys\n"
                     "class Plain(http.server.BaseHTTPRequestHandler):\n"
                     "    def do_GET(self):\n"
                     "        text = self.path.encode()\n"
                     "        self.send_response(200)\n"
                     "        self.send_header('Content-Length', str(len(text)))\n"
                     "        self.end_headers()\n"
                     "        self.wfile.write(text)\n"
                     "    def log_message(self, *words): pass\n"
                     "http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), "
                     "Plain).serve_forever()\n",
                     std::to_string(port)});
  ASSERT_TRUE(wait_for_port(port));
  for (const auto& script : library().cases) {
    if (!script.id.starts_with("server/persist/default/")) continue;
    const auto file = write("case.py", program_of(script, {}));
    const auto finished = run({"python3", file, "--port", std::to_string(port)});
    EXPECT_EQ(finished.status, 4) << finished.output << finished.errors;
    EXPECT_NE(finished.output.find("skipped: "), std::string::npos) << finished.output;
    return;
  }
  FAIL() << "no such case";
}

TEST(ScriptCommand, WritesTheProgramAndSaysWhatIsWrong) {
  const std::string id = "server/close/option/leaves-later-requests-alone";
  const auto good = run({CONNSPEC_PROGRAM, "script", id, "http://[::1]:81"});
  EXPECT_EQ(good.status, 0) << good.errors;
  EXPECT_NE(good.output.find("\"host\": \"::1\",\n    \"port\": 81,"), std::string::npos);
  EXPECT_EQ(run({CONNSPEC_PROGRAM, "script"}).status, 2);
  EXPECT_EQ(run({CONNSPEC_PROGRAM, "script", "server/close/no-such"}).status, 2);
  const auto many = run({CONNSPEC_PROGRAM, "script", "server/close"});
  EXPECT_EQ(many.status, 2);
  EXPECT_NE(many.errors.find("script writes one case, and 'server/close' selects"),
            std::string::npos);
  EXPECT_EQ(run({CONNSPEC_PROGRAM, "script", id, "ftp://x"}).status, 2);
}

}  // namespace
}  // namespace connspec
