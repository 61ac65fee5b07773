#pragma once

#include <batchgrad/fit_sets.hpp>

#include <vector>

#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

/// Samples for descents: targets 0 and 1, which suit every loss used here, and classes.
template <class T>
class DescentCase {
 public:
  DescentCase(index_t samples, index_t features) : samples_(samples), features_(features) {
    RandomNumbers random(static_cast<std::uint64_t>(samples + 1000 * features));
    x_ = random.vector<T>(samples * features, -2, 3);
    weight_ = random.vector<computing_t<T>>(samples, 0.5, 2);
    offset_ = random.vector<computing_t<T>>(samples, -0.5, 0.5);
    for (index_t m = 0; m < samples; ++m) {
      y_.push_back(static_cast<computing_t<T>>(random() > 0 ? 1 : 0));
      class_.push_back(static_cast<computing_t<T>>(m % 3));
      fold_.push_back(static_cast<fold_t>(m % 2));
    }
  }
  DescentCase(const DescentCase&) = delete;
  DescentCase& operator=(const DescentCase&) = delete;

  [[nodiscard]] Samples<T> plain() const { return {features(), y_, {}, {}, {}, {}}; }
  [[nodiscard]] Samples<T> weighted() const {
    return {features(), y_, weight_, offset_, {}, fold_};
  }
  [[nodiscard]] Samples<T> classified() const {
    return {features(), class_, weight_, {}, {}, fold_};
  }

 private:
  [[nodiscard]] MatrixView<const T> features() const { return {x_.data(), samples_, features_}; }

  index_t samples_;
  index_t features_;
  std::vector<T> x_;
  std::vector<computing_t<T>> y_;
  std::vector<computing_t<T>> class_;
  std::vector<computing_t<T>> weight_;
  std::vector<computing_t<T>> offset_;
  std::vector<fold_t> fold_;
};

/// How far two descents may be apart after at most 30 updates, by any of the rules, of steps of at
/// most 0.2 in variables of about 1. A gradient's entries are sums over M <= 40 samples of products
/// of D <= 5 terms, in all some 60 roundings, and cancel: they are a share of their terms. What
/// adam, adagrad and rmsprop divide by is the size of the gradient itself, so a step is off by the
/// relative error of the gradient times 0.2. Errors grow: those of a step of gradient descent on a
/// convex function do not, a momentum of 0.9 adds up ten of them, and the other rules turn an error
/// e of the variables into one of about 0.2 e of the next step, 1.2^30 = 240 at most.
/// In double the worst of all that is allowed, and a share of 1/1000; in float it would be no bound
/// at all, so it is that of momentum and a share of 1/10. A wrong rule, rate, clip or sample shows
/// in the second digit.
template <class T>
double descent_tolerance() {
  constexpr bool is_double = sizeof(T) == 8;
  constexpr double growth = is_double ? 240 : 10;
  constexpr double cancellation = is_double ? 1000 : 10;
  return 0.2 * 30 * growth * cancellation * gamma<T>(60);
}

/// The same way, to within a tolerance of numbers of about 1.
inline void expect_close(const FitResult& actual, const FitResult& expected, double tolerance) {
  EXPECT_EQ(actual.stop, expected.stop);
  EXPECT_EQ(actual.iterations, expected.iterations);
  EXPECT_EQ(actual.evaluations, expected.evaluations);
  ASSERT_EQ(actual.coefficients.size(), expected.coefficients.size());
  for (std::size_t j = 0; j < expected.coefficients.size(); ++j)
    EXPECT_TRUE(is_within(actual.coefficients[j], expected.coefficients[j], tolerance)) << j;
  EXPECT_TRUE(is_within(actual.intercept, expected.intercept, tolerance));
  ASSERT_EQ(actual.intercepts.size(), expected.intercepts.size());
  for (std::size_t c = 0; c < expected.intercepts.size(); ++c)
    EXPECT_TRUE(is_within(actual.intercepts[c], expected.intercepts[c], tolerance)) << c;
  EXPECT_TRUE(is_within(actual.objective, expected.objective, tolerance));
  EXPECT_TRUE(is_within(actual.gradient_norm, expected.gradient_norm, tolerance));
  EXPECT_EQ(std::isnan(actual.held_out_loss), std::isnan(expected.held_out_loss));
  if (!std::isnan(expected.held_out_loss)) {
    EXPECT_TRUE(is_within(actual.held_out_loss, expected.held_out_loss, tolerance));
  }
  ASSERT_EQ(actual.history.size(), expected.history.size());
  for (std::size_t i = 0; i < expected.history.size(); ++i) {
    const Iteration& row = actual.history[i];
    const Iteration& other = expected.history[i];
    EXPECT_TRUE(is_within(row.objective, other.objective, tolerance)) << i;
    EXPECT_TRUE(is_within(row.gradient_norm, other.gradient_norm, tolerance)) << i;
    EXPECT_TRUE(is_within(row.step, other.step, tolerance)) << i;
    EXPECT_EQ(row.evaluations, other.evaluations) << i;
  }
}

}  // namespace batchgrad::test
