// One HTTP/1.x message, read out of received bytes as far as they have come.
//
// Beast decides about syntax and framing. What it cannot read is evidence, not an error: the
// raw head stays, its lines are split as well as they can be, and `fault` says what is wrong.
#pragma once

#include "harness/evidence.hpp"

#include <list>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace connspec {

/// What the bytes are to be read as; a response is framed by what it answers.
enum class ReadAs : std::uint8_t { request, response, response_to_head, response_to_connect };

/// One field line. Views into the Message that holds it.
struct FieldLine {
  std::string_view name;
  std::string_view value;  ///< Without the blanks around it.
};

/// A message that begins at a certain offset of a wire. Views into it live as long as it does.
class Message {
 public:
  enum class State : std::uint8_t {
    nothing,     ///< No byte yet.
    in_head,     ///< A part of the head.
    in_content,  ///< The head is whole.
    whole,
    cut,  ///< The connection ended before the message did.
    malformed,
  };
  static constexpr std::size_t head_limit = 256'000;

  Message(ReadAs as, std::size_t begin);
  ~Message();
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  /// Takes in what has come since the last call. `wire` is the same each time.
  void advance(const Wire& wire);

  ReadAs as() const { return as_; }
  State state() const { return state_; }
  bool has_head() const { return head_end_ != 0; }
  /// Head whole and a final response: 101 is final, other 1xx are not.
  bool is_interim() const { return status_ / 100 == 1 && status_ != 101; }

  std::size_t begin() const { return begin_; }        ///< Offset of the first byte.
  std::size_t head_end() const { return head_end_; }  ///< Offset behind the empty line, or 0.
  std::size_t end() const { return end_; }  ///< Offset behind the message; of the whole one.

  int status() const { return status_; }    ///< 0 unless a response whose head is there.
  int version() const { return version_; }  ///< 10 or 11, or 0.
  std::string_view method() const { return method_; }
  std::string_view target() const { return target_; }
  std::string_view raw_head() const { return head_; }  ///< With its line ends.
  const std::vector<FieldLine>& fields() const { return fields_; }
  const std::vector<FieldLine>& trailers() const { return trailers_; }
  /// Decoded. A view into the message or into what the wire received: valid until that grows.
  std::string_view content() const;
  Framing framing() const { return framing_; }
  const std::string& fault() const { return fault_; }  ///< Of a malformed message.

 private:
  struct Parser;
  template <bool is_request>
  struct ParserOf;

  bool take_head(const Wire& wire);
  void read_head();
  void refuse(std::string fault);
  bool answers_without_content() const;
  Framing framing_of_head() const;
  void take_content(const Wire& wire);
  bool take_trailers(std::string_view rest);
  void finish();
  void finish_at_end(const Wire& wire);
  void split_lines();

  ReadAs as_;
  State state_ = State::nothing;
  std::size_t begin_;
  std::size_t scanned_;
  std::size_t head_end_ = 0;
  std::size_t consumed_ = 0;
  bool in_trailers_ = false;  ///< The last chunk has been read.
  bool stuck_ = false;        ///< Beast wants more bytes before it takes any.
  std::size_t end_ = 0;
  int status_ = 0;
  int version_ = 0;
  std::string_view method_;
  std::string_view target_;
  std::string head_;
  std::vector<FieldLine> fields_;
  std::vector<FieldLine> trailers_;
  std::list<std::string> kept_;   ///< Text that the views of folded fields and trailers need.
  const Wire* wire_ = nullptr;    ///< Holds content that is not in chunks.
  std::size_t content_size_ = 0;  ///< Of such content.
  std::string chunks_;            ///< The data of chunks, put together.
  Framing framing_ = Framing::none;
  std::string fault_;
  std::unique_ptr<Parser> parser_;
};

/// Messages read from one wire, so that none is read twice. A memory, not a state: what it
/// holds follows from the wire alone.
class MessagesRead {
 public:
  /// The message that begins at `begin`, as far as it has come. Lives as long as the
  /// MessagesRead.
  const Message& at(const Wire& wire, std::size_t begin, ReadAs as);
  const std::map<std::pair<std::size_t, ReadAs>, Message>& all() const { return messages_; }

 private:
  std::map<std::pair<std::size_t, ReadAs>, Message> messages_;
};

/// Compares names of fields and members of lists: ASCII, without case.
bool same_word(std::string_view one, std::string_view other);

/// Whether a member of the list over all lines of `field` is `member` (RFC 9110 section 5.6.1).
bool has_member(const std::vector<FieldLine>& fields, std::string_view field,
                std::string_view member);

/// The values of all lines of `field`, joined by ", ".
std::string joined(const std::vector<FieldLine>& fields, std::string_view field);

/// How many lines of `field` there are.
std::size_t count_of(const std::vector<FieldLine>& fields, std::string_view field);

/// The path of a target in origin-form or absolute-form: `/k7f3a/u` of `http://h:1/k7f3a/u`.
std::string_view path_of(std::string_view target);

/// Whether the sender lets the connection persist after this message (RFC 9112 section 9.3):
/// not where its content has no end but that of the connection.
bool persists(const Message& message);

}  // namespace connspec
