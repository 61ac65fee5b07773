// Values worked out by hand or from the closed form, at the points where formulas change.
#include <batchgrad/error.hpp>
#include <batchgrad/loss.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

TEST(SquaredLoss, IsHalfTheSquareOfTheResidual) {
  EXPECT_EQ(SquaredLoss{}.value(5.0, 2.0), 4.5);
  EXPECT_EQ(SquaredLoss{}.derivative(5.0, 2.0), 3.0);
  EXPECT_EQ(SquaredLoss{}.second_derivative(5.0, 2.0), 1.0);
}

TEST(AbsoluteLoss, HasTheSmallestSubgradientAtItsKink) {
  EXPECT_EQ(AbsoluteLoss{}.value(1.0, 3.0), 2.0);
  EXPECT_EQ(AbsoluteLoss{}.derivative(1.0, 3.0), -1.0);
  EXPECT_EQ(AbsoluteLoss{}.derivative(3.0, 1.0), 1.0);
  EXPECT_EQ(AbsoluteLoss{}.derivative(3.0, 3.0), 0.0);
}

TEST(HuberLoss, IsSmoothWhereItsBranchesMeet) {
  const HuberLoss loss{1.5};
  EXPECT_EQ(loss.value(1.5, 0.0), 1.125);
  EXPECT_EQ(loss.value(-3.0, 0.0), 1.5 * (3 - 0.75));
  EXPECT_EQ(loss.derivative(1.5, 0.0), 1.5);
  EXPECT_EQ(loss.derivative(-3.0, 0.0), -1.5);
  EXPECT_EQ(loss.second_derivative(1.5, 0.0), 1.0);
  EXPECT_EQ(loss.second_derivative(3.0, 0.0), 0.0);
}

TEST(LogisticLoss, IsTheNegativeLogLikelihood) {
  for (const double eta : {-2.0, -0.5, 0.0, 1.0, 3.0}) {
    const long double p = 1 / (1 + std::exp(-static_cast<long double>(eta)));
    const auto expect = [](double actual, long double exact) {
      EXPECT_TRUE(is_within_ulps(actual, static_cast<double>(exact), 4));
    };
    expect(LogisticLoss{}.value(eta, 1.0), -std::log(p));
    expect(LogisticLoss{}.value(eta, 0.0), -std::log1p(-p));
    expect(LogisticLoss{}.derivative(eta, 1.0), p - 1);
    expect(LogisticLoss{}.derivative(eta, 0.0), p);
    expect(LogisticLoss{}.second_derivative(eta, 0.0), p * (1 - p));
  }
}

TEST(LogisticLoss, KeepsItsTailsWhereProbabilitiesRoundToOne) {
  // log(1 + exp(-50)) = exp(-50) to double precision; p - 1 = -exp(-50).
  EXPECT_TRUE(is_within_ulps(LogisticLoss{}.value(50.0, 1.0), std::exp(-50.0), 4));
  EXPECT_TRUE(is_within_ulps(LogisticLoss{}.derivative(50.0, 1.0), -std::exp(-50.0), 4));
  EXPECT_EQ(LogisticLoss{}.value(1000.0, 0.0), 1000.0);
  EXPECT_EQ(LogisticLoss{}.value(-1000.0, 1.0), 1000.0);
}

TEST(ParseLoss, ReadsWhatLossTextWrites) {
  for (const auto name : loss_names()) {
    const Loss loss = parse_loss(name);
    EXPECT_EQ(loss_name(loss), name);
    EXPECT_EQ(loss_text(parse_loss(loss_text(loss))), loss_text(loss));
  }
  EXPECT_EQ(loss_text(HuberLoss{1.5}), "huber:delta=1.5");
  EXPECT_EQ(std::get<HuberLoss>(parse_loss("huber:delta=2.25")).delta, 2.25);
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
}

}  // namespace
}  // namespace batchgrad::test
