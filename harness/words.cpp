#include "words.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace connspec {
namespace {

using enum WordKind;

// In groups by kind; words() relies on it.
constexpr Word table[] = {
    {meta, "requirement", "requirement TEXT", "Begins a file: the one statement it plays."},
    {meta, "spec", "spec RFC 9112 section 9.6", "Where the statement stands."},
    {meta, "level", "level LEVEL", "How grave a breach is."},
    {meta, "role", "role ROLE ...", "Whom it binds."},
    {meta, "covers", "covers ID ...",
     "The rows of requirements.tsv that are played; a case's own take the place of the "
     "file's."},
    {meta, "why", "why TEXT", "What goes wrong in practice where it does not hold."},
    {meta, "since", "since 2026.1",
     "The edition in which the case came; the first, where nothing is said."},

    {head, "case", "case NAME", "Begins a case: one conversation with one verdict."},
    {head, "title", "title TEXT", "True or false of the target; at most 90 characters."},
    {head, "kills", "kills MUTANT ...", "The faults of the fixtures that the case catches."},
    {head, "needs", "needs NAME ...",
     "Abilities without which it is skipped, beside the bindings it uses."},
    {head, "alone", "alone", "Nothing else is done to the target meanwhile."},
    {head, "slow", "slow",
     "Its planned time is above one second, or one that a target declares."},
    {head, "clients", "clients N", "Gives the lane `clients`: N connections that do the same."},
    {head, "each", "each NAME: VALUE | VALUE, each NAME: 1..40, or rows of LABEL \"TEXT\"",
     "The case is read once with every value in the place of {NAME}."},

    {step, ">", "LANE > LINE | LINE |",
     "Sends lines, each ended by CRLF; rows that follow without a lane belong to the same "
     "write. A last ` |` is an empty line."},
    {step, ">>", "LANE >> TEXT", "Sends exactly this, nothing added."},
    {step, ">*", "LANE >* N \"TEXT\"", "Sends a text N times; {n} in it counts."},
    {step, "!", "LANE ! ACT", "Does something to the connection."},
    {step, "<", "LANE < THING, FACT then THING",
     "Expects things, one right behind the other, with facts that hold of them. A row that "
     "ends in a comma or in `then` goes on in the next."},
    {step, "<*", "LANE <* N THING", "Expects the same N times; {n} in it counts."},
    {step, "asks", "LANE asks {a} [of ORIGIN-LANE] [N times]",
     "Sends a plain GET and expects the right answer; `of` takes the exchange upstream as a "
     "lane."},
    {step, "answers", "ORIGIN-LANE answers", "Gives the plain answer to the request it holds."},
    {step, "saw", "origin saw {u} never | once | at most once | at most twice",
     "How often our origin got it, settled at the end of the case."},
    {step, "given", "given LANE < ... or given LANE asks ...",
     "What it expects is a precondition: if it is unmet the case is skipped."},
    {step, "either", "[LANE <] either, then a way a row: NAME [MARK] ...",
     "One of several named ways, the upper preferred."},
    {step, "every", "every response | interim | request [when FACT], FACT",
     "Holds of all such messages that the target sent in the whole run."},

    {act, "connect", "connect [window N] [late-acks] [from the port of LANE]",
     "Opens the connection, and sets what must be set before.", "opens a connection"},
    {act, "half-close", "half-close", "Ends our sending side by FIN and goes on reading.",
     "sends FIN and goes on reading"},
    {act, "close", "close", "Reads what has come, then closes.", "closes"},
    {act, "reset", "reset", "Ends the connection by RST.", "resets the connection"},
    {act, "pause", "pause T", "Holds the script, not the lane.", "pauses for"},
    {act, "slice", "slice N [every T]", "Cuts all later writes of the lane into segments.",
     "from now on sends in segments of"},
    {act, "hold", "hold N", "Lets the next N bytes out and keeps the rest.",
     "lets the next bytes out and keeps the rest:"},
    {act, "release", "release", "Lets out what was held.", "lets out what it held"},
    {act, "gather", "gather",
     "Keeps what follows for its end: the last bytes and the FIN leave in one segment.",
     "keeps what it sends for the segment of its FIN"},
    {act, "stop-reading", "stop-reading", "Leaves received bytes in the kernel.",
     "stops reading"},
    {act, "resume-reading", "resume-reading", "Reads again.", "reads again"},
    {act, "refuse", "refuse", "Our origin's listener is shut for the rest of the case.",
     "refuses connections from now on"},

    {thing, "response", "response [STATUS | {a}] [to HEAD | to CONNECT]",
     "The next final response, whole, with that status, or the right answer to that target.",
     "a whole response"},
    {thing, "interim", "interim [STATUS]", "The very next message is an interim response.",
     "an interim response"},
    {thing, "request", "request [METHOD] {u}",
     "A whole request for {u} has reached our origin.", "gets the request for"},
    {thing, "head", "head STATUS or head [METHOD] {u}",
     "The head of a response or request is there; takes nothing.", "the head of"},
    {thing, "bytes", "bytes N or bytes \"TEXT\"", "So many bytes, or exactly these, come next.",
     "bytes"},
    {thing, "connection", "connection", "The proxy has opened a connection that no lane has.",
     "gets a new connection"},
    {thing, "end", "end [by FIN | by RST]",
     "The peer has stopped, with no byte left before its end.",
     "the end of the connection, before any byte"},
    {thing, "silence", "silence T", "Neither a byte nor the end for that time.", "silence for"},
    {thing, "taken", "taken", "The peer's kernel has acknowledged all that we wrote.",
     "that all it wrote was taken by the peer"},

    {fact, "says", "says close or says no close", "The option is, or is not, in Connection.",
     "that says"},
    {fact, "has", "has F, has F = V, has F with V, has F starting \"V\"",
     "A field line; of that value; with that member; beginning so.", "with"},
    {fact, "lacks", "lacks F or lacks F with V", "No such field line, no such member.",
     "without"},
    {fact, "trailer", "trailer has F or trailer lacks F", "The same of the trailer section.",
     "with the trailer"},
    {fact, "body", "body \"TEXT\"", "The content, decoded, is exactly this.",
     "with the content"},
    {fact, "bytes", "N bytes", "The length of the content.", "with a content of"},
    {fact, "cut", "cut short", "It ended before its framing said.", "that is cut short"},
    {fact, "framed", "framed by length | chunks | end",
     "Framed by this and nothing else, no second or conflicting framing field.", "framed by"},
    {fact, "version", "version 1.0 or version 1.1", "The version in the start line.",
     "of version"},
    {fact, "no interim", "no interim", "No interim response came before it.",
     "with no interim response before it"},
    {fact, "on a fresh connection", "on a fresh connection",
     "The first request on its upstream connection.", "on a fresh connection"},
    {fact, "on the connection of", "[not] on the connection of LANE",
     "Which upstream connection it came on.", "on the connection of"},
    {fact, "within", "within T",
     "From the last received byte or the start of our last write, whichever is later.",
     "within"},
    {fact, "not before", "not before T or not before promised",
     "Not earlier; promised is the timeout of the last Keep-Alive field.", "not before"},
    {fact, "no stall", "no stall", "No gap of 30 ms or more inside it.",
     "without a stall inside it"},
    {fact, "same length", "same length",
     "As long as the response with content before it, or silent about its length.",
     "of the same length as the one before it"},
    {fact, "at most", "at most N segments", "How many TCP segments it took.", "in at most"},
    {form, "no bare CR", "no bare CR", "No CR without LF in the head.",
     "without a bare CR in its head"},
    {form, "no fold", "no fold", "No field line is folded.", "without folded lines"},
    {form, "no leading blank", "no leading blank",
     "No blank between the start line and the first field.",
     "without a blank before the first field"},
    {form, "status line complete", "status line complete",
     "Version, status and both blanks are there.", "with a complete status line"},
    {form, "chunked once", "chunked once", "The coding is applied once.", "chunked once"},
    {form, "head well formed", "head well formed",
     "Start line and field lines fit the grammar; lengths are digits, lists are of tokens.",
     "with a well-formed head"},
    {form, "trailers announced", "trailers announced", "Every trailer field stands in Trailer.",
     "whose trailers were announced"},
    {form, "one", "one F", "Exactly one line of that field.", "with exactly one"},

    {mark, "departs", "NAME departs ...", "Noted as a departure; the case goes on.",
     "This departs."},
    {mark, "observed", "NAME observed ...", "Noted; the case goes on.", "This is noted."},
    {mark, "wrong", "NAME wrong ...", "Unmet, with the name of the way as its reason.",
     "This is wrong."},
    {mark, "stop", "NAME stop ...", "The case ends here with what it has.",
     "The case ends here."},

    {level, "MUST", "", "A breach is a failure."},
    {level, "MUST NOT", "", "A breach is a failure."},
    {level, "SHOULD", "", "A breach is a departure."},
    {level, "SHOULD NOT", "", "A breach is a departure."},
    {level, "PROSE", "", "Normative without a keyword; a breach is a failure."},
    {level, "OBSERVE", "", "No rule, but worth knowing."},

    {role, "server", "", "Answers requests: an origin server."},
    {role, "gateway", "", "A reverse proxy."},
    {role, "forward", "", "A forward proxy."},
    {role, "proxy", "", "gateway and forward."},

    {need, "connect", "needs connect", "The proxy takes CONNECT."},
    {need, "cache", "needs cache", "The proxy has a cache."},
    {need, "second-connection", "needs second-connection",
     "A second connection is served while the first idles."},

    {profile, "profile", "profile NAME", "Begins the file, and is its name."},
    {profile, "title", "title TEXT", "What it says of a target that holds to it."},
    {profile, "role", "role ROLE ...", "Who can be held to it."},
    {profile, "grade", "grade core, grade strict or grade none",
     "Which column of requirements.tsv says what a breach comes to: on_fail_core or "
     "on_fail_strict. With none nothing gates."},
    {profile, "with", "with PROFILE ...", "The rows of these are rows of it as well."},
    {profile, "apart", "apart ID ...", "Rows that are shown and do not gate."},
    {profile, "complete", "complete N %",
     "How many of the rows must have been played; below it the result is incomplete."},

    {binding, "host", "{host}", "The value for Host."},
    {binding, "port", "{port}", "The port of the target."},
    {binding, "a", "{a} {b} {c}",
     "Targets whose answers are whole, persistent and different; found by calibration."},
    {binding, "b", "", ""},
    {binding, "c", "", ""},
    {binding, "post", "{post}",
     "A target whose POST with five bytes gets a final response and keeps the connection."},
    {binding, "u", "{u} {u2} ... {u9}",
     "Targets of this play alone; a suffix may follow: {u}-{n}."},
    {binding, "u2", "", ""},
    {binding, "u3", "", ""},
    {binding, "u4", "", ""},
    {binding, "u5", "", ""},
    {binding, "u6", "", ""},
    {binding, "u7", "", ""},
    {binding, "u8", "", ""},
    {binding, "u9", "", ""},
    {binding, "origin", "{origin}", "Our origin's host:port as the proxy reaches it."},
    {binding, "sink", "{sink}", "Declared: reads a content and echoes it."},
    {binding, "early", "{early}", "Declared: answers finally before it has read the content."},
    {binding, "big", "{big}", "Declared: a large response."},
    {binding, "slow", "{slow}", "Declared: answers late."},
    {binding, "chunked", "{chunked}", "Declared: a response of unknown length."},
    {binding, "nobody", "{nobody}", "Declared: a 204."},
    {binding, "etag", "{etag}", "Declared: a response that has an ETag."},
    {binding, "upgrade", "{upgrade}", "Declared: takes an Upgrade to {protocol} and echoes."},
    {binding, "protocol", "{protocol}", "Declared: the name of that protocol."},
    {binding, "hit", "{hit} {hits}",
     "Declared: a request to {hit} counts, {hits} answers the count of this play."},
    {binding, "hits", "", ""},
    {binding, "idle", "{idle}", "Declared: after how long an idle connection is closed."},
    {binding, "head-timeout", "{head-timeout}", "Declared: the longest a head may take."},
    {binding, "body-timeout", "{body-timeout}", "Declared: the longest a content may take."},
    {binding, "upstream-timeout", "{upstream-timeout}",
     "Declared: the longest an origin may take."},
    {binding, "n", "{n}", "The number of the repetition or of the connection in a group."},
};

/// Steps from one word to the other: insert, delete, replace, or swap two neighbours.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last, last(to.size() + 1), row(to.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const bool same = from[i - 1] == to[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    std::swap(last, row);
  }
  return last[to.size()];
}

}  // namespace

std::span<const Word> words(WordKind kind) {
  const auto begin = std::find_if(std::begin(table), std::end(table),
                                  [&](const Word& word) { return word.kind == kind; });
  const auto end =
      std::find_if(begin, std::end(table), [&](const Word& word) { return word.kind != kind; });
  return {begin, end};
}

std::string_view phrase_of(WordKind kind, std::string_view word) {
  for (const Word& entry : words(kind))
    if (entry.word == word) return entry.phrase;
  return {};
}

std::string_view nearest(std::string_view unknown, std::span<const std::string_view> known) {
  constexpr std::size_t longest = 60;  // Nobody means a word by a longer one.
  if (unknown.empty() || unknown.size() > longest) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, unknown.size() / 3) + 1;
  for (std::string_view word : known) {
    const std::size_t apart = word.size() > unknown.size() ? word.size() - unknown.size()
                                                           : unknown.size() - word.size();
    if (apart >= least) continue;
    if (const std::size_t steps = distance(unknown, word); steps < least) {
      least = steps;
      best = word;
    }
  }
  return best;
}

std::string unknown_word(std::string_view word, std::initializer_list<WordKind> kinds) {
  std::vector<std::string_view> known;
  for (WordKind kind : kinds)
    for (const Word& entry : words(kind)) {
      known.push_back(entry.word);
      if (kind == fact || kind == form)  // People get the first word of several wrong.
        known.push_back(entry.word.substr(0, entry.word.find(' ')));
    }
  std::string message = "unknown word '" + std::string(word) + "'";
  if (const std::string_view meant = nearest(word, known); !meant.empty())
    message += "; did you mean '" + std::string(meant) + "'?";
  return message;
}

std::string unknown_binding(std::string_view name) {
  std::vector<std::string_view> known;
  for (const Word& entry : words(binding)) known.push_back(entry.word);
  std::string message = "unknown binding {" + std::string(name) + "}";
  if (const std::string_view meant = nearest(name, known); !meant.empty())
    message += "; did you mean {" + std::string(meant) + "}?";
  return message;
}

}  // namespace connspec
