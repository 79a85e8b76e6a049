#include "harness/evidence_file.hpp"

#include "harness/testimony_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace connspec {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t most_rounds = 100;
constexpr std::size_t most_bytes = 1'000'000'000;  ///< Of all wires of one case.

std::size_t size_of(const Testimony& testimony) {
  std::size_t bytes = 0;
  for (const auto& kept : testimony.wires)
    bytes += kept.wire.received.size() + kept.wire.sent.size();
  return bytes;
}

std::uint64_t number_in(const Json& json, const char* key, std::uint64_t most) {
  if (!json.contains(key) || !json[key].is_number_unsigned() ||
      json[key].get<std::uint64_t>() > most)
    throw TestimonyError(fmt::format("'{}' is no number that can be", key));
  return json[key].get<std::uint64_t>();
}

/// True: it is a play.
bool read_line(const Json& json, std::string_view case_id, std::vector<KeptRound>& rounds) {
  if (!json.is_object()) throw TestimonyError("this is no JSON object");
  if (!json.contains("case") || !json["case"].is_string() || json["case"] != case_id)
    throw TestimonyError(fmt::format("this is not of {}", case_id));
  const auto round = number_in(json, "round", most_rounds);
  const bool silent = json.contains("silent");
  const bool next = round == rounds.size() + 1 && !silent;
  if (!next && (round == 0 || round != rounds.size()))
    throw TestimonyError(fmt::format("round {} stands behind round {}", round, rounds.size()));
  if (silent) {
    if (!json["silent"].is_string()) throw TestimonyError("'silent' is no reason");
    rounds.back().silent = json["silent"].get<std::string>();
    return false;
  }
  if (!json.contains("alone") || !json["alone"].is_boolean())
    throw TestimonyError("'alone' is neither true nor false");
  const bool alone = json["alone"].get<bool>();
  if (next) rounds.push_back({.alone = alone});
  if (rounds.back().alone != alone) throw TestimonyError("its round was another one");
  if (!json.contains("testimony")) throw TestimonyError("'testimony' is missing");
  rounds.back().plays.push_back(
      {number_in(json, "play", UINT32_MAX), testimony_of(json["testimony"])});
  return true;
}

}  // namespace

std::string evidence_line(const WhichPlay& play, const Testimony& testimony) {
  const Json json{{"case", play.script.id},
                  {"round", play.round},
                  {"alone", play.alone},
                  {"play", play.number},
                  {"testimony", as_json(testimony)}};
  return json.dump() + "\n";
}

std::string silence_line(const Case& script, std::size_t round, const std::string& reason) {
  return Json{{"case", script.id}, {"round", round}, {"silent", reason}}.dump() + "\n";
}

std::vector<KeptRound> read_evidence(std::string_view text, std::string_view case_id) {
  std::vector<KeptRound> rounds;
  std::size_t bytes = 0;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    try {
      if (end == text.npos) throw TestimonyError("it is cut short");
      if (read_line(Json::parse(text.substr(0, end)), case_id, rounds))
        bytes += size_of(rounds.back().plays.back().testimony);
      if (bytes > most_bytes) throw TestimonyError("there is more than is ever kept");
    } catch (const Json::exception& error) {
      throw TestimonyError(fmt::format("line {}: {}", line, error.what()));
    } catch (const TestimonyError& error) {
      throw TestimonyError(fmt::format("line {}: {}", line, error.what()));
    }
    text.remove_prefix(end + 1);
  }
  return rounds;
}

}  // namespace connspec
