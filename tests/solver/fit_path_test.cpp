// Paths of penalties: each fit is the minimum of its own objective, and those between others take
// less than they do alone.
#include <batchgrad/error.hpp>
#include <batchgrad/fit_path.hpp>
#include <batchgrad/fit_sets.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "same_fit.hpp"
#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::expect_same_fit;
using test::labelled_data;
using test::linear_data;
using test::SmallData;

/// 0 to 10, not in order, one of them twice.
std::vector<double> many_penalties() {
  std::vector<double> l2 = {10, 0, 0.3};
  for (int i = 0; i < 20; ++i) l2.push_back(std::pow(10.0, -4 + 0.25 * i));
  l2.push_back(0.3);
  return l2;
}

template <class L>
std::vector<FitSetOf<L>> alone(const L& loss, FitOptions options, const std::vector<double>& l2) {
  std::vector<FitSetOf<L>> sets;
  for (const double value : l2) {
    options.l2 = value;
    sets.push_back({loss, options});
  }
  return sets;
}

index_t evaluations(const std::vector<FitResult>& fits) {
  index_t sum = 0;
  for (const FitResult& fit : fits) sum += fit.evaluations;
  return sum;
}

class FitPathOn : public testing::TestWithParam<const char*> {
 protected:
  Context context_ = Context::on(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Hosts, FitPathOn, testing::Values("reference", "cpu"),
                         [](const auto& device) { return std::string(device.param); });

/// Ridge regression has a closed form, which gram solves: the curvature of standardised features is
/// about 1, so a gradient of 1e-9 of its size leaves coefficients within some 1e-8 of it.
TEST_P(FitPathOn, IsThatOfTheNormalEquations) {
  const SmallData<> data = linear_data(200, 3, 3.0);
  const std::vector<double> l2 = many_penalties();
  for (const Intercept intercept : {Intercept::none, Intercept::fitted}) {
    const FitOptions options{.intercept = intercept};
    const auto path = fit_path(context_, data.samples(), SquaredLoss{}, options, l2);
    ASSERT_EQ(path.size(), l2.size());
    for (std::size_t s = 0; s < l2.size(); ++s) {
      SCOPED_TRACE(l2[s]);
      EXPECT_TRUE(path[s].converged());
      const FitResult exact = fit(context_, data.samples(), SquaredLoss{},
                                  {.solver = Gram{}, .intercept = intercept, .l2 = l2[s]});
      for (std::size_t j = 0; j < exact.coefficients.size(); ++j)
        EXPECT_TRUE(test::is_within(path[s].coefficients[j], exact.coefficients[j], 1e-7));
      EXPECT_TRUE(test::is_within(path[s].intercept, exact.intercept, 1e-7));
    }
  }
}

TEST_P(FitPathOn, TakesLessThanFitsAlone) {
  const SmallData<> data = labelled_data(300);
  std::vector<double> l2 = many_penalties();
  l2[1] = 1e-3;
  for (const Solver& solver : {Solver(Lbfgs{}), Solver(Proximal{}), Solver(Newton{})}) {
    SCOPED_TRACE(solver_name(solver));
    const FitOptions options{.solver = solver};
    const auto path = fit_path(context_, data.samples(), LogisticLoss{}, options, l2);
    const auto each = fit_sets(context_, data.samples(), alone<Loss>(LogisticLoss{}, options, l2));
    for (std::size_t s = 0; s < l2.size(); ++s) {
      EXPECT_GE(path[s].converged(), each[s].converged()) << l2[s];
      EXPECT_TRUE(test::is_within(path[s].objective, each[s].objective, 1e-13)) << l2[s];
    }
    EXPECT_LT(evaluations(path), evaluations(each));
  }
}

/// Shrinkage, 1 / (1 + l2 / curvature), has fourth derivatives of up to 1/8 in log(l2); the cubic
/// through nodes 0.9 apart is then off by some 1/8 0.9^4 / 24 of the coefficients, and the gradient
/// of features whose curvatures differ by up to ten times as much.
TEST_P(FitPathOn, StartsOthersNearTheirEnds) {
  const SmallData<> data = labelled_data(300);
  std::vector<double> l2;
  for (int i = 0; i < 32; ++i) l2.push_back(std::pow(10.0, -3 + 3 * i / 31.0));
  const auto path = fit_path(context_, data.samples(), LogisticLoss{}, FitOptions{}, l2);
  const auto each = fit_sets(context_, data.samples(), alone<Loss>(LogisticLoss{}, {}, l2));
  for (std::size_t s = 0; s + 1 < l2.size(); ++s) {
    if (s % 4 == 0) continue;
    EXPECT_LE(path[s].history[0].gradient_norm, 0.03 * each[s].history[0].gradient_norm) << s;
  }
}

TEST_P(FitPathOn, OfClasses) {
  SmallData<> data = labelled_data(200);
  for (std::size_t m = 0; m < data.y.size(); m += 3) data.y[m] = 2;
  const std::vector<double> l2 = {1e-3, 2e-3, 4e-3, 8e-3, 0.016, 0.03, 0.06, 0.12, 0.25, 0.5, 1};
  for (const Intercept intercept : {Intercept::none, Intercept::fitted}) {
    const FitOptions options{.intercept = intercept};
    const auto path = fit_path(context_, data.samples(), SoftmaxLoss{3}, options, l2);
    const auto each = fit_sets(context_, data.samples(), alone(SoftmaxLoss{3}, options, l2));
    for (std::size_t s = 0; s < l2.size(); ++s) {
      EXPECT_TRUE(path[s].converged()) << l2[s];
      EXPECT_TRUE(test::is_within(path[s].objective, each[s].objective, 1e-13)) << l2[s];
    }
    EXPECT_LT(evaluations(path), evaluations(each));
  }
}

TEST_P(FitPathOn, OfFewValuesAndOfBatchesIsThatOfSets) {
  const SmallData<> data = labelled_data(60);
  const std::vector<double> many = many_penalties();
  const std::vector<double> few(many.begin(), many.begin() + 8);
  const FitOptions batches{.solver = Adam{}, .batch_size = 16, .max_epochs = 2};
  const FitOptions holdout{.holdout = 0.25, .patience = 2};
  const auto expect_same = [&](const FitOptions& options, const std::vector<double>& l2) {
    const auto path = fit_path(context_, data.samples(), LogisticLoss{}, options, l2);
    const auto each = fit_sets(context_, data.samples(), alone<Loss>(LogisticLoss{}, options, l2));
    ASSERT_EQ(path.size(), each.size());
    for (std::size_t s = 0; s < l2.size(); ++s) expect_same_fit(path[s], each[s]);
  };
  expect_same({}, few);
  expect_same({}, {});
  expect_same(batches, many);
  expect_same(holdout, many);
}

TEST_P(FitPathOn, RefusesPenaltiesThatAreNone) {
  const SmallData<> data = labelled_data(60);
  for (const double bad : {-1.0, std::nan(""), HUGE_VAL}) {
    std::vector<double> l2 = many_penalties();
    l2.push_back(bad);
    EXPECT_THROW(static_cast<void>(fit_path(context_, data.samples(), LogisticLoss{}, {}, l2)),
                 InvalidArgument)
        << bad;
  }
  EXPECT_THROW(static_cast<void>(fit_path(context_, data.samples(), LogisticLoss{},
                                          FitOptions{.l2 = 0.5}, many_penalties())),
               InvalidArgument);
}

TEST(FitPath, HasTheSameBitsForAnyNumberOfThreads) {
  const SmallData<> data = labelled_data(3000);
  Context one = Context::on("cpu", {.threads = 1});
  Context three = Context::on("cpu", {.threads = 3});
  const auto expected =
      fit_path(one, data.samples(), LogisticLoss{}, FitOptions{}, many_penalties());
  const auto found =
      fit_path(three, data.samples(), LogisticLoss{}, FitOptions{}, many_penalties());
  for (std::size_t s = 0; s < expected.size(); ++s) expect_same_fit(found[s], expected[s]);
}

}  // namespace
}  // namespace batchgrad
