// The closed-form derivatives of the built-in functions against dual numbers and numeric slopes.
#include <batchgrad/core/dual.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/function.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

template <class F>
index_t parameter_count() {
  if constexpr (requires { F::most_parameters; })
    return F::most_parameters;
  else
    return 5;
}

template <class F>
void expect_derivatives(const F& f) {
  SCOPED_TRACE(f.name);
  RandomNumbers random(7);
  const index_t parameters = parameter_count<F>();
  for (int trial = 0; trial < 20; ++trial) {
    const auto x = random.vector<double>(parameters, -1.5, 1.5);
    for (index_t i = 0; i < parameters; ++i) {
      const double exact = f.derivative(VectorView<const double>(x), i);
      std::vector<Dual<double>> duals(x.begin(), x.end());
      duals[static_cast<std::size_t>(i)].tangent[0] = 1;
      // Terms of the functions are below 1000 here, and each takes some ten operations.
      const double tolerance = gamma<double>(16) * 1000;
      EXPECT_TRUE(is_within(f(VectorView<Dual<double>>(duals)).tangent[0], exact, tolerance));
      const auto along = [&](long double c) {
        std::vector<long double> moved(x.begin(), x.end());
        moved[static_cast<std::size_t>(i)] = c;
        return f(VectorView<long double>(moved));
      };
      // Fifth derivatives: 0 for the polynomials; below 1000 for sin(x) exp(-x^2).
      const auto slope = numeric_slope(along, x[static_cast<std::size_t>(i)]);
      EXPECT_TRUE(is_within(slope, exact, numeric_slope_tolerance(1000, 5000) + tolerance));
    }
  }
}

template <class... F>
struct DerivativesOf {
  static void check() { (expect_derivatives(F{}), ...); }
};

TEST(Function, EveryDerivativeIsTheSlopeOfTheValue) { EveryFunction<DerivativesOf>::check(); }

TEST(Function, HasItsKnownValues) {
  const std::vector<double> ones(4, 1.0);
  EXPECT_EQ(Rosenbrock{}(VectorView<const double>(ones)), 0);
  EXPECT_EQ(Sphere{}(VectorView<const double>(ones)), 4);
  const std::vector<double> start{-1.2, 1.0};
  EXPECT_TRUE(is_within_ulps(Rosenbrock{}(VectorView<const double>(start)), 24.2, 4));
  const std::vector<double> point{2, 3};
  EXPECT_EQ(CubicForm{}(VectorView<const double>(point)), 39);
  EXPECT_EQ(CubicForm{}.derivative(VectorView<const double>(point), 0), 12);
  EXPECT_EQ(CubicForm{}.derivative(VectorView<const double>(point), 1), 31);
}

TEST(Function, RefusesANumberOfParametersItIsNotDefinedFor) {
  EXPECT_THROW(check_parameter_count(Rosenbrock{}, 1), InvalidArgument);
  EXPECT_THROW(check_parameter_count(CubicForm{}, 3), InvalidArgument);
  EXPECT_NO_THROW(check_parameter_count(CubicForm{}, 2));
  EXPECT_EQ(function_name(CubicForm{}), "cubic-form");
}

}  // namespace
}  // namespace batchgrad::test
