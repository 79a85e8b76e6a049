// How one sequence is judged: item by item, each from where the one before it ended.
//
// Internal to the judge: others use judge.hpp.
#pragma once

#include "harness/judge.hpp"

namespace connspec {

/// The moment at which received byte number `end` (from 1) had come.
Moment moment_of(const Wire& wire, std::size_t end);

/// `2xx-404` of `2xx|404`: as reason codes have it.
std::string word_of(const Statuses& status);

/// A walk over one sequence; made for one judgement.
class Walk {
 public:
  Walk(const Sight& sight, const Setting& setting) : sight_(sight), setting_(setting) {}

  Finding run(const Sequence& sequence);

  // One overload for each thing.
  Finding operator()(const Response& thing);
  Finding operator()(const Interim& thing);
  Finding operator()(const Request& thing);
  Finding operator()(const HeadOfResponse& thing);
  Finding operator()(const HeadOfRequest& thing);
  Finding operator()(const Bytes& thing);
  Finding operator()(const NewConnection&);
  Finding operator()(const End& thing);
  Finding operator()(const Silence& thing);
  Finding operator()(const Taken&);

 private:
  bool bound() const { return sight_.wire != nullptr; }
  const Message& at_cursor(ReadAs as) {
    return sight_.readings->at(*sight_.wire, sight_.cursor, as);
  }
  std::string thing_text() const { return item_->row.text; }
  std::string ending_text() const;

  static Finding pending() { return {.state = Finding::State::pending}; }
  Finding met(std::size_t cursor, Time at) const;

  /// The next final message, with the interim ones before it counted and passed; null when they
  /// are endless. On a lane without a connection an empty message.
  const Message* final_message(ReadAs as, std::size_t& interims);
  /// The finding when there is no message at all: nothing, the end, or what cannot be read.
  std::optional<Finding> not_a_message(const Message& message, std::string_view what);

  /// What was read, or, where that is nothing, the bytes themselves.
  std::string described(const Message& message) const;
  std::string_view kind() const;

  std::optional<Finding> other_request(const std::string& method, const Target& target,
                                       const Message& message);

  /// The end came between two messages: did the last one announce it?
  ClosedBetween closed_between() const;
  /// The whole message that ends at the cursor.
  const Message* last_message() const;

  bool wants_cut() const;
  Finding judge_cut(const std::optional<Statuses>& status, const Message& message,
                    std::size_t interims);

  std::optional<Finding> not_the_answer(const Response& thing, const Message& message);

  /// Where `within` and `not before` count from: the last byte before the cursor, the start of
  /// the last write, or, without either, the expectation's turn.
  Time reference() const;

  /// Met, if the facts hold. The message has come as far as `seen`; 0: it is over.
  Finding with_facts(const Message& message, std::size_t interims, std::size_t cursor,
                     std::size_t seen = 0);

  /// It was the end of the connection that completed the message, or cut it short.
  static bool ended_with(const Message& message);
  Moment end_moment() const;
  Finding timed_facts(std::size_t cursor, std::size_t seen);

  /// Judges the timed facts of a thing that happened at `at`, or has not happened yet.
  Finding with_time(const std::optional<Moment>& at, std::size_t cursor);

  /// A pending thing may have run out of its time.
  Finding still_in_time(Finding pending);

  /// Bytes stand where nothing was to come.
  Finding unmet_by_bytes(std::string_view what);

  Sight sight_;
  const Setting& setting_;
  const Item* item_ = nullptr;
  bool timed_ = false;
  Moment at_{};
  Time reference_{};
};

}  // namespace connspec
