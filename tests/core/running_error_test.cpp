#include <batchgrad/core/dual.hpp>
#include <batchgrad/core/running_error.hpp>
#include <batchgrad/expression/operation.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

using E = RunningError<double>;

/// A straight-line program of random operations: each result feeds later ones.
struct RandomProgram {
  struct Step {
    Opcode operation;
    std::size_t arguments[3];
  };
  std::vector<double> inputs;
  std::vector<Step> steps;

  RandomProgram(unsigned seed, std::size_t length) {
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return random() % n; };
    for (int i = 0; i < 3; ++i)
      inputs.push_back(std::ldexp(static_cast<double>(random()) - 0x1p31, -31) * 4);
    const auto operations = static_cast<std::size_t>(Opcode::logistic) - 1;
    for (std::size_t i = 0; i < length; ++i)
      steps.push_back(
          {static_cast<Opcode>(2 + below(operations)),
           {below(inputs.size() + i), below(inputs.size() + i), below(inputs.size() + i)}});
  }

  /// All results, in the arithmetic of T; `variable` makes an input of its value and position.
  template <class T, class F>
  [[nodiscard]] std::vector<T> run(const F& variable) const {
    std::vector<T> values;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      values.push_back(variable(inputs[i], static_cast<int>(i)));
    for (const auto& [operation, arguments] : steps)
      values.push_back(operation::apply(operation, values[arguments[0]], values[arguments[1]],
                                        values[arguments[2]]));
    return values;
  }
};

/// How the bounds of a run compare with the errors found against long double, whose own are 2^-11
/// of those of double.
struct Coverage {
  int compared = 0;
  int missed = 0;
  std::vector<double> slack;  // bound / error, where there is an error

  void compare(const E& computed, long double truth) {
    if (!std::isfinite(computed.value) || !std::isfinite(static_cast<double>(truth))) return;
    if (std::fabs(truth) < 1e-280L && truth != 0) return;  // near underflow
    ++compared;
    const auto error = static_cast<double>(std::fabs(truth - computed.value));
    if (!(error <= 1.01 * computed.error + 0x1p-60 * static_cast<double>(std::fabs(truth))))
      ++missed;
    else if (error > 0x1p-56 * std::fabs(computed.value))
      slack.push_back(computed.error / error);
  }
  double median_slack() {
    std::sort(slack.begin(), slack.end());
    return slack.empty() ? 0 : slack[slack.size() / 2];
  }
};

TEST(RunningError, CoversTheErrorsOfRandomPrograms) {
  Coverage coverage;
  for (unsigned seed = 1; seed <= 20000; ++seed) {
    const RandomProgram program(seed, 8);
    const auto computed = program.run<E>([](double x, int) { return E(x); });
    const auto truth =
        program.run<long double>([](double x, int) { return static_cast<long double>(x); });
    for (std::size_t i = 0; i < computed.size() && std::isfinite(computed[i].value); ++i)
      if (!computed[i].kink) coverage.compare(computed[i], truth[i]);
  }
  EXPECT_GT(coverage.compared, 50000);
  EXPECT_EQ(coverage.missed, 0);
  EXPECT_LE(coverage.median_slack(), 32);
}

TEST(RunningError, CoversTheErrorsOfDerivativesOfRandomPrograms) {
  using Bounded = Dual<E, 3>;
  using Precise = Dual<long double, 3>;
  Coverage coverage;
  for (unsigned seed = 1; seed <= 20000; ++seed) {
    const RandomProgram program(seed, 5);
    const auto computed =
        program.run<Bounded>([](double x, int i) { return Bounded::variable(E(x), i); });
    const auto truth =
        program.run<Precise>([](double x, int i) { return Precise::variable(x, i); });
    for (std::size_t i = 0; i < computed.size(); ++i) {
      if (!std::isfinite(computed[i].value.value)) break;
      if (computed[i].value.kink) continue;
      for (int j = 0; j < 3; ++j) coverage.compare(computed[i].tangent[j], truth[i].tangent[j]);
    }
  }
  EXPECT_GT(coverage.compared, 50000);
  EXPECT_EQ(coverage.missed, 0);
  EXPECT_LE(coverage.median_slack(), 32);
}

TEST(RunningError, IsNoneForExactOperations) {
  const E f = (E(3) * E(5) - E(1) / E(4)) * E(0.5) + E(2);
  EXPECT_EQ(f.value, 9.375);
  EXPECT_EQ(f.error, 0);
  EXPECT_EQ(operation::sign(f).error, 0);
  EXPECT_EQ(operation::abs(-f).error, 0);
}

TEST(RunningError, SeesCancellation) {
  // (1 + x) - 1 loses x's digits: an error of up to 2^-53, and here all of it.
  const E lost = (E(1) + E(0x1p-53)) - E(1);
  EXPECT_EQ(lost.value, 0);
  EXPECT_EQ(lost.error, 0x1p-53);
  // So a division by it can be anything.
  EXPECT_EQ((E(1) / (lost + E(0x1p-60))).error, infinity);
  EXPECT_TRUE(operation::abs(lost).kink);
}

TEST(RunningError, InheritsKinks) {
  const E at = operation::abs(E(0));
  EXPECT_TRUE((at + E(1)).kink);
  EXPECT_TRUE((E(2) * at).kink);
  EXPECT_TRUE((E(2) / (E(1) - at)).kink);
  EXPECT_TRUE(operation::exp(-at).kink);
  EXPECT_TRUE(operation::log_add_exp(E(0), at).kink);
  EXPECT_FALSE(operation::select(E(1), E(2), at).kink);
}

TEST(RunningError, KnowsTheErrorOfASum) {
  // 0.1 + 0.2 rounds by 0x1p-55 (2.8e-17); 0.1 added ten times, by what each sum lost.
  const E sum = E(0.1) + E(0.2);
  EXPECT_EQ(sum.error, 0x1p-55);
  E total(0);
  for (int i = 0; i < 10; ++i) total += E(0.1);
  const long double truth = 10.0L * 0.1;
  EXPECT_TRUE(is_within(total.value, static_cast<double>(truth), total.error));
  EXPECT_LE(total.error, 10 * Limits<double>::unit_roundoff);
}

TEST(RunningError, MarksTheValueOfADualAtAKink) {
  using D = Dual<E>;
  EXPECT_TRUE(operation::max(D::variable(2), D(2)).value.kink);
  EXPECT_TRUE(operation::select(operation::less(D::variable(2), D(2)), D(1), D(3)).value.kink);
  EXPECT_TRUE(operation::abs(D::variable(0)).value.kink);
  EXPECT_FALSE(operation::abs(D::variable(1)).value.kink);
}

}  // namespace
}  // namespace batchgrad::test
