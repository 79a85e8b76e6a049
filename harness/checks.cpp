#include "checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

bool is_u(Binding binding) { return binding >= Binding::u && binding <= Binding::u9; }

/// Calls `visit` with every item of a case, those of ways too.
template <typename Visit>
void for_each_item(const Case& script, Visit visit) {
  for (const Step& step : script.steps) {
    if (const auto* expect = std::get_if<Expect>(&step.what))
      for (const Item& item : expect->sequence) visit(item);
    if (const auto* either = std::get_if<Either>(&step.what))
      for (const Way& way : either->ways)
        for (const Expect& row : way.rows)
          for (const Item& item : row.sequence) visit(item);
  }
}

bool can_fail(const Step& step) {
  if (const auto* expect = std::get_if<Expect>(&step.what)) return !expect->given;
  if (const auto* asks = std::get_if<Asks>(&step.what)) return !asks->given;
  return std::holds_alternative<Either>(step.what);
}

/// Whether a write of ours begins a message with this method.
bool sends_method(const Write& write, std::string_view method) {
  bool at_begin = true;
  for (const Chunk& chunk : write.chunks)
    for (const Piece& piece : chunk.text) {
      const std::string_view text = piece.literal;
      for (std::size_t at = text.find(method); at != text.npos;
           at = text.find(method, at + 1)) {
        const bool begins = at == 0 ? at_begin : text[at - 1] == '\n';
        const std::string_view behind = text.substr(at + method.size());
        if (begins && (behind == " " || behind.starts_with(" /") || behind.starts_with(" h")))
          return true;
      }
      at_begin = text.ends_with('\n') && !piece.hole;
    }
  return false;
}

void check_method(const Case& script, std::string_view method, To to,
                  std::vector<Objection>& objections) {
  bool reads_response = false;
  bool reads_it = false;
  for_each_item(script, [&](const Item& item) {
    const auto* response = std::get_if<Response>(&item.thing);
    reads_response |= response != nullptr;
    reads_it |= response != nullptr && response->to == to;
  });
  if (!reads_response || reads_it) return;
  for (const Step& step : script.steps) {
    const auto* write = std::get_if<Write>(&step.what);
    if (write == nullptr || write->lane.side == Lane::Side::origin) continue;
    if (!sends_method(*write, method)) continue;
    objections.push_back({step.row.line, std::string(method),
                          fmt::format("the request is a {0}, and no row reads a response "
                                      "'to {0}'",
                                      method)});
    return;
  }
}

bool same(const Target& one, const Target& other) {
  return one.name == other.name && shown(one.suffix) == shown(other.suffix);
}

/// Whether a step takes a request for this target off our origin.
bool takes(const Step& step, const Target& target) {
  const auto in = [&](const Expect& expect) {
    return std::any_of(expect.sequence.begin(), expect.sequence.end(), [&](const Item& item) {
      const auto* request = std::get_if<Request>(&item.thing);
      const auto* head = std::get_if<HeadOfRequest>(&item.thing);
      return (request != nullptr && same(request->target, target)) ||
             (head != nullptr && same(head->target, target));
    });
  };
  if (const auto* expect = std::get_if<Expect>(&step.what)) return in(*expect);
  if (const auto* asks = std::get_if<Asks>(&step.what))
    return asks->of && same(asks->target, target);
  const auto* either = std::get_if<Either>(&step.what);
  return either != nullptr &&
         std::any_of(either->ways.begin(), either->ways.end(), [&](const Way& way) {
           return std::any_of(way.rows.begin(), way.rows.end(), in);
         });
}

/// A response that waits for a row below it, which waits for the response.
void check_order(const Case& script, std::size_t at, const Target& target, int line,
                 std::vector<Objection>& objections) {
  if (!is_u(target.name)) return;
  const auto here = script.steps.begin() + static_cast<std::ptrdiff_t>(at);
  const auto takes_it = [&](const Step& step) { return takes(step, target); };
  if (std::any_of(script.steps.begin(), here, takes_it)) return;
  if (std::none_of(here + 1, script.steps.end(), takes_it)) return;
  const std::string name = fmt::format("{{{}}}{}", name_of(target.name), shown(target.suffix));
  objections.push_back(
      {line, name,
       fmt::format("response {0} stands before the row that takes {0}: both would "
                   "wait for ever",
                   name)});
}

void check_orders(const Case& script, std::vector<Objection>& objections) {
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    if (const auto* asks = std::get_if<Asks>(&step.what))
      if (!asks->of) check_order(script, i, asks->target, step.row.line, objections);
    if (const auto* expect = std::get_if<Expect>(&step.what))
      for (const Item& item : expect->sequence)
        if (const auto* response = std::get_if<Response>(&item.thing);
            response != nullptr && response->target)
          check_order(script, i, *response->target, item.row.line, objections);
  }
}

}  // namespace

void check_answers(const Case& script, std::vector<Objection>& objections) {
  if (!script.everies.empty() && !(script.steps.empty() && script.saws.empty()))
    objections.push_back({script.everies.front().row.line, "every",
                          "'every' stands alone: it is judged over the whole run, not behind "
                          "steps"});
  const bool fails = std::any_of(script.steps.begin(), script.steps.end(), can_fail);
  if (!fails && script.saws.empty() && script.everies.empty())
    objections.push_back({0, "", "no expectation: this case cannot fail"});
  if (!script.saws.empty() && !script.steps.empty() &&
      script.steps.back().row.line > script.saws.front().row.line)
    objections.push_back({script.saws.front().row.line, "saw",
                          "'saw' stands last: it is settled at the end of the case"});
  if (!script.saws.empty() && script.steps.empty())
    objections.push_back({script.saws.front().row.line, "saw",
                          "'saw' without steps: nothing is sent that our origin could see"});
  check_method(script, "HEAD", To::head, objections);
  check_method(script, "CONNECT", To::connect, objections);
  check_orders(script, objections);
}

std::vector<Objection> check(const Case& script) {
  std::vector<Objection> objections;
  check_answers(script, objections);
  check_roles(script, objections);
  check_lanes(script, objections);
  check_ways(script, objections);
  check_facts(script, objections);
  check_planned_time(script, objections);
  return objections;
}

}  // namespace connspec
