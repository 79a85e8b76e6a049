// A case as plain values: what script_reader makes of a .convo file and the player plays.
//
// Bindings such as {host} and {u} stay holes in the text until a case is played; the values of
// `each` have been put in already, so every Case here is one verdict.
#pragma once

#include "evidence.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace connspec {

/// A place in a case file, for messages. Lines and columns count from 1.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

enum class Level : std::uint8_t { must, must_not, should, should_not, prose, observe };

/// Kinds of implementation under test, as bits; `proxy` in a file is gateway and forward.
enum class Role : std::uint8_t { server = 1, gateway = 2, forward = 4, client = 8 };

/// A set of roles.
struct Roles {
  std::uint8_t bits = 0;
  bool has(Role role) const { return (bits & static_cast<std::uint8_t>(role)) != 0; }
  void add(Role role) { bits |= static_cast<std::uint8_t>(role); }
};

/// What a hole in a text stands for (language section 5).
enum class Binding : std::uint8_t {
  host,
  port,
  a,
  b,
  c,
  post,
  u,
  u2,
  u3,
  u4,
  u5,
  u6,
  u7,
  u8,
  u9,
  origin,
  sink,
  early,
  big,
  slow,
  chunked,
  nobody,
  etag,
  upgrade,
  protocol,
  hit,
  hits,
  idle,
  head_timeout,
  body_timeout,
  upstream_timeout,
  n,
};
inline constexpr std::size_t binding_count = static_cast<std::size_t>(Binding::n) + 1;

/// `head-timeout`, without braces.
std::string_view name_of(Binding binding);
std::optional<Binding> binding_named(std::string_view name);

/// `MUST NOT`.
std::string_view name_of(Level level);

std::string_view name_of(Role role);

/// The role that a run is played in: gateway, forward, and server for anything else.
Role role_named(std::string_view role);

/// `server proxy`: as the files of cases write them.
std::string name_of(Roles roles);

/// Literal bytes, then perhaps a hole.
struct Piece {
  std::string literal;
  std::optional<Binding> hole = {};
};
using Text = std::vector<Piece>;

/// A text as one reads it: holes in braces, other bytes than printable ASCII escaped.
std::string shown(const Text& text);

/// `{u2}-{n}`: a binding and what follows it.
struct Target {
  Binding name = Binding::a;
  Text suffix = {};
};

/// A time: written in the case, or one that the target declares. In `Case::planned` it may
/// also name {slow}: as long as that resource takes.
struct Span {
  Duration fixed{};
  std::optional<Binding> declared = {};
};

/// One end of the conversation: client, client2…client9, origin…origin9, or the group
/// `clients`.
struct Lane {
  enum class Side : std::uint8_t { client, origin };
  Side side = Side::client;
  std::uint8_t number = 1;  ///< 1 to 9.
  bool group = false;       ///< The lane `clients`; number is 1.
  friend bool operator==(const Lane&, const Lane&) = default;
};

/// `client2`, `origin`, `clients`.
std::string name_of(Lane lane);

/// A row of a case as it reads after `each`, for transcripts and messages.
struct Row {
  int line = 0;
  std::string text;  ///< Without indentation, `given` and the lane: `> GET {a} HTTP/1.1`.
};

// Steps that act

/// A text, `times` over; `{n}` in it is the number of the repetition.
struct Chunk {
  std::size_t times = 1;
  Text text;
};

/// One write: everything of one `>` step.
struct Write {
  Lane lane;
  std::vector<Chunk> chunks;
};

struct Connect {
  std::optional<std::size_t> window = {};  ///< SO_RCVBUF, bytes.
  bool late_acks = false;
  std::optional<Lane> from_port_of = {};
};
struct HalfClose {};
struct Close {};
struct Reset {};
struct Pause {
  Span time;
};
struct Slice {
  std::size_t bytes = 1;
  Span every;
};
struct Hold {
  std::size_t bytes = 0;
};
struct Release {};
struct Gather {};
struct StopReading {};
struct ResumeReading {};
struct Refuse {};
using Action = std::variant<Connect, HalfClose, Close, Reset, Pause, Slice, Hold, Release,
                            Gather, StopReading, ResumeReading, Refuse>;

/// A `!` step.
struct Act {
  Lane lane;
  Action action;
};

// Things and facts

/// `200`, `4xx`, `502|504`: ranges, both ends included.
struct Statuses {
  std::vector<std::pair<int, int>> ranges;
  std::string text;  ///< As written.
  bool match(int status) const {
    for (auto [low, high] : ranges)
      if (status >= low && status <= high) return true;
    return false;
  }
};

/// What a response answers, as far as its framing depends on it (RFC 9112 section 6.3).
enum class To : std::uint8_t { get, head, connect };

struct Response {
  std::optional<Statuses> status = {};
  std::optional<Target> target = {};  ///< Asks for the right answer to it. Not with `status`.
  To to = To::get;
};
struct Interim {
  std::optional<Statuses> status = {};
};
struct Request {
  std::string method = {};
  Target target;
};  ///< Method empty: any.
struct HeadOfResponse {
  Statuses status;
};
struct HeadOfRequest {
  std::string method = {};
  Target target;
};
struct Bytes {
  std::optional<Text> exactly = {};
  std::size_t count = 0;  ///< Without `exactly`: any so many.
};
struct NewConnection {};
struct End {
  std::optional<Ending> by = {};
};
struct Silence {
  Span time;
};
struct Taken {};
using Thing = std::variant<Response, Interim, Request, HeadOfResponse, HeadOfRequest, Bytes,
                           NewConnection, End, Silence, Taken>;

struct Says {
  std::string option;
  bool no = false;
};  ///< A member of Connection; lower case.
struct Has {
  enum class How : std::uint8_t { present, equals, with, starting };
  std::string field;
  How how = How::present;
  Text value = {};
};
struct Lacks {
  std::string field;
  std::optional<Text> member = {};
};
struct Trailer {
  std::string field;
  bool lacks = false;
};
struct Content {
  Text bytes;
};
struct ContentSize {
  std::size_t bytes = 0;
};
struct CutShort {};
struct FramedBy {
  Framing framing = Framing::length;
};
struct Version {
  int version = 11;
};  ///< 10 or 11.
struct NoInterim {};
struct OnFreshConnection {};
struct OnConnectionOf {
  Lane lane;
  bool no = false;
};
struct Within {
  Span time;
};
struct NotBefore {
  std::optional<Span> time = {};
};  ///< Unset: as the Keep-Alive field promised.
struct NoStall {};
struct AtMostSegments {
  std::size_t segments = 1;
};
enum class Form : std::uint8_t {
  no_bare_cr,
  no_fold,
  no_leading_blank,
  status_line_complete,
  chunked_once,
  head_well_formed,
  trailers_announced,
};
struct OfForm {
  Form form = Form::no_bare_cr;
};
struct One {
  std::string field;
};
struct SameLength {};
using Fact = std::variant<Says, Has, Lacks, Trailer, Content, ContentSize, CutShort, FramedBy,
                          Version, NoInterim, OnFreshConnection, OnConnectionOf, Within,
                          NotBefore, NoStall, AtMostSegments, OfForm, One, SameLength>;

/// `response {a}, says close`: a thing and the facts that must hold of it.
struct Item {
  Thing thing;
  std::vector<Fact> facts = {};
  Row row = {};  ///< Only this item's words.
};
using Sequence = std::vector<Item>;

// Steps that expect

struct Expect {
  bool given = false;
  Lane lane;
  std::size_t times = 1;  ///< `<* N`.
  Sequence sequence;
};

struct Asks {
  bool given = false;
  Lane lane;
  Target target;
  std::optional<Lane> of = {};  ///< The origin lane that this binds.
  std::size_t times = 1;
};

struct Answers {
  Lane lane;
};

/// One named way of an `either`. In an `either` on one lane it has one row, on that lane.
struct Way {
  enum class Mark : std::uint8_t { required, departs, observed, wrong };
  std::string name;
  Mark mark = Mark::required;
  bool stop = false;
  std::vector<Expect> rows;
  int line = 0;
};

struct Either {
  std::optional<Lane> lane = {};
  std::vector<Way> ways;
};

struct Step {
  Row row;
  std::variant<Write, Act, Expect, Asks, Answers, Either> what;
};

/// `origin saw {u} once`.
struct Saw {
  enum class Count : std::uint8_t { never, once, at_most_once, at_most_twice };
  Target target;
  Count count = Count::once;
  Row row = {};
};

/// A rule about all messages of a run.
struct Every {
  enum class Kind : std::uint8_t { response, interim, request };
  Kind kind = Kind::response;
  std::optional<Statuses> status = {};
  std::optional<Fact> when = {};
  std::vector<Fact> facts;
  Row row = {};
};

/// One conversation with one verdict.
struct Case {
  std::string id;     ///< `server/close/option/ends/label`.
  std::string title;  ///< With the labels of `each` put in.
  std::string requirement;
  std::string spec;  ///< `RFC 9112 section 9.6`.
  std::string why = {};
  std::string since = {};  ///< Edition: `2026.1`.
  Level level = Level::must;
  Roles roles = {};
  std::vector<std::string> covers = {};
  std::vector<std::string> kills = {};
  std::vector<std::string> needs =
      {};  ///< Words of `needs`: connect, cache, second-connection.
  bool alone = false;
  bool slow = false;
  std::size_t clients = 0;  ///< Size of the group, 0 without one.
  std::vector<Step> steps = {};
  std::vector<Saw> saws = {};
  std::vector<Every> everies = {};  ///< Either this or steps.
  Place place = {};
  bool embedded = true;            ///< False: given with --cases.
  std::vector<Binding> uses = {};  ///< Every binding that occurs, once each.
  bool uses_http10 = false;        ///< A request line of ours says HTTP/1.0.
  /// Time that the case takes on a target that behaves: the sum of these.
  std::vector<Span> planned = {};
};

}  // namespace connspec
