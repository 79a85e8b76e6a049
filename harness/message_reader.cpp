#include "harness/message_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <functional>

namespace connspec {

namespace beast = boost::beast;
namespace http = boost::beast::http;

/// What Message needs of Beast's two parsers.
struct Message::Parser {
  virtual ~Parser() = default;
  virtual std::size_t put(std::string_view bytes, beast::error_code& error) = 0;
  virtual bool done() const = 0;
  virtual bool chunked() const = 0;
  virtual bool has_length() const = 0;
};

/// Puts into a Message what Beast finds.
template <bool is_request>
struct Message::ParserOf final : Message::Parser, http::basic_parser<is_request> {
  using Base = http::basic_parser<is_request>;

  explicit ParserOf(Message& message) : message_(message) {
    Base::header_limit(static_cast<std::uint32_t>(Message::head_limit));
    Base::body_limit(boost::none);
    Base::eager(true);
    if (message.answers_without_content()) Base::skip(true);
  }

  std::size_t put(std::string_view bytes, beast::error_code& error) override {
    return Base::put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  }
  bool done() const override { return Base::is_done(); }
  bool chunked() const override { return Base::chunked(); }
  bool has_length() const override { return Base::content_length().has_value(); }

  void on_request_impl(http::verb, beast::string_view method, beast::string_view target,
                       int version, beast::error_code&) override {
    message_.method_ = lasting(method);
    message_.target_ = lasting(target);
    message_.version_ = version;
  }
  void on_response_impl(int code, beast::string_view, int version,
                        beast::error_code&) override {
    message_.status_ = code;
    message_.version_ = version;
  }
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     beast::error_code&) override {
    auto& lines = message_.in_trailers_ ? message_.trailers_ : message_.fields_;
    lines.push_back({lasting(name), lasting(value)});
  }
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, beast::error_code&) override {
    message_.content_size_ += body.size();
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, beast::string_view,
                            beast::error_code&) override {
    message_.in_trailers_ = size == 0;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body,
                                 beast::error_code&) override {
    message_.chunks_.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

 private:
  /// Views into the kept head stay as they are; others (folded lines, trailers, a head that was
  /// read without its Content-Length) are copied.
  std::string_view lasting(beast::string_view text) {
    const std::string& head = message_.head_;
    const std::less_equal<const char*> not_after;
    const bool inside = not_after(head.data(), text.data()) &&
                        not_after(text.data() + text.size(), head.data() + head.size());
    if (inside) return {text.data(), text.size()};
    message_.kept_.emplace_back(text.data(), text.size());
    return message_.kept_.back();
  }

  Message& message_;
};

namespace {

constexpr std::size_t usual_fields = 16;  ///< Room for as many is made at once.
constexpr std::string_view whitespace = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(whitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(whitespace) - first + 1);
}

/// Where the empty line behind a head begins: the LF before it. Lines that end in bare LF
/// count.
std::size_t empty_line(std::string_view bytes, std::size_t from) {
  for (auto lf = bytes.find('\n', from); lf != bytes.npos; lf = bytes.find('\n', lf + 1)) {
    const auto next = bytes.substr(lf + 1, 2);
    if (next.substr(0, 1) == "\n" || next == "\r\n") return lf;
  }
  return bytes.npos;
}

/// The line of a last chunk, and not yet the five bytes that Beast, which has seen that line,
/// relies upon when it is asked again.
bool is_begun_last_chunk(std::string_view rest) {
  const auto line_end = std::min(rest.find('\r'), rest.size());
  return rest.size() < 5 && rest[0] == '0' && rest.substr(line_end, 2) == "\r\n";
}

bool may_begin_response(std::string_view bytes) {
  constexpr std::string_view start = "HTTP/";
  const auto common = std::min(bytes.size(), start.size());
  return bytes.substr(0, common) == start.substr(0, common);
}

bool may_begin_request(std::string_view bytes) {
  const auto method = bytes.substr(0, std::min(bytes.find(' '), std::size_t{32}));
  return std::all_of(method.begin(), method.end(),
                     [](char c) { return c > ' ' && c < '\x7f'; });
}

/// The head without its Content-Length lines.
std::string without_length(std::string_view head) {
  std::string rest;
  while (!head.empty()) {
    const auto end = std::min(head.find("\r\n"), head.size() - 2) + 2;
    const auto line = head.substr(0, end);
    if (!same_word(line.substr(0, std::min(line.find(':'), line.size())), "Content-Length"))
      rest += line;
    head.remove_prefix(end);
  }
  return rest;
}

std::string sentence_of(const beast::error_code& error) {
  if (error == http::error::bad_line_ending) return "a line does not end in CRLF";
  if (error == http::error::bad_version) return "the version is not HTTP/1.0 or HTTP/1.1";
  if (error == http::error::bad_content_length) return "Content-Length is not valid";
  if (error == http::error::multiple_content_length) return "Content-Length has two values";
  if (error == http::error::bad_transfer_encoding) return "Transfer-Encoding is not valid";
  if (error == http::error::bad_chunk) return "a chunk is not valid";
  if (error == http::error::bad_field) return "a field name is not valid";
  if (error == http::error::bad_value) return "a field value is not valid";
  if (error == http::error::header_limit) return "the head is endless";
  return error.message();
}

}  // namespace

Message::Message(ReadAs as, std::size_t begin) : as_(as), begin_(begin), scanned_(begin) {}
Message::~Message() = default;

std::string_view Message::content() const {
  if (content_size_ == 0) return chunks_;
  return std::string_view(wire_->received).substr(head_end_, content_size_);
}

void Message::advance(const Wire& wire) {
  wire_ = &wire;
  if (state_ == State::whole || state_ == State::cut || state_ == State::malformed) return;
  if (wire.received.size() > begin_ && state_ == State::nothing) state_ = State::in_head;
  if (state_ == State::in_head && take_head(wire)) read_head();
  if (state_ == State::in_content) take_content(wire);
  if (wire.ending()) finish_at_end(wire);
}

/// Looks for the empty line; true when the head is whole and kept.
bool Message::take_head(const Wire& wire) {
  const std::string_view all(wire.received);
  const auto bytes = all.substr(begin_);
  const bool possible =
      as_ == ReadAs::request ? may_begin_request(bytes) : may_begin_response(bytes);
  if (!possible) {
    refuse("this does not begin as a message does");
    return false;
  }
  const auto from = std::max(begin_, scanned_ < begin_ + 2 ? begin_ : scanned_ - 2);
  const auto last = empty_line(all, from);
  const bool found = last != std::string_view::npos;
  const auto end = found ? last + 3 : all.size();
  if (end - begin_ > head_limit) {
    refuse("the head is endless");
  } else if (found && (last == begin_ || all.substr(last - 1, 4) != "\r\n\r\n")) {
    refuse("the head ends in bare LF");
  } else if (found) {
    head_end_ = end;
    head_.assign(all.substr(begin_, end - begin_));
  }
  scanned_ = all.size();
  return head_end_ != 0;
}

void Message::read_head() {
  state_ = State::in_content;
  consumed_ = head_end_;
  fields_.reserve(usual_fields);
  const auto parse = [this](std::string_view head) {
    if (as_ == ReadAs::request)
      parser_ = std::make_unique<ParserOf<true>>(*this);
    else
      parser_ = std::make_unique<ParserOf<false>>(*this);
    beast::error_code error;
    parser_->put(head, error);
    return error;
  };
  auto error = parse(head_);
  if (error) {
    split_lines();
    const bool both =
        count_of(fields_, "Transfer-Encoding") && count_of(fields_, "Content-Length");
    if (both) {  // Transfer-Encoding wins: RFC 9112 section 6.3, rule 3.
      auto lines = std::move(fields_);
      fields_.clear();
      error = parse(without_length(head_));
      fields_ = std::move(lines);
    }
  }
  if (error) return refuse(sentence_of(error));
  framing_ = framing_of_head();
  if (parser_->done()) finish();
}

/// A response that has no content whatever its fields say, for what it answers. Beast wants to
/// know before it reads the status.
bool Message::answers_without_content() const {
  constexpr std::size_t status_at = 9;  // HTTP/1.1 2
  const bool success = head_.size() > status_at && head_[status_at] == '2';
  return as_ == ReadAs::response_to_head || (as_ == ReadAs::response_to_connect && success);
}

/// How the content is framed, once Beast has read the head.
Framing Message::framing_of_head() const {
  const bool answers_connect = as_ == ReadAs::response_to_connect && status_ / 100 == 2;
  const bool bodyless = as_ == ReadAs::response_to_head || answers_connect ||
                        status_ / 100 == 1 || status_ == 204 || status_ == 304;
  if (bodyless) return Framing::none;
  if (parser_->chunked()) return Framing::chunks;
  if (parser_->has_length()) return Framing::length;
  return as_ == ReadAs::request ? Framing::none : Framing::end;
}

void Message::take_content(const Wire& wire) {
  const std::string_view all(wire.received);
  beast::error_code error;
  while (!error && !parser_->done() && consumed_ < all.size()) {
    const auto rest = all.substr(consumed_);
    if (stuck_ && is_begun_last_chunk(rest)) return;
    const auto taken = parser_->put(rest, error);
    consumed_ += taken;
    stuck_ = taken == 0;
    if (stuck_) break;
  }
  if (error && error != http::error::need_more) {
    if (in_trailers_ && take_trailers(all.substr(consumed_))) return finish();
    return refuse(sentence_of(error));
  }
  if (parser_->done()) finish();
}

/// The last chunk and its trailers, where Beast minds what a trailer means: as Content-Length
/// or Transfer-Encoding it frames nothing any more. `rest` begins with what Beast did not take.
bool Message::take_trailers(std::string_view rest) {
  constexpr std::string_view crlf = "\r\n";
  const auto end = rest.find("\r\n\r\n", rest.starts_with(crlf) ? crlf.size() : 0);
  const auto chunk = rest.find(crlf, rest.starts_with(crlf) ? crlf.size() : 0);
  if (end == rest.npos) return false;
  trailers_.clear();
  auto lines = rest.substr(0, end + crlf.size()).substr(chunk + crlf.size());
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find(crlf));
    const auto colon = line.find(':');
    if (colon == 0 || colon == line.npos || line.find_first_of(whitespace) < colon)
      return false;
    const auto& kept = kept_.emplace_back(line);
    trailers_.push_back({std::string_view(kept).substr(0, colon),
                         trimmed(std::string_view(kept).substr(colon + 1))});
    lines.remove_prefix(line.size() + crlf.size());
  }
  consumed_ += end + 2 * crlf.size();
  return true;
}

void Message::finish() {
  state_ = State::whole;
  end_ = consumed_;
  parser_.reset();
}

/// What the end of the connection makes of a message that is not whole.
void Message::finish_at_end(const Wire& wire) {
  if (state_ != State::in_head && state_ != State::in_content) return;
  const bool by_fin = wire.ending() == Ending::fin;
  if (state_ == State::in_content && framing_ == Framing::end && by_fin) return finish();
  state_ = State::cut;
  parser_.reset();
}

void Message::refuse(std::string fault) {
  state_ = State::malformed;
  fault_ = std::move(fault);
  parser_.reset();
}

/// The field lines of a head that Beast refuses, as well as they can be told apart.
void Message::split_lines() {
  fields_.clear();
  std::string_view rest(head_);
  bool first = true;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    auto line = rest.substr(0, end);
    rest.remove_prefix(end);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (!first && colon != std::string_view::npos)
      fields_.push_back({trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1))});
    first = false;
  }
}

const Message& MessagesRead::at(const Wire& wire, std::size_t begin, ReadAs as) {
  auto [place, is_new] = messages_.try_emplace(std::pair(begin, as), as, begin);
  place->second.advance(wire);
  return place->second;
}

bool same_word(std::string_view one, std::string_view other) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  return one.size() == other.size() &&
         std::equal(one.begin(), one.end(), other.begin(),
                    [&](char a, char b) { return a == b || lower(a) == lower(b); });
}

bool has_member(const std::vector<FieldLine>& fields, std::string_view field,
                std::string_view member) {
  for (const auto& line : fields) {
    if (!same_word(line.name, field)) continue;
    auto rest = line.value;
    while (true) {
      const auto comma = std::min(rest.find(','), rest.size());
      if (same_word(trimmed(rest.substr(0, comma)), member)) return true;
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

std::string joined(const std::vector<FieldLine>& fields, std::string_view field) {
  std::string values;
  bool first = true;
  for (const auto& line : fields) {
    if (!same_word(line.name, field)) continue;
    if (!first) values += ", ";
    values += line.value;
    first = false;
  }
  return values;
}

std::size_t count_of(const std::vector<FieldLine>& fields, std::string_view field) {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(),
                    [&](const FieldLine& line) { return same_word(line.name, field); }));
}

std::string_view path_of(std::string_view target) {
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  const auto slash = target.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : target.substr(slash);
}

bool persists(const Message& message) {
  if (message.framing() == Framing::end) return false;
  if (has_member(message.fields(), "Connection", "close")) return false;
  return message.version() >= 11 || has_member(message.fields(), "Connection", "keep-alive");
}

}  // namespace connspec
