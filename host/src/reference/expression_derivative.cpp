#include <batchgrad/derivative/difference.hpp>
#include <batchgrad/derivative/exact_estimate.hpp>

#include <cmath>
#include <type_traits>
#include <vector>

#include "expression/derivative_programs.hpp"
#include "reference/interpreter.hpp"
#include "reference/reference_backend.hpp"

namespace batchgrad::reference {
namespace {

using detail::DerivativePlan;
using detail::DerivativePrograms;
using detail::Program;

/// The first result of a program as a functor of anything that has x[i].
struct ProgramFunction {
  const Program& program;
  template <class Point>
  auto operator()(const Point& x) const {
    using Scalar = decltype(x[0]);
    return outputs<Scalar>(program, [&](index_t parameter) { return x[parameter]; }).front();
  }
};

/// One derivative by nested dual numbers; Scalar is double or RunningError<double>.
template <class Scalar, class T>
Scalar forward_derivative(const Program& f, const DerivativePlan& plan,
                          const DerivativeColumn& column, VectorView<const T> point) {
  const auto of_order = [&]<int Order>(std::integral_constant<int, Order>) {
    Scalar derivative(0);
    forward_derivatives<Scalar, Order, 1>(ProgramFunction{f}, point, &column, 1, plan.direction,
                                          &derivative);
    return derivative;
  };
  switch (plan.rule.order) {
    case 1:
      return of_order(std::integral_constant<int, 1>());
    case 2:
      return of_order(std::integral_constant<int, 2>());
    case 3:
      return of_order(std::integral_constant<int, 3>());
    default:
      return of_order(std::integral_constant<int, 4>());
  }
}

/// All derivatives of all results, in the order of the columns. Where a result has no value (NaN)
/// it has no derivative either, though 1/x is a number where log(x) is none.
template <class Scalar, class T>
std::vector<Scalar> symbolic_derivatives(const Program& symbolic, const DerivativePlan& plan,
                                         VectorView<const T> point) {
  const auto all = outputs<Scalar>(
      symbolic, [&](index_t parameter) { return Scalar(static_cast<double>(point[parameter])); });
  std::vector<Scalar> result;
  for (std::size_t k = static_cast<std::size_t>(plan.results); k < all.size(); ++k) {
    const Scalar& value = all[result.size() / plan.columns.size()];
    result.push_back(std::isnan(detail::number(value)) ? Scalar(quiet_nan) : all[k]);
  }
  return result;
}

template <class Scalar, class T>
std::vector<Scalar> exact_derivatives(const DerivativePrograms& programs,
                                      const DerivativePlan& plan, VectorView<const T> point) {
  if (plan.method == Method::symbolic)
    return symbolic_derivatives<Scalar>(programs.symbolic, plan, point);
  std::vector<Scalar> result;
  for (const Program& f : programs.results)
    for (const DerivativeColumn& column : plan.columns)
      result.push_back(forward_derivative<Scalar>(f, plan, column, point));
  return result;
}

template <class T>
class ExpressionDerivatives {
 public:
  ExpressionDerivatives(const DerivativePrograms& programs, const DerivativePlan& plan,
                        const DerivativeOutput<T>& output)
      : programs_(programs), plan_(plan), output_(output) {}

  void operator()(index_t n, VectorView<const T> point) const {
    if (!output_.values.empty()) store_values(n, point);
    if (!plan_.is_difference()) return store_exact(n, point);
    if constexpr (std::is_same_v<T, float>)
      if (plan_.arithmetic == Arithmetic::native) return store_differences<float>(n, point);
    store_differences<double>(n, point);
  }

 private:
  void store_values(index_t n, VectorView<const T> point) const {
    const auto values = outputs<double>(
        programs_.values, [&](index_t parameter) { return static_cast<double>(point[parameter]); });
    for (index_t q = 0; q < plan_.results; ++q)
      output_.values(n, q) = static_cast<T>(values[static_cast<std::size_t>(q)]);
  }

  void store_exact(index_t n, VectorView<const T> point) const {
    if (!output_.wants_estimates()) {
      const auto derivatives = exact_derivatives<double>(programs_, plan_, point);
      for (index_t c = 0; c < plan_.column_count(); ++c) {
        const double derivative = derivatives[static_cast<std::size_t>(c)];
        output_.store(n, c, exact_estimate(RunningError<double>(derivative), 0));
      }
      return;
    }
    const auto derivatives = exact_derivatives<RunningError<double>>(programs_, plan_, point);
    for (index_t c = 0; c < plan_.column_count(); ++c) {
      const auto& derivative = derivatives[static_cast<std::size_t>(c)];
      const double tolerance = plan_.rule.tolerance;
      if (!needs_difference(derivative)) {
        output_.store(n, c, exact_estimate(derivative, tolerance));
        continue;
      }
      DifferenceRule rule = plan_.rule;
      rule.method = DifferenceMethod::adaptive;
      rule.effort = Effort::estimate;
      const auto difference = difference_of<double>(rule, c, point);
      output_.store(n, c, exact_estimate(derivative, difference, tolerance));
    }
  }

  template <class Scalar>
  void store_differences(index_t n, VectorView<const T> point) const {
    DifferenceRule rule = plan_.rule;
    rule.effort = output_.wants_estimates() ? Effort::estimate : Effort::value;
    for (index_t c = 0; c < plan_.column_count(); ++c)
      output_.store(n, c, difference_of<Scalar>(rule, c, point));
  }

  template <class Scalar>
  Estimate<Scalar> difference_of(const DifferenceRule& rule, index_t c,
                                 VectorView<const T> point) const {
    const auto columns = static_cast<index_t>(plan_.columns.size());
    const DerivativeColumn& column = plan_.columns[static_cast<std::size_t>(c % columns)];
    const ProgramFunction f{programs_.results[static_cast<std::size_t>(c / columns)]};
    const DifferenceSite<T> site{point, plan_.typical, plan_.bounds, plan_.direction};
    return difference<Scalar>(f, rule, column, site);
  }

  const DerivativePrograms& programs_;
  const DerivativePlan& plan_;
  const DerivativeOutput<T>& output_;
};

class ExpressionKernel final : public DerivativeKernel {
 public:
  ExpressionKernel(const Expression& f, const DerivativePlan& plan)
      : plan_(plan), programs_(detail::make_programs(f, plan)) {}

  void evaluate(MatrixView<const double> points, const DerivativeOutput<double>& output) override {
    for_each_point(points, output);
  }
  void evaluate(MatrixView<const float> points, const DerivativeOutput<float>& output) override {
    for_each_point(points, output);
  }

 private:
  template <class T>
  void for_each_point(MatrixView<const T> points, const DerivativeOutput<T>& output) const {
    const ExpressionDerivatives<T> derivatives(programs_, plan_, output);
    for (index_t n = 0; n < points.rows(); ++n) derivatives(n, points.row(n));
  }

  DerivativePlan plan_;
  DerivativePrograms programs_;
};

}  // namespace

std::unique_ptr<DerivativeKernel> ReferenceBackend::derivative_kernel(
    const Expression& f, const detail::DerivativePlan& plan) {
  return std::make_unique<ExpressionKernel>(f, plan);
}

}  // namespace batchgrad::reference
