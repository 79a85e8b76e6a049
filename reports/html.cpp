#include "reports/html.hpp"

#include "reports/html_page.hpp"
#include "reports/run_json.hpp"
#include "reports/whole_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace connspec {

namespace {

/// What is left out of the runs.
struct Cut {
  std::size_t transcripts = 0;
  std::size_t messages = 0;
  std::size_t bytes = 0;
};

/// About as many bytes as it takes in the document.
std::size_t size_of(const std::vector<Event>& transcript) {
  constexpr std::size_t keys = 100;
  std::size_t size = 0;
  for (const Event& event : transcript) {
    size += keys + event.text.size();
    for (const Settled& settled : event.settled)
      size += keys + settled.row.size() + settled.why.size();
  }
  return size;
}

void shorten(Result& result, std::size_t most, Cut& cut) {
  for (Event& event : result.transcript) {
    if (event.text.size() <= most) continue;
    event.size = std::max<std::uint64_t>(event.size, event.text.size());
    cut.bytes += event.text.size() - most;
    ++cut.messages;
    event.text.resize(most);
  }
}

/// How much is lost with its transcript: the graver comes first.
std::size_t rank_of(const Result& result) {
  constexpr std::array order{Verdict::fail,     Verdict::inconclusive, Verdict::departs,
                             Verdict::observed, Verdict::skipped,      Verdict::pass};
  if (result.unstable) return 0;
  return static_cast<std::size_t>(std::ranges::find(order, result.verdict) - order.begin());
}

Cut cut_to(const HtmlExtent& extent, std::vector<Run>& runs) {
  Cut cut;
  std::vector<Result*> results;
  for (Run& run : runs)
    for (Result& result : run.results)
      if (!result.transcript.empty()) results.push_back(&result);
  std::ranges::stable_sort(results, {}, [](const Result* result) { return rank_of(*result); });
  std::size_t size = 0;
  for (Result* result : results) {
    shorten(*result, extent.message, cut);
    const std::size_t more = size_of(result->transcript);
    if (size + more <= extent.transcripts) {
      size += more;
    } else {
      result->transcript.clear();
      ++cut.transcripts;
    }
  }
  return cut;
}

/// JSON on as few rows as it can be, and with no `<` in it: no tag and no comment can begin or
/// end there.
std::string inside_a_page(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '<') {
      out += "\\u003c";
    } else if (json[at] == '\n') {  // Within a string it is an escape.
      while (at + 1 < json.size() && json[at + 1] == ' ') ++at;
    } else {
      out += json[at];
    }
  }
  return out;
}

}  // namespace

std::string html(std::span<const Run> runs, const HtmlExtent& extent) {
  std::vector<Run> kept(runs.begin(), runs.end());
  const Cut cut = cut_to(extent, kept);
  const std::string sentence = fmt::format(
      R"({{"transcripts":{},"megabytes":{},"messages":{},"bytes":{},"keep":{}}})",
      cut.transcripts, extent.transcripts >> 20, cut.messages, cut.bytes, extent.message);
  return html_page(inside_a_page(run_json(kept)), sentence);
}

std::optional<std::string> save_html(const std::string& path, std::span<const Run> runs) {
  return write_whole_file(path, html(runs));
}

}  // namespace connspec
