#include "harness/options.hpp"

#include "harness/target_file.hpp"
#include "harness/verdict.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <iostream>

namespace connspec {

namespace {

constexpr const char* usage = R"(connspec {version}   HTTP/1.x connection management conformance

Usage
  connspec server URL [SELECT...]            test a server
  connspec proxy URL --origin HOST:PORT ...  test a proxy: both ends are ours
  connspec demo [--mutant NAME] [SELECT...]  the bundled server and proxy
  connspec selftest [MUTANT...]              the same with one fault each
  connspec list|explain|coverage|lint ...    which cases, what, what for, wrong
  connspec recipe [NAME]                     configure nginx, haproxy, squid ...
  connspec compare|merge RUN.json RUN.json   regressions first; one of several
  connspec baseline update FILE --from RUN.json   what deviates, and why
  connspec certify server|proxy URL --profile NAME --out DIR [--key FILE]
  connspec verify DIR [--key FILE]           judge a certificate again, offline
  connspec replay DIR|RUN.json CASE          a stored conversation
  connspec script CASE URL                   the same as a Python 3 program

Select   server/close  'server/*/spelled*'  must  rfc9112/9.6  s-reorder  !slow

Target
  --origin HOST:PORT     where we listen as the origin    [127.0.0.1:0, printed]
  --advertise HOST:PORT  how the proxy reaches that, if otherwise (containers)
  --forward              a forward proxy: absolute targets and CONNECT
  --spawn CMD            start the target, again when it dies, and stop it
  --declare NAME=VALUE   what it offers: sink=/echo idle=5s    [explain declare]
  --target FILE          the same as JSON: {"declare": {"sink": "/echo"}}
  --label TEXT           what reports call it         [its Server or Via field]
  -4, -6                 address family

Run
  --profile NAME         the cases of a profile, its result    [list profiles]
  --strict               a departure from a SHOULD is a failure
  --baseline FILE        deviations that are expected, each with its why
  --edition ID           newer cases do not gate                    [the newest]
  --jobs N, --repeat N   active conversations [8; 1 is serial]; plays of each
  --patience X           scales every bound                                 [1]
  --shard I/N            part I of N of the selection; merge joins their runs
  --cases DIR            more cases and profiles, read at run time

Reports
  --junit FILE           JUnit XML; -: standard output
  --junit-flavor F       rich, or strict for readers that validate       [rich]
  --html, --json, --jsonl, --tap, --md FILE
  --out DIR              all of them, and a transcript of each case
  -v, -q                 every finding, or failures only
  --color auto|always|never, --ascii

Exit   0 as required, certified      3 target not reached
       1 a failure, not certified    4 nothing tested
       2 usage, mistake in a case    5 inconclusive, or the profile incomplete
       130 interrupted (reports are written)
)";

std::string help_text(const std::string& version) {
  std::string text = usage;
  const std::string hole = "{version}";
  return text.replace(text.find(hole), hole.size(), version);
}

/// `sink=/echo` into the map; a sentence if it is not of that form.
std::string add_declaration(const std::string& text, Declared& declared) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    return fmt::format("--declare takes NAME=VALUE, not '{}'", text);
  const auto name = text.substr(0, equals);
  if (!declared.emplace(name, text.substr(equals + 1)).second)
    return fmt::format("--declare names '{}' twice", name);
  return wrong_declaration(name, declared.at(name));
}

/// Adds what a target file says; what the command line declares comes before it. A sentence if
/// it cannot be read, or is of another target.
std::string add_target_file(const std::string& path, Options& options) {
  std::string error;
  auto file = read_target_file(path, error);
  if (!file) return error;
  const bool server = options.command == Command::server || options.role == "server";
  if (!file->role.empty() && server != (file->role == "server"))
    return fmt::format("{}: says role {}, and this is connspec {}", path, file->role,
                       server ? "server" : "proxy");
  if (options.forward && file->role == "gateway")
    return fmt::format("{}: says role gateway, and --forward is given", path);
  options.forward = options.forward || (file->forward && !server);
  options.declared.merge(file->declared);
  return {};
}

/// What CLI11 collects before it becomes Options.
struct Collected {
  std::vector<std::string> declarations = {};
  std::string target_file = {};
  std::string flavor = "rich";
  std::string shard = {};
  bool v4 = false;
  bool v6 = false;
};

void add_run_options(CLI::App& app, Options& options, Collected& collected) {
  app.add_option("--jobs,-j", options.jobs)->check(CLI::Range(1, 1000));
  app.add_option("--patience", options.patience)->check(CLI::Range(0.01, 100.0));
  app.add_option("--repeat", options.repeat)->check(CLI::Range(1, 100000));
  app.add_flag("--strict", options.strict);
  app.add_option("--junit", options.junit);
  app.add_option("--junit-flavor", collected.flavor)->check(CLI::IsMember({"rich", "strict"}));
  app.add_option("--html", options.html);
  app.add_option("--json", options.json);
  app.add_option("--jsonl", options.json_lines);
  app.add_option("--tap", options.tap);
  app.add_option("--md", options.markdown);
  app.add_option("--out", options.out);
  app.add_option("--baseline", options.baseline);
  app.add_option("--edition", options.edition);
  app.add_option("--shard", collected.shard);
  app.add_flag("-v,--verbose", options.verbose);
  app.add_flag("-q,--quiet", options.quiet);
}

void add_look_options(CLI::App& app, Options& options) {
  app.add_option("--color", options.color)->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--ascii", options.ascii);
}

void add_case_folders(CLI::App& app, Options& options) {
  app.add_option("--cases", options.case_folders)
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
}

void add_target_options(CLI::App& app, Options& options, Collected& collected) {
  app.add_option("URL", options.url)->required();
  app.add_option("--spawn", options.spawn);
  app.add_option("--target", collected.target_file);
  app.add_option("--label", options.label);
  app.add_option("--declare", collected.declarations)
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  app.add_flag("-4", collected.v4);
  app.add_flag("-6", collected.v6)->excludes("-4");
}

/// An official run leaves little to choose.
void add_certify_options(CLI::App& app, Options& options) {
  app.add_option("--profile", options.profile)->required();
  app.add_option("--out", options.out)->required();
  app.add_option("--key", options.key);
  app.add_option("--edition", options.edition);
}

/// A script is for one target.
void add_script_options(CLI::App& app, Options& options) {
  app.add_option("--origin", options.origin);
  app.add_flag("--forward", options.forward);
}

/// `2/5` of --shard. A sentence if it is not of that form.
std::string read_shard(const std::string& text, Options& options) {
  int end = 0;
  const bool read =
      std::sscanf(text.c_str(), "%zu/%zu%n", &options.shard, &options.shards, &end) == 2 &&
      static_cast<std::size_t>(end) == text.size();
  if (read && options.shard >= 1 && options.shard <= options.shards) return {};
  return fmt::format("--shard takes I/N with I from 1 to N, not '{}'", text);
}

}  // namespace

std::variant<Options, int> read_options(int count, char** arguments,
                                        const std::string& version) {
  Options options;
  Collected collected;
  CLI::App app;
  app.set_help_flag();
  app.set_version_flag("--version", "connspec " + version);
  bool help = false;
  app.add_flag("-h,--help", help);
  app.require_subcommand(0, 1);
  app.fallthrough();

  const auto command = [&](const char* name, Command what) {
    auto* sub = app.add_subcommand(name);
    sub->set_help_flag();
    sub->add_flag("-h,--help", help);
    sub->callback([&options, what] { options.command = what; });
    return sub;
  };
  auto* server = command("server", Command::server);
  auto* proxy = command("proxy", Command::proxy);
  auto* demo = command("demo", Command::demo);
  auto* selftest = command("selftest", Command::selftest);
  auto* list = command("list", Command::list);
  auto* explain = command("explain", Command::explain);
  auto* lint = command("lint", Command::lint);
  auto* coverage = command("coverage", Command::coverage);
  auto* recipe = command("recipe", Command::recipe);
  auto* compare = command("compare", Command::compare);
  auto* baseline = command("baseline", Command::baseline);
  auto* certify = command("certify", Command::certify);
  auto* verify = command("verify", Command::verify);
  auto* replay = command("replay", Command::replay);
  auto* script = command("script", Command::script);
  auto* merge = command("merge", Command::merge);
  auto* bench = command("bench", Command::bench);
  certify->add_option("ROLE", options.role)
      ->required()
      ->check(CLI::IsMember({"server", "proxy"}));
  for (auto* sub : {server, proxy, certify}) add_target_options(*sub, options, collected);
  for (auto* sub : {proxy, certify}) {
    sub->add_option("--origin", options.origin);
    sub->add_option("--advertise", options.advertise);
    sub->add_flag("--forward", options.forward);
  }
  add_certify_options(*certify, options);
  for (auto* sub : {compare, merge}) {
    sub->add_option("--html", options.html);
    sub->add_option("--md", options.markdown);
  }
  merge->add_option("--json", options.json);
  merge->add_option("--junit", options.junit);
  merge->add_option("--tap", options.tap);
  merge->add_option("--out", options.out);
  baseline->add_option("--from", options.from);
  verify->add_option("--key", options.key);
  add_script_options(*script, options);
  auto* recipe_origin = recipe->add_option("--origin", options.origin);
  recipe->add_option("--port", options.port)->check(CLI::Range(1, 65535));
  demo->add_option("--mutant", options.mutant);
  for (auto* sub : {server, proxy, demo, list, coverage})
    sub->add_option("--profile", options.profile);
  for (auto* sub : {server, proxy, demo}) add_run_options(*sub, options, collected);
  for (auto* sub :
       {server, proxy, demo, selftest, list, explain, lint, coverage, certify, script, merge})
    add_case_folders(*sub, options);
  bench->add_option("conversations", options.conversations)->required();
  bench->add_option("url", options.url)->required();
  bench->add_option("--jobs,-j", options.jobs);
  for (auto* sub : {list, coverage})
    sub->add_option("--role", options.role)
        ->check(CLI::IsMember({"server", "gateway", "forward", "proxy"}));
  for (auto* sub : {server, proxy, demo, selftest, list, explain, lint, coverage, recipe,
                    compare, baseline, certify, verify, replay, script, merge}) {
    add_look_options(*sub, options);
    sub->add_option("words", options.words);
  }

  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForVersion&) {
    std::cout << "connspec " << version << '\n';
    return static_cast<int>(Exit::as_required);
  } catch (const CLI::ParseError& error) {
    if (help) {
      std::cout << help_text(version);
      return static_cast<int>(Exit::as_required);
    }
    std::cerr << "connspec: " << error.what() << "\nSee connspec --help.\n";
    return static_cast<int>(Exit::usage);
  }
  if (help || app.get_subcommands().empty()) {
    std::cout << help_text(version);
    return static_cast<int>(help ? Exit::as_required : Exit::usage);
  }
  std::string wrong;
  for (const auto& text : collected.declarations)
    if (wrong.empty()) wrong = add_declaration(text, options.declared);
  if (wrong.empty() && !collected.target_file.empty())
    wrong = add_target_file(collected.target_file, options);
  if (wrong.empty() && !collected.shard.empty()) wrong = read_shard(collected.shard, options);
  if (!wrong.empty()) {
    std::cerr << "connspec: " << wrong << '\n';
    return static_cast<int>(Exit::usage);
  }
  for (auto path : {&Options::junit, &Options::html, &Options::json, &Options::json_lines,
                    &Options::tap, &Options::markdown})
    if (options.*path == "-") options.*path = "/proc/self/fd/1";
  if (options.command == Command::recipe && recipe_origin->count() == 0)
    options.origin = "127.0.0.1:9000";
  options.junit_strict = collected.flavor == "strict";
  options.family = collected.v6 ? 6 : collected.v4 ? 4 : 0;
  return options;
}

}  // namespace connspec
