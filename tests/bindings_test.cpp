#include "harness/bindings.hpp"

#include "harness/offer_of_origin.hpp"
#include "harness/plain_answer.hpp"
#include "tests/wires.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

const Text numbered = {{"-", Binding::n}};

/// The offer of our origin, as a play with the token k1 sees it.
struct OfOrigin {
  explicit OfOrigin(const std::string& prefix = "") {
    offer_of_origin(offer, prefix);
    offer.set(Binding::host, "h:80");
  }
  Offer offer;
  Bindings bindings{&offer, "k1", "127.0.0.4:7001"};
};

TEST(Bindings, FillHolesAndNumbers) {
  const OfOrigin origin;
  EXPECT_EQ(origin.bindings.fill(Text{{"GET ", Binding::u}, {" ", Binding::host}}, 1),
            "GET /k1/u h:80");
  EXPECT_EQ(origin.bindings.fill(Target{Binding::u2, numbered}, 17), "/k1/u2-17");
}

TEST(Bindings, AForwardProxyIsAskedInAbsoluteForm) {
  const OfOrigin origin("http://127.0.0.1:7000");
  EXPECT_EQ(origin.bindings.fill(Target{Binding::u, {}}, 1), "http://127.0.0.1:7000/k1/u");
}

TEST(Bindings, AnAddressOfThePlaysOwnTakesThePlaceOfItsMark) {
  const OfOrigin origin(std::string("http://") + Offer::origin_mark);
  EXPECT_EQ(origin.bindings.fill(Target{Binding::u, {}}, 1), "http://127.0.0.4:7001/k1/u");
}

TEST(Bindings, TheRightAnswerOfAnOriginIsThePathWithItsSuffix) {
  for (const auto* prefix : {"", "http://127.0.0.1:7000"}) {
    const OfOrigin origin(prefix);
    const auto answer = origin.bindings.answer({Binding::u, numbered}, 3);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->content, "/k1/u-3");
  }
}

TEST(Bindings, TheRightAnswerIsThePlainAnswerWhateverTheSuffix) {
  const OfOrigin origin;
  for (const std::string suffix : {"", "-x", "/deep", "?q=1", "-x?q"}) {
    const Target target{Binding::u, {{suffix, {}}}};
    const auto request = "GET " + origin.bindings.fill(target, 1) + " HTTP/1.1\r\n\r\n";
    Message message(ReadAs::request, 0);
    message.advance(wires::wire_of(request));
    const auto bytes = plain_answer(message, 0).bytes;
    EXPECT_EQ(bytes.substr(bytes.find("\r\n\r\n") + 4),
              origin.bindings.answer(target, 1)->content)
        << suffix;
  }
}

TEST(Bindings, ATargetsOwnAnswerIsNotThatOfAnotherTarget) {
  Offer offer;
  offer.set(Binding::a, "/a");
  offer.answer[static_cast<std::size_t>(Binding::a)] = Answer{200, "hello"};
  const Bindings bindings{&offer, "k1", ""};
  EXPECT_EQ(bindings.answer({Binding::a, {}}, 1)->content, "hello");
  EXPECT_FALSE(bindings.answer({Binding::a, {{"-x", {}}}}, 1));
  EXPECT_FALSE(bindings.answer({Binding::b, {}}, 1));
}

TEST(Bindings, TimesAreWrittenOrDeclared) {
  Offer offer;
  offer.set(Binding::idle, Duration(std::chrono::seconds(5)));
  const Bindings bindings{&offer, "k1", ""};
  EXPECT_EQ(bindings.time({std::chrono::milliseconds(3), {}}), std::chrono::milliseconds(3));
  EXPECT_EQ(bindings.time({{}, Binding::idle}), std::chrono::seconds(5));
  EXPECT_TRUE(offer.has(Binding::idle));
  EXPECT_FALSE(offer.has(Binding::a));
}

TEST(Bindings, ThePathOfATarget) {
  EXPECT_EQ(path_of("/k1/u?x"), "/k1/u?x");
  EXPECT_EQ(path_of("http://h:1/k1/u"), "/k1/u");
  EXPECT_EQ(path_of("http://h:1"), "/");
}

}  // namespace
}  // namespace connspec
