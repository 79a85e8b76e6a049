#include "harness/turns.hpp"

#include <fmt/format.h>

namespace connspec {

namespace {

std::unique_ptr<Actor> make_actor(Lane lane, std::size_t n) {
  auto actor = std::make_unique<Actor>();
  actor->lane = lane;
  actor->n = n;
  return actor;
}

std::string shown(const Target& target) {
  return fmt::format("{{{}}}{}", name_of(target.name), connspec::shown(target.suffix));
}

}  // namespace

Actor& actor_of(Cast& cast, Lane lane) {
  for (const auto& actor : cast)
    if (actor->lane == lane) return *actor;
  return *cast.emplace_back(make_actor(lane, 1));
}

Short<Actor*> actors_of(Cast& cast, Lane lane, std::size_t clients) {
  Short<Actor*> actors;
  if (!lane.group) {
    actors.push_back(&actor_of(cast, lane));
    return actors;
  }
  for (const auto& actor : cast)
    if (actor->lane.group) actors.push_back(actor.get());
  for (auto n = actors.size() + 1; n <= clients; ++n)
    actors.push_back(cast.emplace_back(make_actor(lane, n)).get());
  return actors;
}

Actor& add_fence(Cast& cast) {
  auto& fence = *cast.emplace_back(make_actor(fence_lane, 1));
  fence.fence = true;
  return fence;
}

/// In a repetition `n` is its number; else that of the connection in its group.
Short<Turn> turns_of(Cast& cast, Lane lane, std::size_t times, std::size_t clients) {
  Short<Turn> turns;
  const auto actors = actors_of(cast, lane, clients);
  for (std::size_t i = 1; i <= times; ++i)
    for (auto* actor : actors) turns.push_back({actor, times == 1 ? actor->n : i});
  return turns;
}

RowOn row_on(const Expect& row, Actor& actor, std::size_t n, Claims* claims) {
  if (!claims) return {&row, &actor, n, nullptr};
  for (const auto& item : row.sequence)
    if (auto* claim = claims->of(&item, n)) return {&row, &actor, n, claim};
  return {&row, &actor, n, nullptr};
}

Short<WayOn> ways_on(const Either& either, Actor& actor, Claims* claims) {
  Short<WayOn> ways;
  for (const auto& way : either.ways)
    ways.push_back({&way, {row_on(way.rows.front(), actor, actor.n, claims)}});
  return ways;
}

Short<WayOn> ways_of(const Either& either, Cast& cast, Claims* claims) {
  Short<WayOn> ways;
  for (const auto& way : either.ways) {
    auto& made = ways.emplace_back(WayOn{&way, {}});
    for (const auto& row : way.rows)
      made.rows.push_back(row_on(row, actor_of(cast, row.lane), 1, claims));
  }
  return ways;
}

Expect asked_by(const Asks& step, int line) {
  Item asked{Request{"GET", step.target}, {}, {line, "request " + shown(step.target)}};
  return {step.given, *step.of, 1, {std::move(asked)}};
}

Expect answer_to(const Asks& step, int line) {
  Item answered{
      Response{{}, step.target, To::get}, {}, {line, "response " + shown(step.target)}};
  return {step.given, step.lane, 1, {std::move(answered)}};
}

Asks fence_asks() { return {false, fence_lane, {Binding::u, {Piece{"-fence", {}}}}, {}, 1}; }

}  // namespace connspec
