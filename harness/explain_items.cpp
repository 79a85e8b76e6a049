// What is expected and what is sent, in words.
#include "explain.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

std::string phrase(WordKind kind, std::string_view word) {
  return std::string(phrase_of(kind, word));
}
std::string thing(std::string_view word) { return phrase(WordKind::thing, word); }
std::string fact(std::string_view word) { return phrase(WordKind::fact, word); }

std::string name_of(const Target& target) {
  return fmt::format("{{{}}}{}", connspec::name_of(target.name), shown(target.suffix));
}

std::string time_of(const Span& span) {
  if (span.declared) return fmt::format("{{{}}}", connspec::name_of(*span.declared));
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(span.fixed).count();
  if (millis % 1000 == 0) return fmt::format("{} s", millis / 1000);
  return fmt::format("{} ms", millis);
}

std::string quoted(const Text& text) {
  constexpr std::size_t longest = 48;
  std::string out = shown(text);
  if (out.size() > longest) out = out.substr(0, longest) + "...";
  return '"' + out + '"';
}

std::string statuses(const Statuses& statuses) {
  std::string out = statuses.text;
  for (std::size_t bar = out.find('|'); bar != out.npos; bar = out.find('|'))
    out.replace(bar, 1, " or ");
  return out;
}

struct Things {
  std::string operator()(const Response& response) const {
    std::string out = thing("response");
    if (response.status) out.append(" ").append(statuses(*response.status));
    if (response.target) out = fmt::format("the right answer to {}", name_of(*response.target));
    if (response.to != To::get) out += response.to == To::head ? " to a HEAD" : " to a CONNECT";
    return out;
  }
  std::string operator()(const Interim& interim) const {
    return interim.status ? fmt::format("{} {}", thing("interim"), statuses(*interim.status))
                          : thing("interim");
  }
  std::string operator()(const Request& request) const {
    return fmt::format("the {}request for {}",
                       request.method.empty() ? "" : request.method + " ",
                       name_of(request.target));
  }
  std::string operator()(const HeadOfResponse& head) const {
    return fmt::format("{} a response {}", thing("head"), statuses(head.status));
  }
  std::string operator()(const HeadOfRequest& head) const {
    return fmt::format("{} {}", thing("head"), (*this)(Request{head.method, head.target}));
  }
  std::string operator()(const Bytes& bytes) const {
    if (bytes.exactly)
      return fmt::format("exactly the {} {}", thing("bytes"), quoted(*bytes.exactly));
    return fmt::format("{} {}", bytes.count, thing("bytes"));
  }
  std::string operator()(const NewConnection&) const { return "a new connection"; }
  std::string operator()(const End& end) const {
    if (!end.by) return thing("end");
    return fmt::format("the end of the connection by {}, before any byte",
                       *end.by == Ending::fin ? "FIN" : "RST");
  }
  std::string operator()(const Silence& silence) const {
    return fmt::format("{} {}", thing("silence"), time_of(silence.time));
  }
  std::string operator()(const Taken&) const { return thing("taken"); }
};

struct Facts {
  std::string operator()(const Says& says) const {
    return fmt::format("that says {}{}", says.no ? "no " : "", says.option);
  }
  std::string operator()(const Has& has) const {
    std::string with = fmt::format("{} {}", fact("has"), has.field);
    switch (has.how) {
      case Has::How::present:
        return with;
      case Has::How::equals:
        return fmt::format("{}: {}", with, shown(has.value));
      case Has::How::with:
        return fmt::format("{} that lists {}", with, shown(has.value));
      case Has::How::starting:
        return fmt::format("{} beginning {}", with, quoted(has.value));
    }
    return with;
  }
  std::string operator()(const Lacks& lacks) const {
    if (!lacks.member) return fmt::format("{} {}", fact("lacks"), lacks.field);
    return fmt::format("{} {} in {}", fact("lacks"), shown(*lacks.member), lacks.field);
  }
  std::string operator()(const Trailer& trailer) const {
    if (trailer.lacks) return fmt::format("without the trailer {}", trailer.field);
    return fmt::format("{} {}", fact("trailer"), trailer.field);
  }
  std::string operator()(const Content& content) const {
    return fmt::format("{} {}", fact("body"), quoted(content.bytes));
  }
  std::string operator()(const ContentSize& size) const {
    return fmt::format("{} {} bytes", fact("bytes"), size.bytes);
  }
  std::string operator()(const CutShort&) const { return fact("cut"); }
  std::string operator()(const FramedBy& framed) const {
    constexpr std::string_view names[] = {"nothing", "Content-Length", "chunks",
                                          "the end of the connection"};
    return fmt::format("{} {}", fact("framed"),
                       names[static_cast<std::size_t>(framed.framing)]);
  }
  std::string operator()(const Version& version) const {
    return fmt::format("{} {}", fact("version"), version.version == 10 ? "1.0" : "1.1");
  }
  std::string operator()(const NoInterim&) const { return fact("no interim"); }
  std::string operator()(const OnFreshConnection&) const {
    return fact("on a fresh connection");
  }
  std::string operator()(const OnConnectionOf& on) const {
    return fmt::format("{}{} {}", on.no ? "not " : "", fact("on the connection of"),
                       connspec::name_of(on.lane));
  }
  std::string operator()(const Within& within) const {
    return fmt::format("{} {}", fact("within"), time_of(within.time));
  }
  std::string operator()(const NotBefore& before) const {
    if (!before.time) return "not before the time that its last Keep-Alive field promised";
    return fmt::format("{} {}", fact("not before"), time_of(*before.time));
  }
  std::string operator()(const NoStall&) const { return fact("no stall"); }
  std::string operator()(const SameLength&) const { return fact("same length"); }
  std::string operator()(const AtMostSegments& most) const {
    return fmt::format("{} {} TCP segment{}", fact("at most"), most.segments,
                       most.segments == 1 ? "" : "s");
  }
  std::string operator()(const OfForm& form) const {
    return phrase(WordKind::form,
                  words(WordKind::form)[static_cast<std::size_t>(form.form)].word);
  }
  std::string operator()(const One& one) const {
    return fmt::format("{} line of {}", phrase(WordKind::form, "one"), one.field);
  }
};

/// What a write looks like to a reader of HTTP: heads, and the bytes around them.
class Outline {
 public:
  void line(std::string_view text) {
    if (in_head_) return text.empty() ? end_head() : field(text);
    if (const bool response = text.starts_with("HTTP/1."); response || is_request_line(text)) {
      flush();
      in_head_ = true;
      is_response_ = response;
      start_ = response ? text.substr(std::min<std::size_t>(9, text.size())) : text;
      fields_.clear();
      return;
    }
    bytes(text);
    bytes("\\r\\n");
  }
  void bytes(std::string_view text) {
    if (in_head_) end_head();
    pending_ += text;
    size_ += size_of(text);
  }
  void times(std::size_t times, std::string_view text) {
    if (in_head_) end_head();
    flush();
    add(fmt::format("{} times {}", times, cut(text)));
  }
  std::string take() {
    if (in_head_) add(head() + " (its head stays open)");
    flush();
    return std::move(out_);
  }

 private:
  static bool is_request_line(std::string_view text) {
    return text.find(" HTTP/") != text.npos && text[0] >= 'A' && text[0] <= 'Z';
  }
  /// How many bytes a text stands for; a hole counts as it is written.
  static std::size_t size_of(std::string_view text) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++size)
      i += text[i] != '\\' ? 1 : (i + 1 < text.size() && text[i + 1] == 'x' ? 4 : 2);
    return size;
  }
  static std::string cut(std::string_view text) {
    constexpr std::size_t longest = 48;
    if (text.size() <= longest) return fmt::format("\"{}\"", text);
    return fmt::format("\"{}...\"", text.substr(0, longest));
  }
  void field(std::string_view text) {
    constexpr std::size_t longest =
        40;  // Host is always the same, and long values hide the rest.
    const bool whole = text.size() <= longest && !text.starts_with("Host:");
    fields_ += (fields_.empty() ? "" : ", ");
    fields_ += whole ? text : text.substr(0, text.find(':'));
  }
  std::string head() const {
    if (!is_response_) return fields_.empty() ? start_ : start_ + ", " + fields_;
    return fmt::format("a head {}{}{}", start_, fields_.empty() ? "" : " with ", fields_);
  }
  void end_head() {
    in_head_ = false;
    add(head());
  }
  void flush() {
    if (!pending_.empty()) add(fmt::format("the {} bytes {}", size_, cut(pending_)));
    size_ = 0;
    pending_.clear();
  }
  void add(const std::string& text) {
    out_ += out_.empty() ? "" : ", then ";
    out_ += text;
  }

  std::string out_, pending_, start_, fields_;
  std::size_t size_ = 0;
  bool in_head_ = false;
  bool is_response_ = false;
};

}  // namespace

std::string describe(const Item& item) {
  std::string out = std::visit(Things{}, item.thing);
  const char* before = " ";
  for (const Fact& fact_of_item : item.facts) {
    const bool is_cut = std::holds_alternative<CutShort>(fact_of_item);
    if (is_cut && out.starts_with("a whole ")) out.erase(2, 6);
    out.append(before).append(std::visit(Facts{}, fact_of_item));
    before = ", ";
  }
  return out;
}

std::string describe(const Sequence& sequence) {
  std::string out;
  for (const Item& item : sequence)
    out.append(out.empty() ? "" : ", then ").append(describe(item));
  return out;
}

std::string describe(const Write& write) {
  Outline outline;
  for (const Chunk& chunk : write.chunks) {
    const std::string text = shown(chunk.text);
    if (chunk.times > 1) {
      outline.times(chunk.times, text);
      continue;
    }
    std::string_view rest = text;
    for (std::size_t end = rest.find("\\r\\n"); end != rest.npos; end = rest.find("\\r\\n")) {
      outline.line(rest.substr(0, end));
      rest.remove_prefix(end + 4);
    }
    if (!rest.empty()) outline.bytes(rest);
  }
  return outline.take();
}

std::string describe(const std::vector<Span>& planned) {
  std::string out;
  for (const Span& span : planned) out.append(out.empty() ? "" : " + ").append(time_of(span));
  return out;
}

}  // namespace connspec
