#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/inference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::is_within;
using test::linear_data;
using test::SmallData;

Inference infer_by(const SmallData<>& data, const Loss& loss, const Solver& solver,
                   const InferenceOptions& inference = {}, FitOptions options = {}) {
  Context context = Context::on("cpu");
  options.solver = solver;
  const FitResult found = fit(context, data.samples(), loss, options);
  return infer(context, data.samples(), loss, options, found, inference);
}

std::string message_of(const auto& action) {
  try {
    static_cast<void>(action());
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

// y = 1, 3, 2, 6 at x = 0, 1, 2, 3: slope 7/5, intercept 9/10, residuals .1 .7 -1.7 .9, RSS 4.2
const SmallData<> four{1, {0, 1, 2, 3}, {1, 3, 2, 6}, {}, {}};

TEST(InferenceByHand, OfALineThroughFourPoints) {
  const Inference found = infer_by(four, SquaredLoss{}, Gram{});
  EXPECT_EQ(found.residual_degrees_of_freedom, 2);
  EXPECT_EQ(found.distribution, Distribution::student_t);
  EXPECT_TRUE(is_within(*found.deviance, 4.2, 1e-14));
  EXPECT_TRUE(is_within(found.dispersion, 2.1, 1e-14));
  const TermInference& slope = found.coefficients[0];
  EXPECT_TRUE(is_within(slope.estimate, 1.4, 1e-14));
  // 2.1 / sum (x - 1.5)^2 = 2.1 / 5; the intercept's: 2.1 (1/4 + 2.25 / 5)
  EXPECT_TRUE(is_within(slope.std_error, std::sqrt(0.42), 1e-14));
  EXPECT_TRUE(is_within(found.intercept->std_error, std::sqrt(2.1 * 0.7), 1e-14));
  const double t = 1.4 / std::sqrt(0.42);
  EXPECT_TRUE(is_within(slope.statistic, t, 1e-13));
  const double quantile = 0.95 * std::sqrt(2 / 0.0975);  // of t with two degrees of freedom
  const double root = std::sqrt(2 + t * t);
  EXPECT_TRUE(is_within(slope.p_value, 2 / (root * (root + t)), 1e-13));
  EXPECT_TRUE(is_within(slope.upper, 1.4 + quantile * std::sqrt(0.42), 1e-12));
  EXPECT_TRUE(is_within(slope.lower, 1.4 - quantile * std::sqrt(0.42), 1e-12));
  // Covariance of slope and intercept: -2.1 * 1.5 / 5
  ASSERT_EQ(found.covariance.size(), 4U);
  EXPECT_TRUE(is_within(found.covariance[1], -0.63, 1e-14));
  EXPECT_EQ(found.covariance[1], found.covariance[2]);
}

TEST(InferenceByHand, SandwichOfTheSameLine) {
  const Inference found = infer_by(four, SquaredLoss{}, Gram{}, {Covariance::sandwich, 0.9});
  // sum r^2 (x - 1.5)^2 / 25
  const double middle = 2.25 * 0.01 + 0.25 * 0.49 + 0.25 * 2.89 + 2.25 * 0.81;
  EXPECT_TRUE(is_within(found.coefficients[0].std_error, std::sqrt(middle / 25), 1e-14));
}

TEST(InferenceByHand, OfAShare) {
  // Three of ten: the log-odds err by 1 / sqrt(n p (1 - p)).
  SmallData<> data{0, {}, {1, 1, 1, 0, 0, 0, 0, 0, 0, 0}, {}, {}};
  const double error = 1 / std::sqrt(10 * 0.3 * 0.7);
  for (const Covariance covariance : {Covariance::expected, Covariance::sandwich}) {
    const Inference found = infer_by(data, LogisticLoss{}, Newton{}, {covariance, 0.95});
    EXPECT_EQ(found.distribution, Distribution::normal);
    EXPECT_TRUE(is_within(found.intercept->estimate, std::log(3.0 / 7), 1e-9));
    EXPECT_TRUE(is_within(found.intercept->std_error, error, 1e-9));
    EXPECT_TRUE(
        is_within(found.intercept->upper, std::log(3.0 / 7) + 1.9599639845400545 * error, 1e-8));
    EXPECT_TRUE(is_within(*found.log_likelihood, 3 * std::log(0.3) + 7 * std::log(0.7), 1e-12));
    EXPECT_TRUE(is_within(*found.deviance, -2 * *found.log_likelihood, 1e-12));
  }
  // Ten samples in two rows: the same.
  const SmallData<> grouped{0, {}, {1, 0}, {3, 7}, {}};
  EXPECT_TRUE(
      is_within(infer_by(grouped, LogisticLoss{}, Newton{}).intercept->std_error, error, 1e-9));
}

TEST(InferenceOfWeights, CountsTheSamplesThatWeighAnything) {
  SmallData<> data = four;
  data.x.push_back(100);
  data.y.push_back(-7);
  data.weight = {1, 1, 1, 1, 0};
  const Inference found = infer_by(data, SquaredLoss{}, Gram{});
  EXPECT_EQ(found.residual_degrees_of_freedom, 2);
  EXPECT_TRUE(is_within(found.coefficients[0].std_error, std::sqrt(0.42), 1e-13));
  // A common factor is in the dispersion and nowhere else.
  data.weight = {5, 5, 5, 5, 0};
  const Inference scaled = infer_by(data, SquaredLoss{}, Gram{});
  EXPECT_TRUE(is_within(scaled.coefficients[0].std_error, std::sqrt(0.42), 1e-13));
  EXPECT_TRUE(is_within(scaled.dispersion, 10.5, 1e-13));
}

TEST(InferenceOfEverySolver, IsTheSame) {
  const SmallData<> data = linear_data(100, 3, 1.0);
  const Inference expected = infer_by(data, SquaredLoss{}, Gram{});
  for (const Solver& solver :
       {Solver(Lbfgs{}), Solver(Newton{}), Solver(Gram{Precision::extended, {}})}) {
    const Inference found = infer_by(data, SquaredLoss{}, solver);
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_TRUE(is_within(found.coefficients[j].std_error / expected.coefficients[j].std_error, 1,
                            1e-12));
  }
  FitOptions raw;
  raw.standardise = Standardise::no;
  raw.intercept = Intercept::none;
  const Inference found = infer_by(data, SquaredLoss{}, Lbfgs{}, {}, raw);
  EXPECT_FALSE(found.intercept.has_value());
  EXPECT_EQ(found.covariance.size(), 9U);
}

TEST(InferenceOfRobustLosses, IsTheSandwich) {
  const SmallData<> data = linear_data(400, 2, 1.0);
  // Where all residuals are within delta, the Huber loss is the squared one.
  const InferenceOptions sandwich{Covariance::sandwich, 0.95};
  const Inference huber = infer_by(data, HuberLoss{1e3}, Newton{}, sandwich);
  const Inference squared = infer_by(data, SquaredLoss{}, Gram{}, sandwich);
  EXPECT_FALSE(huber.deviance.has_value());
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_TRUE(
        is_within(huber.coefficients[j].std_error / squared.coefficients[j].std_error, 1, 1e-9));
}

TEST(InferenceOfDependentColumns, NamesThem) {
  SmallData<> data = linear_data(50, 1, 1.0);
  SmallData<> doubled{3, {}, data.y, {}, {}};
  for (const double x : data.x) doubled.x.insert(doubled.x.end(), {x, 2 * x + 1, 4.0});
  for (const Solver& solver : {Solver(Gram{}), Solver(Newton{})}) {
    const Inference found = infer_by(doubled, SquaredLoss{}, solver);
    const Inference expected = infer_by(data, SquaredLoss{}, Gram{});
    ASSERT_EQ(found.dependencies.size(), 2U);
    EXPECT_TRUE(found.coefficients[1].is_dependent);
    EXPECT_TRUE(found.coefficients[2].is_dependent);
    EXPECT_EQ(found.residual_degrees_of_freedom, 48);
    EXPECT_TRUE(
        is_within(found.coefficients[0].std_error / expected.coefficients[0].std_error, 1, 1e-10));
  }
  const std::string refused = message_of([&] { return infer_by(doubled, SquaredLoss{}, Lbfgs{}); });
  EXPECT_NE(refused.find("feature 1 is a combination of others"), std::string::npos) << refused;
}

TEST(InferenceErrors, NameTheProblem) {
  const auto expect_message = [](const std::string& message, const char* part) {
    EXPECT_NE(message.find(part), std::string::npos) << "'" << message << "'";
  };
  FitOptions penalised;
  penalised.l2 = 0.1;
  expect_message(message_of([&] { return infer_by(four, SquaredLoss{}, Gram{}, {}, penalised); }),
                 "penalised");
  FitOptions short_of_time;
  short_of_time.max_iterations = 0;
  expect_message(
      message_of([&] { return infer_by(four, SquaredLoss{}, Lbfgs{}, {}, short_of_time); }),
      "not converged but stopped by max-iterations");
  expect_message(message_of([&] { return infer_by(four, HuberLoss{1e3}, Lbfgs{}); }),
                 "no expected information");
  expect_message(message_of([&] {
                   return infer_by(four, SquaredLoss{}, Gram{}, {Covariance::expected, 1});
                 }),
                 "confidence is 1");
  const SmallData<> two{1, {0, 1}, {1, 3}, {}, {}};
  expect_message(message_of([&] { return infer_by(two, SquaredLoss{}, Gram{}); }),
                 "nothing is left to estimate the dispersion from");
  FitOptions loose;
  loose.tolerance = 1;
  expect_message(message_of([&] { return infer_by(four, AbsoluteLoss{}, Lbfgs{}, {}, loose); }),
                 "no standard errors for loss 'absolute'");
}

TEST(InferenceOfFloatStorage, IsThatOfDouble) {
  Context context = Context::on("cpu");
  const SmallData<float> data = linear_data<float>(300, 2, 1.0);
  const SmallData<> wide{2, {data.x.begin(), data.x.end()}, {data.y.begin(), data.y.end()}, {}, {}};
  FitOptions options;
  options.solver = Gram{};
  const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
  const Inference narrow = infer(context, data.samples(), SquaredLoss{}, options, found);
  const Inference expected = infer_by(wide, SquaredLoss{}, Gram{});
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_TRUE(
        is_within(narrow.coefficients[j].std_error / expected.coefficients[j].std_error, 1, 1e-4));
}

}  // namespace
}  // namespace batchgrad
