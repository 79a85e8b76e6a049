#include "harness/proof.hpp"

#include "harness/script_reader.hpp"

#include <fmt/format.h>

#include <array>

namespace connspec {

namespace {

/// What a resource must do, as the rows of a case.
struct Proof {
  Binding binding;
  std::string_view rows;
};

/// Only what tells a resource from another: whether it is right is for the cases to say.
constexpr std::array proofs{
    Proof{Binding::sink,
          "  client > POST {sink} HTTP/1.1 | Host: {host} | Content-Length: 5 |\n"
          "         >> hello\n"
          "  client < response 2xx, body \"hello\"\n"},
    Proof{Binding::early,
          "  client > POST {early} HTTP/1.1 | Host: {host} | Content-Length: 5 |\n"
          "         >> hello\n"
          "  client < head 2xx|3xx|4xx|5xx\n"},
    Proof{Binding::big,
          "  client > GET {big} HTTP/1.1 | Host: {host} |\n"
          "  client < head 2xx\n"},
    Proof{Binding::chunked,
          "  client > GET {chunked} HTTP/1.1 | Host: {host} |\n"
          "  client < head 200, lacks Content-Length\n"},
    Proof{Binding::nobody,
          "  client > GET {nobody} HTTP/1.1 | Host: {host} |\n"
          "  client < head 204\n"},
    Proof{Binding::etag,
          "  client > GET {etag} HTTP/1.1 | Host: {host} |\n"
          "  client < head 200, has ETag\n"},
    Proof{Binding::upgrade,
          "  client > GET {upgrade} HTTP/1.1 | Host: {host} | Connection: Upgrade\n"
          "         > Upgrade: {protocol} |\n"
          "  client < head 101\n"},
    Proof{Binding::hits,
          "  client > GET {hits} HTTP/1.1 | Host: {host} |\n"
          "  client < response 200, body \"0\"\n"
          "  client ! close\n"
          "  client2 > GET {hit} HTTP/1.1 | Host: {host} |\n"
          "  client2 < response 2xx\n"
          "  client2 ! close\n"
          "  client3 > GET {hits} HTTP/1.1 | Host: {host} |\n"
          "  client3 < response 200, body \"1\"\n"},
};

Case case_of(const Proof& proof) {
  const auto text = fmt::format(
      "requirement  The target offers what it declares\nspec  RFC 9112 section 9.3\n"
      "level  MUST\nrole  server\n\ncase tried\n  title  {} is what it was declared to be\n{}",
      name_of(proof.binding), proof.rows);
  auto read = read_script("proof.convo", text);
  return std::move(read.cases.at(0));
}

bool offers_all(const Offer& offer, const Case& script) {
  for (const auto binding : script.uses)
    if (!offer.has(binding)) return false;
  return true;
}

}  // namespace

Task<std::vector<Doubt>> prove_declared(Stage& stage) {
  std::vector<Doubt> doubts;
  int number = 0;
  for (const auto& proof : proofs) {
    if (!stage.offer.has(proof.binding)) continue;
    const auto script = case_of(proof);
    if (!offers_all(stage.offer, script)) continue;
    PlayOptions options;
    options.token = fmt::format("kproof{}", ++number);
    const auto played = co_await play(script, stage, std::move(options));
    if (played.verdict == Verdict::pass) continue;
    auto why = fmt::format("{}, {}", played.expected, played.seen);
    if (proof.binding == Binding::hits) doubts.push_back({Binding::hit, why});
    doubts.push_back({proof.binding, std::move(why)});
  }
  co_return doubts;
}

}  // namespace connspec
