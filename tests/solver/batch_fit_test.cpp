#include "batch_fit.hpp"

#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <numeric>
#include <omp.h>

#include "noisy_line.hpp"
#include "random/shuffle.hpp"
#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::fit_on;
using test::noisy_line;
using test::options_for;
using test::SmallData;

/// Slope and intercept of a line.
using FittedLine = std::array<double, 2>;

/// One update, from the gradient.
using Update = std::function<void(const FittedLine& gradient, FittedLine& line)>;

Update descent(double rate, double momentum) {
  return [=, velocity = FittedLine{}](const FittedLine& gradient, FittedLine& line) mutable {
    for (std::size_t j = 0; j < 2; ++j) {
      velocity[j] = momentum * velocity[j] - rate * gradient[j];
      line[j] += velocity[j];
    }
  };
}

Update adam(double rate) {
  return [=, m = FittedLine{}, v = FittedLine{}, b1 = 1.0, b2 = 1.0](const FittedLine& gradient,
                                                                     FittedLine& line) mutable {
    b1 *= 0.9;
    b2 *= 0.999;
    for (std::size_t j = 0; j < 2; ++j) {
      m[j] = 0.9 * m[j] + (1 - 0.9) * gradient[j];
      v[j] = 0.999 * v[j] + (1 - 0.999) * gradient[j] * gradient[j];
      line[j] -= rate * (m[j] / (1 - b1)) / (std::sqrt(v[j] / (1 - b2)) + 1e-8);
    }
  };
}

Update adagrad(double rate) {
  return [=, square = FittedLine{}](const FittedLine& gradient, FittedLine& line) mutable {
    for (std::size_t j = 0; j < 2; ++j) {
      square[j] += gradient[j] * gradient[j];
      line[j] -= rate * gradient[j] / (std::sqrt(square[j]) + 1e-10);
    }
  };
}

Update rmsprop(double rate) {
  return [=, square = FittedLine{}](const FittedLine& gradient, FittedLine& line) mutable {
    for (std::size_t j = 0; j < 2; ++j) {
      square[j] = 0.9 * square[j] + (1 - 0.9) * gradient[j] * gradient[j];
      line[j] -= rate * gradient[j] / (std::sqrt(square[j]) + 1e-8);
    }
  };
}

/// Least squares by batches, written out: an update with the mean of each batch of each epoch. The
/// start, then the line behind each epoch.
std::vector<FittedLine> by_batches(const SmallData<>& data, std::size_t size, int epochs,
                                   double clip, const Update& update) {
  FittedLine line = {4, 4};
  std::vector<FittedLine> lines = {line};
  for (std::uint32_t epoch = 0; epoch < static_cast<std::uint32_t>(epochs); ++epoch) {
    std::vector<index_t> order(data.y.size());
    std::iota(order.begin(), order.end(), index_t{0});
    detail::shuffle(7, detail::Order::epoch, epoch, order);
    for (std::size_t first = 0; first < order.size(); first += size) {
      const std::size_t last = std::min(first + size, order.size());
      FittedLine gradient = {0, 0};
      for (std::size_t i = first; i < last; ++i) {
        const auto m = static_cast<std::size_t>(order[i]);
        const double residual = line[1] + data.x[m] * line[0] - data.y[m];
        gradient[0] += residual * data.x[m];
        gradient[1] += residual;
      }
      for (double& slope : gradient)
        slope = std::clamp(slope / static_cast<double>(last - first), -clip, clip);
      update(gradient, line);
    }
    lines.push_back(line);
  }
  return lines;
}

double objective_of(const SmallData<>& data, const FittedLine& line) {
  double sum = 0;
  for (std::size_t m = 0; m < data.y.size(); ++m)
    sum += std::pow(line[1] + data.x[m] * line[0] - data.y[m], 2) / 2;
  return sum / static_cast<double>(data.y.size());
}

/// The epochs' objectives are those of the lines, and the answer is the line of the lowest.
void expect_lines(const FitResult& found, const SmallData<>& data,
                  const std::vector<FittedLine>& lines) {
  ASSERT_EQ(found.history.size(), lines.size());
  std::size_t lowest = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double objective = objective_of(data, lines[i]);
    // Squares of sums of three, each sum below 1000, in a mean of 100.
    EXPECT_TRUE(test::is_within(found.history[i].objective, objective,
                                1e6 * test::gamma<double>(2 * 3 + 100)));
    if (found.history[i].objective < found.history[lowest].objective) lowest = i;
  }
  EXPECT_EQ(found.coefficients[0], lines[lowest][0]);
  EXPECT_EQ(found.intercept, lines[lowest][1]);
}

TEST(BatchFit, TakesTheUpdatesOfEveryRule) {
  const SmallData<> data = noisy_line();
  Adam adam_solver;
  adam_solver.learning_rate = 0.1;
  AdaGrad adagrad_solver;
  adagrad_solver.learning_rate = 0.5;
  RmsProp rmsprop_solver;
  rmsprop_solver.learning_rate = 0.05;
  const struct {
    Solver solver;
    std::function<Update()> update;
  } rules[] = {{GradientDescent{5e-5, 0}, [] { return descent(5e-5, 0); }},
               {GradientDescent{1e-5, 0.9}, [] { return descent(1e-5, 0.9); }},
               {adam_solver, [] { return adam(0.1); }},
               {adagrad_solver, [] { return adagrad(0.5); }},
               {rmsprop_solver, [] { return rmsprop(0.05); }}};
  for (const auto& rule : rules)
    for (const std::size_t size : {1, 7, 10, 100, 1000}) {
      SCOPED_TRACE(std::string(solver_name(rule.solver)) + ", batches of " + std::to_string(size));
      const auto expected = by_batches(data, size, 3, 1e300, rule.update());
      const FitResult found =
          fit_on("reference", data, options_for(rule.solver, static_cast<index_t>(size), 3));
      expect_lines(found, data, expected);
      EXPECT_EQ(found.iterations, 3);
      EXPECT_EQ(found.stop, Stop::max_iterations);
      // The start, every batch, and all samples behind each epoch.
      const auto batches = static_cast<index_t>((100 + size - 1) / size);
      EXPECT_EQ(found.evaluations, 1 + 3 * (batches + 1));
    }
}

/// The textbook's descent, clipped, in a thousand updates from 10 samples each, or from 1.
TEST(BatchFit, FitsTheNoisyLineAsTheTextbookDoes) {
  const SmallData<> data = noisy_line();
  GradientDescent solver{1e-4, 0};
  solver.clip.value = 1000;
  const struct {
    index_t size;
    index_t epochs;
    double slope;
    double intercept;
  } cases[] = {{10, 100, 1.95419479, 3.79866715}, {1, 10, 1.94901014, 3.82277456}};
  for (const auto& [size, epochs, slope, intercept] : cases) {
    const auto expected = by_batches(data, static_cast<std::size_t>(size), static_cast<int>(epochs),
                                     1000, descent(1e-4, 0));
    const FitResult exact = fit_on("reference", data, options_for(solver, size, epochs));
    expect_lines(exact, data, expected);
    const FitResult found = fit_on("cpu", data, options_for(solver, size, epochs));
    // As the README prints them.
    EXPECT_TRUE(test::is_within(found.coefficients[0], slope, 5e-9)) << size;
    EXPECT_TRUE(test::is_within(found.intercept, intercept, 5e-9)) << size;
  }
}

TEST(BatchFit, IsInTheVariablesOfStandardisedFeatures) {
  // Of mean 0 and mean square 4: an update of v = 2 w by rate g_v = rate g_w / 2 is one of w by
  // rate g_w / 4. All of these are powers of 2.
  const SmallData<> data{1, {-2, 2, 2, -2, 2, -2}, {1, 2, 4, 0.5, 3, -1}, {}, {}};
  FitOptions options = options_for(GradientDescent{0.5, 0}, 2, 5);
  options.intercept = Intercept::none;
  options.start = {};
  options.l2 = 0.25;
  FitOptions raw = options;
  raw.solver = GradientDescent{0.125, 0};
  options.standardise = Standardise::yes;
  const FitResult found = fit_on("reference", data, options);
  EXPECT_EQ(found.coefficients, fit_on("reference", data, raw).coefficients);
  EXPECT_NE(found.coefficients[0], 0);
}

TEST(BatchFit, PenaltyIsInEveryUpdate) {
  const SmallData<> data{1, {0, 0, 0, 0}, {0, 0, 0, 0}, {}, {}};
  FitOptions options = options_for(GradientDescent{0.5, 0}, 1, 1);
  options.l2 = 0.5;
  options.start = {16, 0};
  // Four updates of w -= 0.5 * 0.5 w.
  EXPECT_EQ(fit_on("reference", data, options).coefficients[0], 16 * 0.75 * 0.75 * 0.75 * 0.75);
}

TEST(BatchFit, SamplesPullInProportionToTheirWeights) {
  const SmallData<> data{1, {1, 1, 1, 1}, {8, 0, 4, 2}, {1, 3, 2, 2}, {}};  // mean weight 2
  FitOptions options = options_for(GradientDescent{0.5, 0}, 2, 1);
  options.intercept = Intercept::none;
  options.start = {1};
  std::vector<index_t> order = {0, 1, 2, 3};
  detail::shuffle(7, detail::Order::epoch, 0, order);
  for (const std::size_t size : {1, 2}) {
    double w = 1;
    for (std::size_t first = 0; first < 4; first += size) {
      double gradient = 0;
      for (std::size_t i = first; i < first + size; ++i) {
        const auto m = static_cast<std::size_t>(order[i]);
        gradient += data.weight[m] / 2 * (w - data.y[m]) / static_cast<double>(size);
      }
      w -= 0.5 * gradient;
    }
    options.batch_size = static_cast<index_t>(size);
    const FitResult found = fit_on("reference", data, options);
    EXPECT_LT(found.history[1].objective, found.history[0].objective);  // it is the answer
    // Up to 4 updates with numbers up to 8, of some 8 roundings each.
    EXPECT_TRUE(test::is_within(found.coefficients[0], w, 8 * 4 * test::gamma<double>(8)));
  }
}

TEST(BatchFit, WeightTwoIsTheSampleTwice) {
  SmallData<> once = test::linear_data(20, 2, 0.5);
  SmallData<> twice = once;
  once.weight.assign(20, 1);
  once.weight[3] = 2;
  twice.x.insert(twice.x.end(), {once.x[6], once.x[7]});
  twice.y.push_back(once.y[3]);
  for (const index_t size : {0, 1000}) {
    FitOptions options;
    options.solver = GradientDescent{0.3, 0};
    options.tolerance = 0;
    options.batch_size = size;
    if (size == 0) options.max_iterations = 50;
    if (size > 0) options.max_epochs = 50;
    const FitResult found = fit_on("reference", once, options);
    const FitResult expected = fit_on("reference", twice, options);
    // Means of 21 numbers of size below 100, whose rounding a contraction passes on.
    const double bound = 50 * 100 * test::gamma<double>(30);
    for (std::size_t j = 0; j < 2; ++j)
      EXPECT_TRUE(test::is_within(found.coefficients[j], expected.coefficients[j], 10 * bound));
    EXPECT_TRUE(test::is_within(found.objective, expected.objective, 10 * bound));
  }
}

TEST(BatchFit, SamplesWithoutWeightAreAsIfNotThere) {
  const SmallData<> data = test::linear_data(30, 2, 0.5);
  SmallData<> more = data;
  more.weight.assign(30, 1);
  for (const index_t at : {0, 7, 30}) {
    more.x.insert(more.x.begin() + 2 * at, {100, -5});
    more.y.insert(more.y.begin() + at, 1e6);
    more.weight.insert(more.weight.begin() + at, 0);
  }
  FitOptions options;
  options.solver = Adam{};
  options.batch_size = 4;
  options.max_epochs = 3;
  options.holdout = 0.2;
  const FitResult found = fit_on("reference", more, options);
  const FitResult expected = fit_on("reference", data, options);
  const double bound = 1e4 * test::gamma<double>(100);
  EXPECT_TRUE(test::is_within(found.coefficients[0], expected.coefficients[0], bound));
  EXPECT_TRUE(test::is_within(found.held_out_loss, expected.held_out_loss, bound));
}

TEST(BatchFit, ScheduleGoesByEpochs) {
  const SmallData<> data = noisy_line();
  FitOptions options =
      options_for(GradientDescent{.learning_rate = 1e-5, .schedule = StepSchedule{0.5, 1}}, 10, 2);
  const Update fast = descent(1e-5, 0);
  const Update slow = descent(5e-6, 0);
  int updates = 0;
  const auto expected =
      by_batches(data, 10, 2, 1e300, [&](const FittedLine& gradient, FittedLine& line) {
        (updates++ < 10 ? fast : slow)(gradient, line);
      });
  expect_lines(fit_on("reference", data, options), data, expected);
}

}  // namespace
}  // namespace batchgrad
