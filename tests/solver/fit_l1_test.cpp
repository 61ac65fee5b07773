#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "small_data.hpp"
#include "solver/objective.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::Sequence;
using test::SmallData;

FitOptions with_l1(double l1) {
  FitOptions options;
  options.solver = Proximal{};
  options.l1 = l1;
  options.max_iterations = 20000;
  return options;
}

template <class T = double>
FitResult run(const SmallData<T>& data, const Loss& loss, const FitOptions& options) {
  Context context = Context::on("cpu");
  return fit(context, data.samples(), loss, options);
}

/// Features of sizes 0.1 to 100 away from 0, of which y depends on the even ones; weights and
/// offsets; for logistic y is made a label.
SmallData<> sparse_data(const Loss& loss, index_t rows = 120, index_t features = 8) {
  Sequence sequence;
  SmallData<> data;
  data.features = features;
  for (index_t m = 0; m < rows; ++m) {
    double eta = 0.5;
    for (index_t j = 0; j < features; ++j) {
      const double size = std::pow(10.0, static_cast<double>(j % 4) - 1);
      const double x = size * (sequence.next() + 0.7);
      data.x.push_back(x);
      if (j % 2 == 0) eta += (j % 4 == 0 ? 1 : -1) * x / size;
    }
    const double offset = 0.3 * sequence.next();
    const double target = eta + offset + 0.5 * sequence.next();
    const bool is_label = target_domain(loss) == TargetDomain::unit_interval;
    data.offset.push_back(offset);
    data.weight.push_back(1.5 + sequence.next());
    data.y.push_back(is_label ? static_cast<double>(target > 0.7) : target);
  }
  return data;
}

/// The weighted mean of the loss, its gradient, and the root mean square of its derivative.
struct Means {
  double loss = 0;
  double square = 0;
  std::vector<double> slopes;  ///< the intercept's last
};

Means means_at(const SmallData<>& data, const Loss& loss, const std::vector<double>& w, double b) {
  const std::size_t features = w.size();
  Means means;
  means.slopes.assign(features + 1, 0.0);
  double weights = 0;
  for (const double weight : data.weight) weights += weight;
  for (std::size_t m = 0; m < data.y.size(); ++m) {
    double eta = b + data.offset[m];
    for (std::size_t j = 0; j < features; ++j) eta += data.x[m * features + j] * w[j];
    const double share = data.weight[m] / weights;
    const double slope =
        share * std::visit([&](const auto& l) { return l.derivative(eta, data.y[m]); }, loss);
    means.loss += share * std::visit([&](const auto& l) { return l.value(eta, data.y[m]); }, loss);
    means.square += slope * slope / share;
    for (std::size_t j = 0; j < features; ++j) means.slopes[j] += slope * data.x[m * features + j];
    means.slopes.back() += slope;
  }
  return means;
}

/// At a minimum  slope_j + l2 w_j = -l1 sign(w_j)  where w_j is not 0, at most l1 in size where it
/// is, and 0 for the intercept; each within what the tolerance allows.
void expect_minimum(const SmallData<>& data, const Loss& loss, const FitOptions& options,
                    const FitResult& found) {
  const Means means = means_at(data, loss, found.coefficients, found.intercept);
  // 1e-9 rms per unit of the centred feature's size, and the centre times that of the intercept.
  const double slack = 2.1e-9 * std::sqrt(means.square) * detail::largest_magnitude(data.x);
  double penalty = 0;
  for (std::size_t j = 0; j < found.coefficients.size(); ++j) {
    const double w = found.coefficients[j];
    const double slope = means.slopes[j] + options.l2 * w;
    const double needed =
        w == 0 ? std::clamp(slope, -options.l1, options.l1) : -std::copysign(options.l1, w);
    EXPECT_TRUE(test::is_within(slope, needed, slack)) << j;
    penalty += options.l1 * std::fabs(w) + options.l2 / 2 * w * w;
  }
  if (options.intercept == Intercept::fitted) {
    EXPECT_TRUE(test::is_within(means.slopes.back(), 0, slack));
  }
  // 120 samples of 8 products, all of them positive in the end.
  EXPECT_TRUE(test::is_within(found.objective, means.loss + penalty,
                              4 * test::gamma<double>(130) * found.objective));
}

TEST(FitL1, MeetsTheConditionsOfAMinimum) {
  std::size_t zeros = 0;
  for (const Loss& loss : {Loss(SquaredLoss{}), Loss(HuberLoss{0.4}), Loss(LogisticLoss{})})
    for (const Intercept intercept : {Intercept::fitted, Intercept::none})
      for (const double l1 : {1e-3, 0.02})
        for (const double l2 : {0.0, 0.05}) {
          SCOPED_TRACE(std::string(loss_name(loss)) + " " + std::to_string(l1));
          FitOptions options = with_l1(l1);
          options.intercept = intercept;
          options.l2 = l2;
          const SmallData<> data = sparse_data(loss);
          const FitResult found = run(data, loss, options);
          EXPECT_EQ(found.stop, Stop::gradient) << found.gradient_norm;
          expect_minimum(data, loss, options, found);
          zeros += static_cast<std::size_t>(
              std::count(found.coefficients.begin(), found.coefficients.end(), 0.0));
        }
  EXPECT_GE(zeros, 24U);
}

TEST(FitL1, ThresholdsOrthonormalFeatures) {
  // Columns of a Hadamard matrix: X'X / M = 1, so w_j = S(x_j . y / M, l1 / (1 + ...)).
  const std::vector<double> y = {3, -1, 2.5, 0.5, 4, -2, 0.25, 1};
  SmallData<> data;
  data.features = 4;
  data.y = y;
  std::vector<double> correlation(4);
  for (std::size_t m = 0; m < 8; ++m)
    for (std::size_t j = 0; j < 4; ++j) {
      const bool odd = __builtin_popcountll(m & (j + 1)) % 2 == 1;
      data.x.push_back(odd ? -1 : 1);
      correlation[j] += (odd ? -1 : 1) * y[m] / 8;
    }
  for (const double l1 : {0.1, 0.5, 1.0})
    for (const double l2 : {0.0, 1.0})
      for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
        FitOptions options = with_l1(l1);
        options.l2 = l2;
        options.standardise = standardise;
        const FitResult found = run(data, SquaredLoss{}, options);
        for (std::size_t j = 0; j < 4; ++j) {
          const double size = std::max(std::fabs(correlation[j]) - l1, 0.0) / (1 + l2);
          const double expected = std::copysign(size, correlation[j]);
          EXPECT_TRUE(test::is_within(found.coefficients[j], expected, 1e-8)) << j;
          EXPECT_EQ(found.coefficients[j] == 0, expected == 0) << j;
        }
      }
}

/// Coordinate descent on  |y - X w - b|^2 / 2M + l1 |w|_1 + l2 / 2 |w|^2, to the last bit.
std::vector<double> by_coordinates(const SmallData<>& data, double l1, double l2) {
  const auto features = static_cast<std::size_t>(data.features);
  const std::size_t rows = data.y.size();
  std::vector<double> w(features + 1);
  std::vector<double> residual(rows);
  for (std::size_t m = 0; m < rows; ++m) residual[m] = data.y[m];
  const auto column = [&](std::size_t m, std::size_t j) {
    return j < features ? data.x[m * features + j] : 1.0;
  };
  for (int sweep = 0; sweep < 20000; ++sweep)
    for (std::size_t j = 0; j <= features; ++j) {
      double xx = 0;
      double xr = 0;
      for (std::size_t m = 0; m < rows; ++m) {
        xx += column(m, j) * column(m, j) / static_cast<double>(rows);
        xr += column(m, j) * residual[m] / static_cast<double>(rows);
      }
      const double free = xr + xx * w[j];
      const double threshold = j < features ? l1 : 0;
      const double size = std::max(std::fabs(free) - threshold, 0.0);
      const double next = std::copysign(size, free) / (xx + (j < features ? l2 : 0));
      for (std::size_t m = 0; m < rows; ++m) residual[m] -= column(m, j) * (next - w[j]);
      w[j] = next;
    }
  return w;
}

TEST(FitL1, FindsWhatCoordinateDescentFinds) {
  SmallData<> data = sparse_data(SquaredLoss{}, 40, 6);
  data.weight.clear();
  data.offset.clear();
  for (const double l1 : {0.01, 0.1})
    for (const double l2 : {0.0, 0.1})
      for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
        FitOptions options = with_l1(l1);
        options.l2 = l2;
        options.standardise = standardise;
        // Features from 0.1 to 100, uncentred, have a condition of 1e8.
        options.max_iterations = standardise == Standardise::yes ? 200 : 50000;
        options.tolerance = 1e-7;
        // Slopes of at most 1e-7 of residuals of about 1/2, against curvatures of at least 1/10 in
        // features of size 1, are errors of 5e-7 there, and 1e-5 in a feature of size 0.06.
        constexpr double slack = 1e-5;
        const std::vector<double> expected = by_coordinates(data, l1, l2);
        const FitResult found = run(data, SquaredLoss{}, options);
        EXPECT_EQ(found.stop, Stop::gradient) << found.gradient_norm;
        for (std::size_t j = 0; j < 6; ++j) {
          EXPECT_EQ(found.coefficients[j] == 0, expected[j] == 0) << j;
          EXPECT_TRUE(test::is_within(found.coefficients[j], expected[j], slack)) << j;
        }
        EXPECT_TRUE(test::is_within(found.intercept, expected[6], slack));
      }
}

TEST(FitL1, SetsEverythingToZeroFromTheLargestSlopeOn) {
  for (const Loss& loss : {Loss(SquaredLoss{}), Loss(HuberLoss{0.4}), Loss(LogisticLoss{})}) {
    const SmallData<> data = sparse_data(loss);
    FitOptions options = with_l1(1e9);
    const FitResult alone = run(data, loss, options);
    EXPECT_EQ(alone.stop, Stop::gradient);
    EXPECT_EQ(alone.coefficients, std::vector<double>(8, 0.0));
    Means means = means_at(data, loss, alone.coefficients, alone.intercept);
    means.slopes.pop_back();
    const double largest = detail::largest_magnitude(means.slopes);
    options.l1 = largest * (1 + 1e-6);
    EXPECT_EQ(run(data, loss, options).coefficients, alone.coefficients) << loss_name(loss);
    options.l1 = largest * (1 - 1e-3);
    EXPECT_NE(run(data, loss, options).coefficients, alone.coefficients) << loss_name(loss);
  }
}

TEST(FitL1, DropsAConstantFeatureBesideAnIntercept) {
  SmallData<> data = sparse_data(SquaredLoss{});
  for (std::size_t m = 0; m < data.y.size(); ++m) data.x[m * 8 + 3] = 5;
  FitOptions options = with_l1(0.01);
  options.start.assign(9, 1.0);
  const FitResult found = run(data, SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_EQ(found.coefficients[3], 0);
  expect_minimum(data, SquaredLoss{}, options, found);
}

TEST(FitL1, DoesNotDependOnTheStart) {
  const SmallData<> data = sparse_data(SquaredLoss{});
  FitOptions options = with_l1(0.02);
  const FitResult from_zero = run(data, SquaredLoss{}, options);
  options.start.assign(9, -3.0);
  const FitResult from_afar = run(data, SquaredLoss{}, options);
  for (std::size_t j = 0; j < 8; ++j) {
    EXPECT_TRUE(test::is_within(from_afar.coefficients[j], from_zero.coefficients[j], 1e-7)) << j;
    EXPECT_EQ(from_afar.coefficients[j] == 0, from_zero.coefficients[j] == 0) << j;
  }
  options.start = from_zero.coefficients;
  options.start.push_back(from_zero.intercept);
  EXPECT_LE(run(data, SquaredLoss{}, options).iterations, 1);
}

TEST(FitL1, WorksInFloat) {
  const SmallData<> data = sparse_data(SquaredLoss{});
  const SmallData<float> rounded{8,
                                 {data.x.begin(), data.x.end()},
                                 {data.y.begin(), data.y.end()},
                                 {data.weight.begin(), data.weight.end()},
                                 {data.offset.begin(), data.offset.end()}};
  const FitResult expected = run(data, SquaredLoss{}, with_l1(0.02));
  const FitResult found = run(rounded, SquaredLoss{}, with_l1(0.02));
  EXPECT_EQ(found.stop, Stop::gradient) << found.gradient_norm << " " << found.iterations;
  for (std::size_t j = 0; j < 8; ++j) {
    EXPECT_TRUE(test::is_within(found.coefficients[j], expected.coefficients[j],
                                1e-4 * std::max(1.0, std::fabs(expected.coefficients[j]))))
        << j;
    EXPECT_EQ(found.coefficients[j] == 0, expected.coefficients[j] == 0) << j;
  }
}

TEST(FitL1, HasTheSameBitsOnAnyNumberOfThreads) {
  const SmallData<> data = sparse_data(SquaredLoss{}, 3000);
  Context one = Context::on("cpu", {.threads = 1});
  Context three = Context::on("cpu", {.threads = 3});
  EXPECT_EQ(fit(one, data.samples(), SquaredLoss{}, with_l1(0.02)).coefficients,
            fit(three, data.samples(), SquaredLoss{}, with_l1(0.02)).coefficients);
}

TEST(FitL1, NamesTheSolverThatItNeeds) {
  for (const Solver& solver : {Solver(Lbfgs{}), Solver(GradientDescent{}), Solver(Adam{}),
                               Solver(AdaGrad{}), Solver(RmsProp{})}) {
    FitOptions options = with_l1(0.1);
    options.solver = solver;
    try {
      static_cast<void>(run(sparse_data(SquaredLoss{}), SquaredLoss{}, options));
      ADD_FAILURE() << solver_name(solver);
    } catch (const InvalidArgument& error) {
      EXPECT_NE(std::string(error.what()).find("use solver proximal"), std::string::npos);
    }
  }
  for (const double bad : {-1.0, std::nan("")})
    EXPECT_THROW(static_cast<void>(run(sparse_data(SquaredLoss{}), SquaredLoss{}, with_l1(bad))),
                 InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
