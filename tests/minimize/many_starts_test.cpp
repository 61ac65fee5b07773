#include <batchgrad/error.hpp>

#include <gtest/gtest.h>
#include <map>
#include <string>

#include "functions.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

const std::vector<Interval> box = {{-5, 5}, {-5, 5}};

MinimizeResult himmelblau_from(Context& context, const std::vector<double>& starts,
                               const MinimizeOptions& options = {}) {
  const ValueAndGradient f = test::himmelblau;
  return minimize(context, f, test::rows_of(starts, 2), options);
}

void expect_same(const StartResult& a, const StartResult& b, std::size_t start) {
  EXPECT_EQ(a.x, b.x) << start;
  EXPECT_EQ(a.value, b.value) << start;
  EXPECT_EQ(a.gradient, b.gradient) << start;
  EXPECT_EQ(a.stop, b.stop) << start;
  EXPECT_EQ(a.iterations, b.iterations) << start;
  EXPECT_EQ(a.evaluations, b.evaluations) << start;
}

TEST(ManyStarts, FindAllFourMinimaOfHimmelblau) {
  Context context = Context::on("cpu");
  const MinimizeResult found = himmelblau_from(context, random_starts(box, 3000, 1));
  ASSERT_EQ(found.starts.size(), 3000U);
  const std::vector<std::vector<double>> minima = {{3, 2},
                                                   {-2.805118086952745, 3.131312518250573},
                                                   {-3.779310253377747, -3.283185991286170},
                                                   {3.584428340330492, -1.848126526964404}};
  std::map<std::size_t, int> hits;
  for (const StartResult& start : found.starts) {
    EXPECT_TRUE(start.converged());
    std::size_t nearest = minima.size();
    for (std::size_t k = 0; k < minima.size(); ++k)
      if (test::is_within(start.x[0], minima[k][0], 1e-9) &&
          test::is_within(start.x[1], minima[k][1], 1e-9))
        nearest = k;
    ++hits[nearest];
  }
  for (std::size_t k = 0; k < minima.size(); ++k) EXPECT_GE(hits[k], 100) << k;
  // A search may also end where the slope vanishes without a minimum, but hardly ever.
  EXPECT_LE(hits[minima.size()], 10);
  for (const StartResult& start : found.starts) EXPECT_GE(start.value, found.best_start().value);
}

TEST(ManyStarts, GiveTheSameBitsOnAnyNumberOfThreads) {
  const std::vector<double> starts = random_starts(box, 2000, 7);
  for (const Solver& solver : {Solver(Lbfgs{}), Solver(GradientDescent{}), Solver(Adam{0.1})}) {
    MinimizeOptions options;
    options.solver = solver;
    options.max_iterations = 200;
    Context reference = Context::on("reference");
    const MinimizeResult expected = himmelblau_from(reference, starts, options);
    for (const int threads : {1, 2, 3}) {
      Context context = Context::on("cpu", {.threads = threads});
      const MinimizeResult found = himmelblau_from(context, starts, options);
      EXPECT_EQ(found.best, expected.best);
      for (std::size_t n = 0; n < expected.starts.size(); ++n)
        expect_same(found.starts[n], expected.starts[n], n);
    }
  }
}

TEST(ManyStarts, GiveTheSameBitsAsEachAlone) {
  const std::vector<double> starts = random_starts(box, 300, 3);
  for (const Solver& solver :
       {Solver(Lbfgs{3}), Solver(GradientDescent{{}, 0.5, true}), Solver(Adam{0.1})}) {
    MinimizeOptions options;
    options.solver = solver;
    Context context = Context::on("cpu");
    const MinimizeResult together = himmelblau_from(context, starts, options);
    for (std::size_t n = 0; n < together.starts.size(); ++n)
      expect_same(minimize(test::himmelblau, {starts[2 * n], starts[2 * n + 1]}, options),
                  together.starts[n], n);
  }
}

TEST(ManyStarts, DoNotDisturbEachOtherByFailing) {
  Context context = Context::on("cpu");
  const ValueAndGradient f = test::log_barrier;
  const std::vector<double> starts = {-1, 2, 1e300, 1, 0.5};
  const MinimizeResult found = minimize(context, f, test::rows_of(starts, 1));
  EXPECT_EQ(found.starts[0].stop, Stop::not_finite);
  EXPECT_EQ(found.starts[3].iterations, 0);
  EXPECT_NE(found.best, 0);
  EXPECT_EQ(found.best_start().value, 1);
  for (const std::size_t n : {1U, 3U, 4U})
    expect_same(minimize(f, {starts[n]}), found.starts[n], n);
}

TEST(ManyStarts, TakeTheFirstOfEquallyLowOnes) {
  Context context = Context::on("cpu");
  const ValueAndGradient f = test::log_barrier;
  EXPECT_EQ(minimize(context, f, test::rows_of({-1, 1, 1}, 1)).best, 1);
  EXPECT_EQ(minimize(context, f, test::rows_of({-1, -2}, 1)).best, 0);
}

TEST(ManyStarts, EvaluateEachPointOnce) {
  int calls = 0;
  const ValueAndGradient f = [&](VectorView<const double> x, VectorView<double> gradient) {
    ++calls;
    return test::himmelblau(x, gradient);
  };
  Context context = Context::on("reference");
  const std::vector<double> starts = random_starts(box, 50, 2);
  const MinimizeResult found = minimize(context, f, test::rows_of(starts, 2));
  index_t evaluations = 0;
  for (const StartResult& start : found.starts) evaluations += start.evaluations;
  EXPECT_EQ(evaluations, calls);
}

TEST(ManyStarts, AreObservedInOrder) {
  Context context = Context::on("cpu");
  MinimizeOptions options;
  std::vector<test::RecordedStep> steps;
  options.observer = [&](const MinimizeStep& step) {
    steps.push_back(test::recorded(step));
    return Continue::yes;
  };
  const std::vector<double> starts = random_starts(box, 40, 5);
  const MinimizeResult found = himmelblau_from(context, starts, options);
  std::vector<index_t> next(40, 0);
  std::vector<double> last(40, 0);
  for (const test::RecordedStep& step : steps) {
    const auto n = static_cast<std::size_t>(step.start);
    EXPECT_EQ(step.iteration, next[n]++);
    last[n] = step.value;
    if (step.iteration == 0) {
      EXPECT_EQ(step.x, (std::vector<double>{starts[2 * n], starts[2 * n + 1]}));
    }
  }
  for (std::size_t n = 0; n < 40; ++n) {
    EXPECT_EQ(next[n], found.starts[n].iterations + 1);
    EXPECT_EQ(last[n], found.starts[n].value);
  }
  for (std::size_t i = 1; i < 40; ++i) EXPECT_EQ(steps[i].start, steps[i - 1].start + 1);
}

TEST(RandomStarts, LieInTheirBoxAndFillIt) {
  const std::vector<Interval> narrow = {{-5, 5}, {0, 1e-3}, {7, 7}};
  const std::vector<double> starts = random_starts(narrow, 10000, 1);
  ASSERT_EQ(starts.size(), 30000U);
  std::vector<double> sum(3, 0);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    EXPECT_GE(starts[i], narrow[i % 3].lower);
    EXPECT_LE(starts[i], narrow[i % 3].upper);
    sum[i % 3] += starts[i] / 10000;
  }
  // Five standard deviations of a mean of 10000: width / sqrt(12) / 100 * 5.
  EXPECT_TRUE(test::is_within(sum[0], 0, 10 * 0.0145));
  EXPECT_TRUE(test::is_within(sum[1], 5e-4, 1e-3 * 0.0145));
}

TEST(RandomStarts, DependOnTheirRowAndTheSeedAlone) {
  const std::vector<double> few = random_starts(box, 10, 42);
  const std::vector<double> more = random_starts(box, 1000, 42);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), more.begin()));
  EXPECT_NE(random_starts(box, 10, 43), few);
}

TEST(RandomStarts, RefuseWhatIsNoBox) {
  const double infinite = infinity;
  for (const std::vector<Interval>& bad :
       {std::vector<Interval>{}, {{1, 0}}, {{0, infinite}}, {{-1.7e308, 1.7e308}}})
    EXPECT_THROW(static_cast<void>(random_starts(bad, 10, 1)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(random_starts(box, 0, 1)), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
