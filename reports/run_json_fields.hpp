// The fields of a run document, each once, for the writer and for the reader.
//
// `Archive` is one of the two: its members take a key and the value behind it. A new field of
// Run or Result is a row here and one in run.schema.json.
#pragma once

#include "harness/verdict.hpp"

#include <array>
#include <string_view>
#include <type_traits>

namespace connspec {

inline constexpr std::string_view run_format = "connspec-run";
inline constexpr int run_format_version = 1;

/// All values of an enumeration, for which there is a name_of.
template <class Word>
inline constexpr int every = 0;
template <>
inline constexpr auto every<Verdict> =
    std::array{Verdict::pass,    Verdict::observed, Verdict::departs,
               Verdict::skipped, Verdict::fail,     Verdict::inconclusive};
template <>
inline constexpr auto every<Settled::Outcome> =
    std::array{Settled::Outcome::met, Settled::Outcome::unmet, Settled::Outcome::skipped};
template <>
inline constexpr auto every<Event::Kind> =
    std::array{Event::Kind::note,    Event::Kind::sent, Event::Kind::head,
               Event::Kind::content, Event::Kind::act,  Event::Kind::end};
template <>
inline constexpr auto every<Deviation::State> =
    std::array{Deviation::State::accepted, Deviation::State::changed, Deviation::State::expired,
               Deviation::State::passes};
template <>
inline constexpr auto every<RowResult::State> = std::array{
    RowResult::State::met,    RowResult::State::observed,   RowResult::State::departs,
    RowResult::State::failed, RowResult::State::not_played, RowResult::State::not_playable};
template <>
inline constexpr auto every<ProfileResult::Outcome> =
    std::array{ProfileResult::Outcome::certified, ProfileResult::Outcome::not_certified,
               ProfileResult::Outcome::incomplete, ProfileResult::Outcome::reported};

/// The writer looks at a T, the reader fills one.
template <class Archive, class T>
using Held = std::conditional_t<Archive::writes, const T, T>;

template <class Archive>
void fields(Archive& in, Held<Archive, Settled>& settled) {
  in.text("row", settled.row);
  in.number("line", settled.line);
  in.word("outcome", settled.outcome);
  in.text("why", settled.why);
}

template <class Archive>
void fields(Archive& in, Held<Archive, Event>& event) {
  in.seconds("at", event.at);
  in.text("lane", event.lane);
  in.word("kind", event.kind);
  in.bytes("text", event.text);
  in.number("size", event.size);
  in.each("settled", event.settled);
}

template <class Archive>
void fields(Archive& in, Held<Archive, Deviation>& deviation) {
  in.word("state", deviation.state);
  in.text("why", deviation.why);
  in.text("place", deviation.place);
  in.text("line", deviation.line);
  in.text("instead", deviation.instead);
}

template <class Archive>
void fields(Archive& in, Held<Archive, Result>& result) {
  in.text("id", result.id);
  in.text("title", result.title);
  in.text("requirement", result.requirement);
  in.text("spec", result.spec);
  in.text("level", result.level);
  in.texts("covers", result.covers);
  in.texts("kills", result.kills);
  in.text("why", result.why);
  in.text("since", result.since);
  in.text("file", result.file);
  in.number("line", result.line);
  in.word("verdict", result.verdict);
  in.text("reason", result.reason);
  in.text("expected", result.expected);
  in.text("seen", result.seen);
  in.pairs("allowed", result.allowed);
  in.text("taken", result.taken);
  in.flag("unstable", result.unstable);
  in.text("first_reason", result.first_reason);
  in.text("graded", result.graded);
  in.flag("gating", result.gating);
  in.maybe("deviation", result.deviation);
  in.number("plays", result.plays);
  in.seconds("seconds", result.time);
  in.text("again", result.again);
  in.text("transcript_file", result.transcript_file);
  in.each("transcript", result.transcript);
}

template <class Archive>
void fields(Archive& in, Held<Archive, RowResult>& row) {
  in.text("id", row.id);
  in.text("level", row.level);
  in.text("requirement", row.requirement);
  in.word("state", row.state);
  in.flag("apart", row.apart);
  in.text("why", row.why);
  in.texts("by", row.by);
}

template <class Archive>
void fields(Archive& in, Held<Archive, ProfileResult>& profile) {
  in.text("name", profile.name);
  in.text("title", profile.title);
  in.text("grade", profile.grade);
  in.number("complete", profile.complete);
  in.word("outcome", profile.outcome);
  in.each("rows", profile.rows);
}

template <class Archive>
void fields(Archive& in, Held<Archive, CoverageRow>& row) {
  in.text("id", row.id);
  in.text("section", row.section);
  in.text("level", row.level);
  in.text("requirement", row.requirement);
  in.texts("cases", row.cases);
  in.text("reason", row.reason);
}

template <class Archive>
void fields(Archive& in, Held<Archive, Run>& run) {
  in.text("version", run.version);
  in.text("edition", run.edition);
  in.text("role", run.role);
  in.text("target", run.target);
  in.text("label", run.label);
  in.text("hostname", run.hostname);
  in.moment("started", run.started);
  in.seconds("seconds", run.time);
  in.seconds("longest_wait", run.longest_wait);
  in.flag("strict", run.strict);
  in.flag("interrupted", run.interrupted);
  in.text("target_lost", run.target_lost);
  in.exit("exit", run);
  in.pairs("environment", run.environment);
  in.texts("notes", run.notes);
  in.totals("totals", run);
  in.maybe("profile", run.profile);
  in.each("coverage", run.coverage);
  in.each("results", run.results);
}

}  // namespace connspec
