// The attestation: the facts of an official run and what came of it, as JSON for people and
// programs.
#include "harness/certificate.hpp"
#include "harness/testimony_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace connspec {

namespace {

using Json = nlohmann::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view format = "connspec-attestation";
constexpr int format_version = 1;
constexpr std::size_t most_contents = 4 * Wire::keep;
constexpr std::size_t longest_text = 1'000'000;
constexpr std::int64_t longest = 1'000'000'000'000'000;

Json pairs_json(const Pairs& pairs) {
  Json json = Json::array();
  for (const auto& [name, value] : pairs)
    json.push_back({bytes_as_json(name), bytes_as_json(value)});
  return json;
}

Json texts_json(const std::vector<std::string>& texts) {
  Json json = Json::array();
  for (const auto& text : texts) json.push_back(bytes_as_json(text));
  return json;
}

Json offer_json(const Offer& offer) {
  Json json = Json::object();
  for (std::size_t i = 0; i < binding_count; ++i) {
    if (!offer.known.test(i) && !offer.left_out.test(i)) continue;
    auto& one = json[std::string(name_of(static_cast<Binding>(i)))];
    one = Json::object();
    one["known"] = offer.known.test(i);
    one["left_out"] = offer.left_out.test(i);
    if (!offer.text[i].empty()) one["text"] = bytes_as_json(offer.text[i]);
    if (offer.time[i] != Duration{}) one["time"] = offer.time[i].count();
    if (!offer.answer[i]) continue;
    one["status"] = offer.answer[i]->status;
    if (offer.answer[i]->content) one["content"] = bytes_as_json(*offer.answer[i]->content);
  }
  return json;
}

Json row_json(const RowResult& row) {
  return {{"id", row.id},
          {"level", row.level},
          {"requirement", row.requirement},
          {"state", name_of(row.state)},
          {"apart", row.apart},
          {"why", bytes_as_json(row.why)},
          {"by", texts_json(row.by)}};
}

Json result_json(const Result& result) {
  return {{"id", result.id},
          {"verdict", name_of(result.verdict)},
          {"reason", bytes_as_json(result.reason)},
          {"expected", bytes_as_json(result.expected)},
          {"seen", bytes_as_json(result.seen)},
          {"taken", result.taken},
          {"graded", result.graded},
          {"unstable", result.unstable},
          {"first_reason", bytes_as_json(result.first_reason)},
          {"plays", result.plays}};
}

// Reading

[[noreturn]] void refuse(std::string_view key, std::string_view what) {
  throw TestimonyError(fmt::format("'{}' {}", key, what));
}

const nlohmann::json& member(const nlohmann::json& json, const char* key) {
  if (!json.is_object() || !json.contains(key)) refuse(key, "is missing");
  return json.at(key);
}

std::string text(const nlohmann::json& json, const char* key) {
  const auto& found = member(json, key);
  if (!found.is_string() && !found.is_array()) refuse(key, "is no text");
  auto bytes = bytes_of(found);
  if (bytes.size() > longest_text) refuse(key, "is too long");
  return bytes;
}

bool truth(const nlohmann::json& json, const char* key) {
  if (!member(json, key).is_boolean()) refuse(key, "is neither true nor false");
  return json.at(key).get<bool>();
}

std::int64_t number(const nlohmann::json& json, const char* key) {
  if (!member(json, key).is_number_unsigned() ||
      json.at(key).get<std::uint64_t>() > static_cast<std::uint64_t>(longest))
    refuse(key, "is no number that can be");
  return json.at(key).get<std::int64_t>();
}

Pairs pairs(const nlohmann::json& json, const char* key) {
  Pairs found;
  if (!member(json, key).is_array()) refuse(key, "is no list");
  for (const auto& pair : json.at(key)) {
    if (!pair.is_array() || pair.size() != 2) refuse(key, "is no list of pairs");
    found.emplace_back(bytes_of(pair[0]), bytes_of(pair[1]));
  }
  return found;
}

Offer offer(const nlohmann::json& json) {
  Offer offer;
  std::size_t contents = 0;
  if (!json.is_object()) refuse("offer", "is no object");
  for (const auto& [name, one] : json.items()) {
    const auto binding = binding_named(name);
    if (!binding) refuse("offer", fmt::format("holds '{}', which no case can use", name));
    const auto index = static_cast<std::size_t>(*binding);
    if (one.contains("text")) offer.set(*binding, text(one, "text"));
    if (one.contains("time")) offer.set(*binding, Duration(number(one, "time")));
    offer.known.set(index, truth(one, "known"));
    offer.left_out.set(index, truth(one, "left_out"));
    if (!one.contains("status")) continue;
    const auto status = number(one, "status");
    if (status > 999) refuse("status", "is none");
    auto& answer = offer.answer[index].emplace(Answer{static_cast<int>(status), {}});
    if (!one.contains("content")) continue;
    answer.content = bytes_of(one.at("content"));
    contents += answer.content->size();
    if (contents > most_contents) refuse("content", "is too long");
  }
  return offer;
}

}  // namespace

nlohmann::json attestation_of(const Facts& facts, const Run& run) {
  Json declared = Json::object();
  for (const auto& [name, value] : facts.declared) declared[name] = bytes_as_json(value);
  Json rows = Json::array();
  for (const auto& row : run.profile->rows) rows.push_back(row_json(row));
  Json results = Json::array();
  for (const auto& result : run.results) results.push_back(result_json(result));
  const Json json{{"format", format},
                  {"format_version", format_version},
                  {"connspec", facts.version},
                  {"edition", facts.edition},
                  {"cases_sha256", facts.cases_sha256},
                  {"certified", is_certified(run)},
                  {"exit", static_cast<int>(exit_of(run))},
                  {"profile",
                   {{"name", run.profile->name},
                    {"title", run.profile->title},
                    {"grade", run.profile->grade},
                    {"complete", run.profile->complete},
                    {"sha256", facts.profile_sha256},
                    {"outcome", name_of(run.profile->outcome)},
                    {"counted", run.profile->counted()},
                    {"played", run.profile->played()},
                    {"rows", rows}}},
                  {"role", facts.role},
                  {"target", bytes_as_json(facts.target)},
                  {"label", bytes_as_json(facts.label)},
                  {"declared", declared},
                  {"observed", pairs_json(facts.environment)},
                  {"machine", pairs_json(facts.machine)},
                  {"hostname", bytes_as_json(facts.hostname)},
                  {"started", facts.started},
                  {"ended", facts.ended},
                  {"nanoseconds", facts.time.count()},
                  {"longest_wait", facts.longest_wait.count()},
                  {"plan",
                   {{"jobs", Official::jobs},
                    {"repeat", Official::repeat},
                    {"patience", Official::patience}}},
                  {"again", bytes_as_json(facts.again)},
                  {"notes", texts_json(facts.notes)},
                  {"target_lost", bytes_as_json(facts.target_lost)},
                  {"slow_left_out", facts.slow_left_out},
                  {"can",
                   {{"persist", facts.calibration.persists},
                    {"second-connection", facts.calibration.second_connection},
                    {"http10", facts.calibration.http10},
                    {"connect", facts.calibration.connect},
                    {"cache", facts.calibration.cache}}},
                  {"offer", offer_json(facts.offer)},
                  {"results", results}};
  return Json::parse(json.dump());
}

Facts facts_of(const nlohmann::json& json) {
  if (text(json, "format") != format) refuse("format", fmt::format("is not {}", format));
  if (number(json, "format_version") != format_version)
    refuse("format_version", fmt::format("is not {}", format_version));
  Facts facts{.version = text(json, "connspec"),
              .edition = text(json, "edition"),
              .role = text(json, "role"),
              .target = text(json, "target"),
              .label = text(json, "label"),
              .hostname = text(json, "hostname"),
              .started = text(json, "started"),
              .ended = text(json, "ended"),
              .time = Duration(number(json, "nanoseconds")),
              .longest_wait = Duration(number(json, "longest_wait")),
              .environment = pairs(json, "observed"),
              .machine = pairs(json, "machine"),
              .target_lost = text(json, "target_lost"),
              .slow_left_out = truth(json, "slow_left_out"),
              .again = text(json, "again"),
              .profile = text(member(json, "profile"), "name"),
              .cases_sha256 = text(json, "cases_sha256"),
              .profile_sha256 = text(member(json, "profile"), "sha256"),
              .offer = offer(member(json, "offer"))};
  if (facts.role != name_of(role_named(facts.role))) refuse("role", "is none");
  if (!member(json, "notes").is_array()) refuse("notes", "is no list");
  for (const auto& note : json.at("notes")) facts.notes.push_back(bytes_of(note));
  if (!member(json, "declared").is_object()) refuse("declared", "is no object");
  for (const auto& [name, value] : json.at("declared").items())
    facts.declared[name] = bytes_of(value);
  const auto& can = member(json, "can");
  facts.calibration.persists = truth(can, "persist");
  facts.calibration.second_connection = truth(can, "second-connection");
  facts.calibration.http10 = truth(can, "http10");
  facts.calibration.connect = truth(can, "connect");
  facts.calibration.cache = truth(can, "cache");
  return facts;
}

Facts facts_in(std::string_view attestation) { return facts_of(Json::parse(attestation)); }

}  // namespace connspec
