#include "harness/offer_of_origin.hpp"

#include "harness/plain_answer.hpp"

#include <fmt/format.h>

namespace connspec {

void offer_of_origin(Offer& offer, const std::string& prefix) {
  constexpr std::pair<Binding, std::string_view> resources[] = {
      {Binding::a, "a"},           {Binding::b, "b"},       {Binding::c, "c"},
      {Binding::post, "post"},     {Binding::u, "u"},       {Binding::u2, "u2"},
      {Binding::u3, "u3"},         {Binding::u4, "u4"},     {Binding::u5, "u5"},
      {Binding::u6, "u6"},         {Binding::u7, "u7"},     {Binding::u8, "u8"},
      {Binding::u9, "u9"},         {Binding::sink, "sink"}, {Binding::early, "early"},
      {Binding::big, "big"},       {Binding::slow, "slow"}, {Binding::chunked, "chunked"},
      {Binding::nobody, "nobody"}, {Binding::etag, "etag"}, {Binding::upgrade, "upgrade"},
      {Binding::hit, "hit"},       {Binding::hits, "hits"},
  };
  for (const auto& [binding, name] : resources) {
    const auto path = fmt::format("/{}/{}", Offer::token_mark, name);
    offer.set(binding, prefix + path);
    const bool own_path =
        binding < Binding::origin && binding != Binding::host && binding != Binding::port;
    if (own_path) offer.answer[static_cast<std::size_t>(binding)] = Answer{200, path};
  }
  offer.set(Binding::protocol, std::string(echo_protocol));
  offer.time[static_cast<std::size_t>(Binding::slow)] = slow_time;
}

}  // namespace connspec
