#pragma once

#include <batchgrad/derivative.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "random_numbers.hpp"
#include "separable_function.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

inline constexpr Method differences[] = {Method::forward, Method::backward, Method::central,
                                         Method::richardson, Method::adaptive};

/// All that is known about the derivatives of a batch, with rows as far apart as asked for.
template <class T>
class DerivativeResults {
 public:
  DerivativeResults(index_t points, index_t results, index_t columns, index_t padding = 0)
      : points_(points), results_(results), columns_(columns), stride_(columns + padding) {
    for (auto* numbers : {&derivatives_, &errors_, &steps_, &left_, &right_})
      numbers->assign(static_cast<std::size_t>(points * stride_), T(NAN));
    values_.assign(static_cast<std::size_t>(points * results), T(NAN));
    statuses_.assign(static_cast<std::size_t>(points * columns), untouched);
  }

  /// Everything, or derivatives alone.
  [[nodiscard]] DerivativeOutput<T> output() {
    return {matrix(derivatives_), {values_.data(), points_, results_},
            matrix(errors_),      {statuses_.data(), points_, columns_},
            matrix(steps_),       matrix(left_),
            matrix(right_)};
  }
  [[nodiscard]] DerivativeOutput<T> derivatives_only() {
    return {.derivatives = matrix(derivatives_)};
  }

  [[nodiscard]] double derivative(index_t n, index_t c) const { return at(derivatives_, n, c); }
  [[nodiscard]] double error(index_t n, index_t c) const { return at(errors_, n, c); }
  [[nodiscard]] double step(index_t n, index_t c) const { return at(steps_, n, c); }
  [[nodiscard]] double value(index_t n, index_t q) const {
    return static_cast<double>(values_[static_cast<std::size_t>(n * results_ + q)]);
  }
  [[nodiscard]] Status status(index_t n, index_t c) const {
    return statuses_[static_cast<std::size_t>(n * columns_ + c)];
  }

  /// The bits of row n, and of what lies between the rows.
  [[nodiscard]] bool has_same_bits(index_t n, const DerivativeResults& other, index_t m) const {
    const auto same = [&](const auto& a, const auto& b, index_t width) {
      return std::memcmp(a.data() + n * width, b.data() + m * width,
                         static_cast<std::size_t>(width) * sizeof(a[0])) == 0;
    };
    return same(derivatives_, other.derivatives_, stride_) &&
           same(errors_, other.errors_, stride_) && same(steps_, other.steps_, stride_) &&
           same(left_, other.left_, stride_) && same(right_, other.right_, stride_) &&
           same(values_, other.values_, results_) && same(statuses_, other.statuses_, columns_);
  }
  [[nodiscard]] bool has_same_derivatives(const DerivativeResults& other) const {
    return std::memcmp(derivatives_.data(), other.derivatives_.data(),
                       derivatives_.size() * sizeof(T)) == 0;
  }

  /// Whether a number was written between the rows.
  [[nodiscard]] bool is_padding_untouched() const {
    for (const auto* numbers : {&derivatives_, &errors_, &steps_, &left_, &right_})
      for (index_t i = 0; i < points_ * stride_; ++i)
        if (i % stride_ >= columns_ && !std::isnan((*numbers)[static_cast<std::size_t>(i)]))
          return false;
    return true;
  }

  static constexpr auto untouched = static_cast<Status>(99);

 private:
  [[nodiscard]] MatrixView<T> matrix(std::vector<T>& numbers) {
    return {numbers.data(), points_, columns_, stride_};
  }
  [[nodiscard]] double at(const std::vector<T>& numbers, index_t n, index_t c) const {
    return static_cast<double>(numbers[static_cast<std::size_t>(n * stride_ + c)]);
  }

  index_t points_;
  index_t results_;
  index_t columns_;
  index_t stride_;
  std::vector<T> derivatives_;
  std::vector<T> errors_;
  std::vector<T> steps_;
  std::vector<T> left_;
  std::vector<T> right_;
  std::vector<T> values_;
  std::vector<Status> statuses_;
};

struct BatchShape {
  index_t points = 33;
  index_t point_padding = 0;
  index_t result_padding = 0;
};

/// What each method is wrong by at most, relative to 64, which bounds the function's derivatives:
/// a formula of accuracy p and order m with relative step s = u^(1/(p+m)) has an error near
/// s^p; forward and backward take 2^10 times that, for their constants and steps up to 2 s.
/// Rules are wrong by their roundings.
inline double method_error(Method method, int order, double unit) {
  const auto formula = [&](double accuracy) {
    return 0x1p10 * std::pow(unit, accuracy / (accuracy + order));
  };
  switch (method) {
    case Method::forward:
    case Method::backward:
      return formula(1);
    case Method::central:
      return formula(2);
    case Method::richardson:
    case Method::adaptive:
      return formula(4);
    default:
      return gamma<double>(256);
  }
}

/// Derivatives on a backend against closed forms and the reference. Estimates of rules are bounds;
/// those of differences cover the true error for at least 95 % of the components.
template <class T>
void expect_derivative_parity(Context& context, const SeparableFunction& f,
                              const DerivativeOptions& options, const BatchShape& shape = {}) {
  const Expression expression = f.expression();
  SCOPED_TRACE(testing::Message() << expression.text() << " by " << method_name(options.method)
                                  << ", quantity " << static_cast<int>(options.quantity)
                                  << ", order " << options.order << ", " << shape.points
                                  << " points, " << sizeof(T) << " bytes");
  const index_t stride = f.parameters() + shape.point_padding;
  const auto x = RandomNumbers(11).vector<T>(shape.points * stride, 0.25, 1);
  const MatrixView<const T> points(x.data(), shape.points, f.parameters(), stride);
  DerivativeEvaluator evaluator(context, expression, options);
  const index_t columns = evaluator.column_count();
  const auto run = [&](Context& where) {
    DerivativeResults<T> results(shape.points, f.results(), columns, shape.result_padding);
    differentiate<T>(where, expression, points, results.output(), options);
    return results;
  };
  auto reference = Context::on("reference");
  const auto expected = run(reference);
  const auto actual = run(context);
  EXPECT_TRUE(actual.is_padding_untouched());

  const bool is_native = options.arithmetic == Arithmetic::native && sizeof(T) == sizeof(float);
  const double unit = is_native ? 0x1p-24 : 0x1p-53;
  const bool is_second =
      options.quantity == Quantity::hessian || options.quantity == Quantity::laplacian;
  const int order = is_second ? 2 : options.order;
  const bool is_exact = options.method == Method::symbolic || options.method == Method::forward_ad;
  // A sum over the directions has as many terms, each of the size of a derivative.
  const double size = 64 * std::pow(static_cast<double>(f.parameters()), order);
  const double rounding = sizeof(T) == sizeof(float) ? gamma<float>(1) * size : 0;
  const double bound = method_error(options.method, order, unit) * size + rounding;
  index_t covered = 0;
  for (index_t n = 0; n < shape.points; ++n) {
    for (index_t c = 0; c < columns; ++c) {
      const index_t each = columns / f.results();
      const double truth = f.truth<T>(options, c / each, c % each, points.row(n));
      const double error = actual.error(n, c);
      ASSERT_TRUE(is_within(actual.derivative(n, c), truth, bound)) << n << ", " << c;
      ASSERT_TRUE(is_within(expected.derivative(n, c), truth, bound)) << n << ", " << c;
      ASSERT_TRUE(
          is_within(actual.derivative(n, c), expected.derivative(n, c),
                    is_exact ? (error + expected.error(n, c)) * (1 + gamma<double>(64)) : bound));
      ASSERT_NE(actual.status(n, c), DerivativeResults<T>::untouched);
      // The truth is rounded to double, too.
      const bool is_covered =
          std::fabs(actual.derivative(n, c) - truth) <= error + gamma<double>(1) * size;
      ASSERT_TRUE(is_covered || !is_exact) << n << ", " << c << " error " << error;
      covered += is_covered ? 1 : 0;
      ASSERT_TRUE(!is_exact || is_within(error, 0, bound)) << n << ", " << c;
    }
    for (index_t q = 0; q < f.results(); ++q) {
      const std::vector<int> none(static_cast<std::size_t>(f.parameters()), 0);
      const auto truth = static_cast<double>(f.partial<T>(q, none, points.row(n)));
      ASSERT_TRUE(is_within(actual.value(n, q), truth, 64 * gamma<double>(16) + rounding));
    }
  }
  EXPECT_GE(static_cast<double>(covered), 0.95 * static_cast<double>(shape.points * columns));

  // What is not wanted changes nothing about what is.
  DerivativeResults<T> alone(shape.points, f.results(), columns, shape.result_padding);
  evaluator(points, alone.derivatives_only());
  EXPECT_TRUE(alone.has_same_derivatives(actual));
}

}  // namespace batchgrad::test
