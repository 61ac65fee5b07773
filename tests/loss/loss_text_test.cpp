// The spelling of losses, and the range of their parameters.
#include <batchgrad/error.hpp>
#include <batchgrad/loss.hpp>

#include <gtest/gtest.h>
#include <string>
#include <type_traits>

namespace batchgrad::test {
namespace {

TEST(ParseLoss, ReadsWhatLossTextWrites) {
  for (const auto name : loss_names()) {
    const Loss loss = parse_loss(name);
    EXPECT_EQ(loss_name(loss), name);
    EXPECT_EQ(loss_text(parse_loss(loss_text(loss))), loss_text(loss));
  }
  EXPECT_EQ(loss_text(TweedieLoss{}), "tweedie:power=1.5");
  EXPECT_EQ(loss_text(HuberLoss{1.5}), "huber:delta=1.5");
  EXPECT_EQ(std::get<HuberLoss>(parse_loss("huber:delta=2.25")).delta, 2.25);
}

TEST(ParseLoss, TakesUnderscoresForHyphens) {
  EXPECT_EQ(loss_name(parse_loss("log_cosh")), "log-cosh");
  EXPECT_EQ(loss_name(parse_loss("log-cosh")), "log-cosh");
  EXPECT_EQ(loss_name(parse_loss("squared_hinge")), "squared-hinge");
  EXPECT_EQ(std::get<QuantileLoss>(parse_loss("quantile:tau=0.9")).tau, 0.9);
}

std::string refusal(std::string_view text) {
  try {
    static_cast<void>(parse_loss(text));
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ParseLoss, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(refusal("hubert").find("there is no loss 'hubert' choose one of: squared"),
            std::string::npos);
  EXPECT_NE(refusal("squared:delta=1").find("it has none at all"), std::string::npos);
  EXPECT_NE(refusal("huber:gamma=1").find("write delta=NUMBER"), std::string::npos);
  EXPECT_NE(refusal("huber:delta=x").find("'x' is not a number"), std::string::npos);
  EXPECT_NE(refusal("huber:delta").find("write delta=NUMBER"), std::string::npos);
  for (const char* text : {"huber:delta=0", "huber:delta=-1", "huber:delta=nan", "huber:delta=inf"})
    EXPECT_NE(refusal(text).find("needs it above 0 and below inf"), std::string::npos) << text;
  for (const char* text : {"quantile:tau=0", "quantile:tau=1", "quantile:tau=nan"})
    EXPECT_NE(refusal(text).find("(loss 'quantile' needs it above 0 and below 1)"),
              std::string::npos)
        << refusal(text);
  for (const char* text : {"tweedie:power=1", "tweedie:power=2", "tweedie:power=3"})
    EXPECT_NE(refusal(text).find("(loss 'tweedie' needs it above 1 and below 2)"),
              std::string::npos)
        << refusal(text);
}

TEST(AnyLoss, IsCopiedAsBytesWithItsParameters) {
  static_assert(std::is_trivially_copyable_v<AnyLoss>);
  for (const char* text : {"huber:delta=2.25", "quantile:tau=0.9", "tweedie:power=1.25"}) {
    const Loss loss = parse_loss(text);
    const AnyLoss any = std::visit([](const auto& l) { return AnyLoss(l); }, loss);
    int calls = 0;
    any.visit([&](const auto& l) {
      EXPECT_EQ(loss_text(l), text);
      ++calls;
    });
    EXPECT_EQ(calls, 1);
  }
}

}  // namespace
}  // namespace batchgrad::test
