#include <batchgrad/core/dual.hpp>

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

using D = Dual<double>;
double slope(const D& dual) { return dual.tangent[0]; }

struct Elementary {
  const char* name;
  std::function<D(D)> function;
  std::function<double(double)> derivative;  // closed form
};

TEST(Dual, DifferentiatesEveryElementaryFunction) {
  const Elementary all[] = {
      {"exp", [](D x) { return exp(x); }, [](double x) { return std::exp(x); }},
      {"expm1", [](D x) { return expm1(x); }, [](double x) { return std::exp(x); }},
      {"log", [](D x) { return log(x); }, [](double x) { return 1 / x; }},
      {"log1p", [](D x) { return log1p(x); }, [](double x) { return 1 / (1 + x); }},
      {"sqrt", [](D x) { return sqrt(x); }, [](double x) { return 0.5 / std::sqrt(x); }},
      {"sin", [](D x) { return sin(x); }, [](double x) { return std::cos(x); }},
      {"cos", [](D x) { return cos(x); }, [](double x) { return -std::sin(x); }},
      {"tan", [](D x) { return tan(x); }, [](double x) { return 1 / (std::cos(x) * std::cos(x)); }},
      {"tanh", [](D x) { return tanh(x); },
       [](double x) { return 1 / (std::cosh(x) * std::cosh(x)); }},
      {"fabs", [](D x) { return fabs(x); }, [](double) { return 1.0; }},
      {"pow", [](D x) { return pow(x, 2.5); }, [](double x) { return 2.5 * std::pow(x, 1.5); }},
      {"quotient", [](D x) { return (x * x + D(1)) / (x - D(3)); },
       [](double x) { return (x * x - 6 * x - 1) / ((x - 3) * (x - 3)); }},
  };
  for (const auto& [name, function, derivative] : all)
    for (const double x : {0.125, 0.7, 1.9, 20.0}) {
      SCOPED_TRACE(std::string(name) + " at " + std::to_string(x));
      // A handful of operations of up to 2 ulp each, in the function and in its closed form.
      EXPECT_TRUE(is_within_ulps(slope(function(D::variable(x))), derivative(x), 16));
    }
}

TEST(Dual, CarriesEachDirectionByItself) {
  using D2 = Dual<double, 2>;
  const auto x = D2::variable(3, 0);
  const auto y = D2::variable(2, 1);
  const D2 f = D2(2) * x + D2(3) * x * y + y * y * y;
  EXPECT_EQ(f.value, 6 + 18 + 8);
  EXPECT_EQ(f.tangent[0], 8);
  EXPECT_EQ(f.tangent[1], 21);
}

TEST(Dual, DoesNotMultiplyAnInfiniteSlopeByNoMove) {
  EXPECT_EQ(slope(sqrt(D(0))), 0);
  EXPECT_EQ(slope(sqrt(D::variable(0))), std::numeric_limits<double>::infinity());
  EXPECT_EQ(slope(pow(D::variable(0), 0.0)), 0);
}

TEST(Dual, KeepsTheSlopeOfTanhWhereItIsNearlyFlat) {
  // 1 - tanh(20)^2 is 0 in double; the slope is 4 exp(-40).
  EXPECT_TRUE(is_within_ulps(slope(tanh(D::variable(20))), 4 * std::exp(-40.0), 16));
}

TEST(Dual, DividesByLargeNumbersWithoutOverflow) {
  EXPECT_TRUE(is_within_ulps(slope(D(1) / D::variable(1e200)), 0, 0));
  EXPECT_TRUE(is_within_ulps(slope(D(1e200) / D::variable(1e200)), -1e-200, 4));
}

TEST(Dual, ComparesByValue) {
  EXPECT_TRUE(D::variable(1) < D(2));
  EXPECT_TRUE(D::variable(2) == D(2));
  EXPECT_TRUE(D(2) >= D::variable(2));
  EXPECT_FALSE(D(2) > D::variable(2));
}

}  // namespace
}  // namespace batchgrad::test
