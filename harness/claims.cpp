#include "harness/claims.hpp"

#include <algorithm>

namespace connspec {

namespace {

std::pair<int, int> key_of(Lane lane) {
  return {static_cast<int>(lane.side), static_cast<int>(lane.number)};
}

/// The target of an item that waits for a request, and whether its head is enough.
const Target* requested(const Item& item, bool& head) {
  if (const auto* request = std::get_if<Request>(&item.thing))
    return head = false, &request->target;
  if (const auto* request = std::get_if<HeadOfRequest>(&item.thing))
    return head = true, &request->target;
  return nullptr;
}

}  // namespace

std::string without_query(std::string_view path) {
  return std::string(path.substr(0, path.find('?')));
}

Claims::Claims(const Case& script, const Bindings& bindings) {
  for (const auto& step : script.steps) {
    if (const auto* expect = std::get_if<Expect>(&step.what)) {
      add_rows(expect->sequence, expect->lane, expect->times, bindings);
    } else if (const auto* asks = std::get_if<Asks>(&step.what)) {
      if (asks->of)
        for (std::size_t n = 1; n <= asks->times; ++n)
          add(asks, n, std::string(path_of(bindings.fill(asks->target, n))), *asks->of, false);
    } else if (const auto* either = std::get_if<Either>(&step.what)) {
      add_ways(*either, bindings);
    }
  }
}

void Claims::add_rows(const Sequence& sequence, Lane lane, std::size_t times,
                      const Bindings& bindings) {
  for (std::size_t n = 1; n <= times; ++n)
    for (const auto& item : sequence) {
      bool head = false;
      if (const auto* target = requested(item, head))
        add(&item, n, std::string(path_of(bindings.fill(*target, n))), lane, head);
    }
}

/// Ways exclude one another: the i-th row for a target is one claim in all of them.
void Claims::add_ways(const Either& either, const Bindings& bindings) {
  std::map<std::pair<std::string, std::size_t>, Claim*> shared;
  const auto headed_before = headed_;
  auto headed_behind = headed_;
  for (const auto& way : either.ways) {
    std::map<std::string, std::size_t> count;
    headed_ = headed_before;
    for (const auto& row : way.rows)
      for (const auto& item : row.sequence) {
        bool head = false;
        const auto* target = requested(item, head);
        if (!target) continue;
        const auto path = without_query(path_of(bindings.fill(*target, 1)));
        auto& claim = shared[{path, ++count[path]}];
        if (claim) {
          by_row_[{&item, 1}] = claim;
          headed_[key_of(row.lane)] = head ? claim : nullptr;
        } else {
          add(&item, 1, path, row.lane, head);
          claim = by_row_[{&item, 1}];
        }
        if (head) headed_behind[key_of(row.lane)] = claim;
      }
  }
  headed_ = std::move(headed_behind);
}

void Claims::add(const void* row, std::size_t n, std::string path, Lane lane, bool head) {
  path = without_query(path);
  auto& headed = headed_[key_of(lane)];
  Claim* claim = headed && headed->path == path ? headed : nullptr;
  if (!claim) claim = &claims_.emplace_back(Claim{.path = std::move(path), .lane = lane});
  by_row_[{row, n}] = claim;
  headed = head ? claim : nullptr;
}

Claim* Claims::of(const void* row, std::size_t n) {
  const auto claim = by_row_.find({row, n});
  return claim == by_row_.end() ? nullptr : claim->second;
}

Claim* Claims::take(const Arrived& arrival) {
  const auto path = without_query(arrival.path);
  count(path);
  for (auto& claim : claims_)
    if (claim.path == path && !claim.arrival && !claim.released) {
      claim.arrival = arrival;
      return &claim;
    }
  return nullptr;
}

std::vector<Claim*> Claims::all() {
  std::vector<Claim*> claims;
  for (auto& claim : claims_) claims.push_back(&claim);
  return claims;
}

std::size_t Claims::index_of(const Claim* claim) const {
  const auto found = std::find_if(claims_.begin(), claims_.end(),
                                  [&](const Claim& known) { return &known == claim; });
  return static_cast<std::size_t>(found - claims_.begin());
}

std::size_t Claims::arrivals(const std::string& path) const {
  const auto count = arrivals_.find(without_query(path));
  return count == arrivals_.end() ? 0 : count->second;
}

}  // namespace connspec
