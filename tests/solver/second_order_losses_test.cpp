// Newton's method with every loss that bends; which losses bend where, and what auto makes of it.
#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/inference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "loss_shape.hpp"
#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using detail::curvature_of;
using detail::LossCurvature;
using detail::may_lack_minimum;
using test::is_within;
using test::SmallData;

/// Targets about a line of two features, turned into what the loss is for: labels, counts, amounts.
/// `is_plain`: neither weights nor offsets.
SmallData<> data_for(const Loss& loss, bool is_plain = false, index_t rows = 200) {
  test::Sequence sequence;
  SmallData<> data;
  data.features = 2;
  for (index_t m = 0; m < rows; ++m) {
    const double a = sequence.next();
    const double b = 100 * (sequence.next() + 3);
    const double eta = 0.5 + a - 0.01 * (b - 300);
    const double noise = 2 * sequence.next();
    data.x.insert(data.x.end(), {a, b});
    const TargetDomain domain = target_domain(loss);
    const double y = domain == TargetDomain::positive       ? std::exp(eta + noise)
                     : domain == TargetDomain::not_negative ? std::floor(std::exp(eta + noise))
                     : holds_labels(domain)                 ? static_cast<double>(eta + noise > 0)
                                                            : eta + noise;
    data.y.push_back(y);
    if (is_plain) continue;
    data.weight.push_back(1.5 + sequence.next());
    data.offset.push_back(0.5 * sequence.next());
  }
  return data;
}

FitResult run(const SmallData<>& data, const Loss& loss, const Solver& solver,
              FitOptions options = {}, const char* device = "cpu") {
  Context context = Context::on(device);
  options.solver = solver;
  return fit(context, data.samples(), loss, options);
}

class BendingLoss : public testing::TestWithParam<std::string> {
 protected:
  Loss loss_ = parse_loss(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Of, BendingLoss,
                         testing::Values("squared", "huber", "huber:delta=0.01", "log-cosh",
                                         "logistic", "squared-hinge", "poisson", "gamma", "tweedie",
                                         "tweedie:power=1.1", "tweedie:power=1.9"),
                         [](const auto& instance) {
                           std::string name;
                           for (const char c : instance.param)
                             if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
                           return name;
                         });

TEST_P(BendingLoss, IsFittedByNewtonAsByLbfgs) {
  for (const bool is_plain : {true, false})
    for (const Intercept intercept : {Intercept::fitted, Intercept::none})
      for (const double l2 : {0.0, 0.1}) {
        const SmallData<> data = data_for(loss_, is_plain);
        FitOptions options;
        options.intercept = intercept;
        options.l2 = l2;
        const FitResult expected = run(data, loss_, Lbfgs{}, options);
        for (const char* device : {"reference", "cpu"}) {
          const FitResult found = run(data, loss_, Newton{}, options, device);
          EXPECT_EQ(found.stop, Stop::gradient) << stop_name(found.stop);
          EXPECT_LE(found.iterations, 60);
          EXPECT_TRUE(is_within(found.intercept, expected.intercept, 1e-5));
          EXPECT_TRUE(is_within(found.coefficients[0], expected.coefficients[0], 1e-5));
          EXPECT_TRUE(is_within(found.coefficients[1], expected.coefficients[1], 1e-7));
        }
      }
}

TEST_P(BendingLoss, HasRobustErrors) {
  const SmallData<> data = data_for(loss_);
  Context context = Context::on("cpu");
  FitOptions options;
  const FitResult found = fit(context, data.samples(), loss_, options);
  const Inference inference =
      infer(context, data.samples(), loss_, options, found, {Covariance::sandwich, 0.95});
  for (const TermInference& term : inference.coefficients) {
    EXPECT_TRUE(std::isfinite(term.std_error));
    EXPECT_GT(term.std_error, 0);
  }
}

TEST_P(BendingLoss, StartsFarAway) {
  // Where log-cosh, huber and the hinge are straight, and the powers large.
  const SmallData<> data = data_for(loss_, true);
  FitOptions options;
  options.start = {3, 0.02, -1};
  const FitResult found = run(data, loss_, Newton{}, options);
  EXPECT_EQ(found.stop, Stop::gradient) << stop_name(found.stop);
  EXPECT_TRUE(is_within(found.coefficients[0], run(data, loss_, Lbfgs{}).coefficients[0], 1e-5));
}

TEST(LossShape, IsThatOfTheFormulas) {
  for (const char* name : {"squared", "logistic", "poisson", "gamma", "tweedie",
                           "tweedie:power=1.01", "tweedie:power=1.99"})
    EXPECT_EQ(curvature_of(parse_loss(name)), LossCurvature::everywhere) << name;
  for (const char* name :
       {"huber", "huber:delta=1e-9", "huber:delta=1e6", "log-cosh", "squared-hinge"})
    EXPECT_EQ(curvature_of(parse_loss(name)), LossCurvature::somewhere) << name;
  for (const char* name : {"absolute", "quantile", "quantile:tau=0.9"})
    EXPECT_EQ(curvature_of(parse_loss(name)), LossCurvature::none) << name;
  for (const auto name : loss_names()) {
    const bool expected = name == "logistic" || name == "poisson" || name == "tweedie";
    EXPECT_EQ(may_lack_minimum(parse_loss(name)), expected) << name;
  }
}

TEST(ChooseSolver, SaysWhichAndWhy) {
  const auto name = [](const char* loss, index_t features, double l1 = 0) {
    const ChosenSolver chosen = choose_solver(parse_loss(loss), features, l1);
    EXPECT_FALSE(chosen.reason.empty());
    return std::string(solver_name(chosen.solver));
  };
  EXPECT_EQ(name("squared", 512), "gram");
  EXPECT_EQ(name("squared", 513), "lbfgs");
  for (const char* loss : {"logistic", "poisson", "gamma", "tweedie"}) {
    EXPECT_EQ(name(loss, 64), "newton") << loss;
    EXPECT_EQ(name(loss, 65), "lbfgs") << loss;
  }
  for (const char* loss : {"absolute", "huber", "log-cosh", "quantile", "squared-hinge"})
    EXPECT_EQ(name(loss, 1), "lbfgs") << loss;
  for (const auto loss : loss_names())
    EXPECT_EQ(name(std::string(loss).c_str(), 3, 0.1), "proximal") << loss;
}

TEST(SecondOrderAndL1, AreRefusedTogether) {
  const SmallData<> data = data_for(SquaredLoss{});
  FitOptions options;
  options.l1 = 0.1;
  for (const Solver& solver : {Solver(Newton{}), Solver(Gram{})}) {
    try {
      static_cast<void>(run(data, SquaredLoss{}, solver, options));
      ADD_FAILURE() << solver_name(solver);
    } catch (const InvalidArgument& error) {
      EXPECT_NE(std::string(error.what()).find("use solver proximal"), std::string::npos)
          << error.what();
    }
  }
  const FitResult found = run(data, SquaredLoss{}, Proximal{}, options);
  Context context = Context::on("cpu");
  EXPECT_THROW(static_cast<void>(infer(context, data.samples(), SquaredLoss{}, options, found)),
               InvalidArgument);
}

TEST(SecondOrderErrors, NameLossesWithoutACurvature) {
  const SmallData<> data = data_for(QuantileLoss{});
  EXPECT_THROW(static_cast<void>(run(data, QuantileLoss{}, Newton{})), InvalidArgument);
  FitOptions loose;
  loose.tolerance = 10;
  const FitResult found = run(data, QuantileLoss{0.3}, Lbfgs{}, loose);
  Context context = Context::on("cpu");
  EXPECT_THROW(static_cast<void>(infer(context, data.samples(), QuantileLoss{0.3}, loose, found,
                                       {Covariance::sandwich, 0.95})),
               InvalidArgument);
}

TEST(Separation, OfLabelsIsNoneWithAPenalty) {
  const SmallData<> separable{1, {1, 2, 3, 4}, {0, 0, 1, 1}, {}, {}};
  FitOptions options;
  options.l1 = 1e-3;
  options.max_iterations = 100'000;
  const FitResult found = run(separable, LogisticLoss{}, Proximal{}, options);
  EXPECT_EQ(found.stop, Stop::gradient) << stop_name(found.stop);
  // The objective alone, penalty and all, is below what labels on their own sides can have.
  EXPECT_LT(4 * found.objective, std::log(2.0));
}

TEST(Separation, OfCountsAndHingesIsThatOfTheirMinima) {
  // The counts are 0 wherever the feature is 1: its coefficient falls for ever.
  const SmallData<> zeros{1, {0, 0, 0, 1, 1, 1}, {1, 2, 4, 0, 0, 0}, {}, {}};
  EXPECT_EQ(run(zeros, PoissonLoss{}, Newton{}).stop, Stop::separated);
  EXPECT_EQ(run(zeros, TweedieLoss{}, Newton{}).stop, Stop::separated);
  const SmallData<> counts{1, {0, 0, 0, 1, 1, 1}, {1, 2, 4, 0, 0, 1}, {}, {}};
  const FitResult found = run(counts, PoissonLoss{}, Newton{});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_TRUE(is_within(found.intercept, std::log(7.0 / 3), 1e-8));
  EXPECT_TRUE(is_within(found.coefficients[0], std::log(1.0 / 7), 1e-8));
  // A margin of 1 is all that the squared hinge asks of labels that are separated.
  const SmallData<> labels{1, {1, 2, 3, 4}, {0, 0, 1, 1}, {}, {}};
  const FitResult hinge = run(labels, SquaredHingeLoss{}, Newton{});
  EXPECT_EQ(hinge.stop, Stop::gradient);
  EXPECT_TRUE(is_within(hinge.objective, 0, 1e-20));
}

TEST(SecondOrderFolds, CountAsAnyOtherSample) {
  const SmallData<> data = data_for(PoissonLoss{});
  const std::vector<fold_t> fold(data.y.size(), 3);
  Context context = Context::on("cpu");
  Samples<double> samples = data.samples();
  FitOptions options;
  options.solver = Newton{};
  const FitResult expected = fit(context, samples, PoissonLoss{}, options);
  samples.fold = fold;
  const FitResult found = fit(context, samples, PoissonLoss{}, options);
  EXPECT_EQ(found.coefficients, expected.coefficients);
  const Inference inferred = infer(context, samples, PoissonLoss{}, options, found);
  EXPECT_EQ(
      inferred.coefficients[0].std_error,
      infer(context, data.samples(), PoissonLoss{}, options, expected).coefficients[0].std_error);
}

}  // namespace
}  // namespace batchgrad
