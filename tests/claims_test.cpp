#include "harness/claims.hpp"

#include "tests/wires.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

/// The claims of a proxy's case, by step and item.
class ClaimsOf {
 public:
  explicit ClaimsOf(const std::string& rows) : script_(wires::case_of("proxy", rows)) {
    offer_.set(Binding::u, std::string("/") + Offer::token_mark + "/u");
    offer_.set(Binding::u2, std::string("/") + Offer::token_mark + "/u2");
    claims_.emplace(script_, bindings_);
  }

  Claims& operator*() { return *claims_; }

  /// Of the first item of an expectation.
  Claim* of(std::size_t step, std::size_t n = 1, std::size_t item = 0) {
    return claims_->of(&std::get<Expect>(script_.steps.at(step).what).sequence.at(item), n);
  }
  /// Of the first item of a row of a way.
  Claim* of_way(std::size_t step, std::size_t way, std::size_t row = 0) {
    const auto& either = std::get<Either>(script_.steps.at(step).what);
    return claims_->of(&either.ways.at(way).rows.at(row).sequence.front(), 1);
  }
  Claim* of_asks(std::size_t step, std::size_t n) {
    return claims_->of(&std::get<Asks>(script_.steps.at(step).what), n);
  }
  Claim* take(const std::string& path) { return claims_->take({nullptr, 0, false, path}); }

 private:
  Case script_;
  Offer offer_;
  Bindings bindings_{&offer_, "k1", ""};
  std::optional<Claims> claims_;
};

const std::string get = "  client > GET {u} HTTP/1.1 | Host: {host} |\n";
const std::string get2 = "  client2 > GET {u2} HTTP/1.1 | Host: {host} |\n";

TEST(Claims, TheNthArrivalGoesToTheNthRow) {
  ClaimsOf claims(get + "  origin < request {u}\n  origin2 < request {u}\n");
  ASSERT_NE(claims.of(1), claims.of(2));
  EXPECT_EQ(claims.take("/k1/u"), claims.of(1));
  EXPECT_EQ(claims.take("/k1/u?again"), claims.of(2));
  EXPECT_EQ(claims.take("/k1/u"), nullptr);
  EXPECT_EQ((*claims).arrivals("/k1/u"), 3U);
}

TEST(Claims, TargetsAreToldApart) {
  ClaimsOf claims(get + get2 + "  origin < request {u}\n  origin2 < request {u2}\n");
  EXPECT_EQ(claims.take("/k1/u2"), claims.of(3));
  EXPECT_EQ(claims.take("/k1/u3"), nullptr);
  EXPECT_EQ(claims.take("/k1/u-x"), nullptr);
  EXPECT_EQ(claims.take("/k1/u"), claims.of(2));
  EXPECT_EQ((*claims).arrivals("/k1/u2"), 1U);
  EXPECT_EQ((*claims).arrivals("/k1/u-fence"), 0U);
}

TEST(Claims, HeadThenRequestIsOneArrival) {
  ClaimsOf claims(get +
                  "  origin < head {u}\n  origin < request {u}\n  origin2 < request {u}\n");
  EXPECT_EQ(claims.of(1), claims.of(2));
  EXPECT_NE(claims.of(2), claims.of(3));
}

TEST(Claims, RequestsOnOneLaneAreTwoArrivals) {
  ClaimsOf claims(get + "  origin < request {u}\n  origin < request {u}\n");
  EXPECT_NE(claims.of(1), claims.of(2));
}

TEST(Claims, WaysShareWhatTheyWaitFor) {
  ClaimsOf claims(get +
                  "  either\n"
                  "    one    origin < request {u}, version 1.1\n"
                  "    other  origin < request {u}\n"
                  "    third  client < end\n");
  ASSERT_NE(claims.of_way(1, 0), nullptr);
  EXPECT_EQ(claims.of_way(1, 0), claims.of_way(1, 1));
  EXPECT_EQ((*claims).all().size(), 1U);
}

TEST(Claims, AHeadInAWayIsTheArrivalOfTheRequestBehindTheEither) {
  ClaimsOf claims(get +
                  "  either\n"
                  "    forwarded      origin < head {u}\n"
                  "    refused  stop  client < response 4xx\n"
                  "  origin < request {u}\n");
  EXPECT_EQ(claims.of_way(1, 0), claims.of(2));
}

TEST(Claims, HeadThenRequestIsOneArrivalInASecondWayToo) {
  ClaimsOf claims(get +
                  "  either\n"
                  "    at-once  origin < request {u}, version 1.0\n"
                  "    slowly   origin < head {u}\n"
                  "             origin < request {u}\n");
  EXPECT_EQ(claims.of_way(1, 0), claims.of_way(1, 1, 0));
  EXPECT_EQ(claims.of_way(1, 0), claims.of_way(1, 1, 1));
}

TEST(Claims, RepetitionsHaveArrivalsOfTheirOwn) {
  ClaimsOf claims(
      "  client >* 3 \"GET {u}-{n} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n\"\n"
      "  origin <* 3 request {u}-{n}\n");
  EXPECT_EQ(claims.take("/k1/u-2"), claims.of(1, 2));
  EXPECT_EQ(claims.take("/k1/u-1"), claims.of(1, 1));
  EXPECT_EQ(claims.take("/k1/u-4"), nullptr);
}

TEST(Claims, AsksOfAnOriginHasAnArrivalForEachTime) {
  ClaimsOf claims("  client asks {u} of origin 2 times\n");
  ASSERT_NE(claims.of_asks(0, 1), nullptr);
  ASSERT_NE(claims.of_asks(0, 2), nullptr);
  EXPECT_NE(claims.of_asks(0, 1), claims.of_asks(0, 2));
}

TEST(Claims, ReleasedOnesAreNotTaken) {
  ClaimsOf claims(get + "  origin < request {u}\n  origin2 < request {u}\n");
  claims.of(1)->released = true;
  EXPECT_EQ(claims.take("/k1/u"), claims.of(2));
}

}  // namespace
}  // namespace connspec
