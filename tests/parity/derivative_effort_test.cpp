// Without error estimates differences take shorter ways, blocks of points at once; the derivatives
// are the same to the bit, wherever a point lies.
#include <batchgrad/derivative.hpp>

#include <bit>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "devices.hpp"
#include "random_numbers.hpp"

namespace batchgrad::test {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

class DerivativeEffort : public OnDevice {
 protected:
  template <class T>
  void expect_same(const Expression& f, const DerivativeOptions& options,
                   const std::vector<T>& coordinates) {
    DerivativeEvaluator evaluator(*context_, f, options);
    const auto parameters = static_cast<index_t>(f.variables().size());
    const index_t points = static_cast<index_t>(coordinates.size()) / parameters;
    const index_t columns = evaluator.column_count();
    const MatrixView<const T> x(coordinates.data(), points, parameters);
    std::vector<T> alone(static_cast<std::size_t>(points * columns), T(-7));
    std::vector<T> steps = alone;
    std::vector<T> judged(alone.size(), T(7));
    std::vector<T> judged_steps = judged;
    std::vector<T> errors = judged;
    evaluator(x, {.derivatives = {alone.data(), points, columns},
                  .steps = {steps.data(), points, columns}});
    evaluator(x, {.derivatives = {judged.data(), points, columns},
                  .errors = {errors.data(), points, columns},
                  .steps = {judged_steps.data(), points, columns}});
    for (std::size_t i = 0; i < alone.size(); ++i) {
      ASSERT_TRUE(same(alone[i], judged[i])) << f.text() << " entry " << i << ": " << alone[i]
                                             << " alone, " << judged[i] << " with an error";
      ASSERT_TRUE(same(steps[i], judged_steps[i])) << f.text() << " step " << i;
    }
  }

 private:
  /// Not a number is the same whatever its sign.
  static bool same(float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (a != a && b != b);
  }
  static bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
  }
};
INSTANTIATE_TEST_SUITE_P(On, DerivativeEffort, testing::ValuesIn(parity_devices()), test_name);

/// Functions that are defined everywhere and that are not, used and unused variables, several
/// results.
const std::vector<std::string>& functions() {
  static const std::vector<std::string> texts{"x^2*y + y^3",
                                              "sin(x)*exp(-x^2) + sin(y)*exp(-y^2)",
                                              "sqrt(x) + log(y)",
                                              "abs(x)*floor(y)",
                                              "[x*y, x/y, 3]",
                                              "x^x + 1e300*y",
                                              "if(x > y, 1/x, atan2(x, y))"};
  return texts;
}

template <class T>
std::vector<T> places(index_t count) {
  RandomNumbers random(11);
  std::vector<T> result = random.vector<T>(2 * count, -3, 3);
  const double special[] = {0.0,          -0.0,   1e-9,  -1e-9,  1e-320,       1e-300,
                            1e20,         -1e300, 1e308, 1.0,    -1.0,         infinite,
                            std::nan(""), 0x1p53, 2.0,   1e-160, 0x1.8p+0 + 0, 5e-324};
  for (const double a : special)
    for (const double b : {1.0, 0.0, -1e-9, 1e200}) {
      result.push_back(static_cast<T>(a));
      result.push_back(static_cast<T>(b));
      result.push_back(static_cast<T>(b));
      result.push_back(static_cast<T>(a));
    }
  return result;
}

TEST_P(DerivativeEffort, ChangesNoBitOfDerivativesAndSteps) {
  const std::vector<double> x = places<double>(150);
  for (const std::string& text : functions())
    for (const Method method : {Method::forward, Method::backward, Method::central,
                                Method::richardson, Method::adaptive}) {
      expect_same<double>(Expression(text), {.method = method}, x);
      if (testing::Test::HasFatalFailure()) return;
    }
}

TEST_P(DerivativeEffort, ChangesNoBitAtAnyAccuracyAndOrder) {
  const std::vector<double> x = places<double>(40);
  const Expression f(functions()[1]);
  for (const Method method : {Method::forward, Method::central})
    for (const int accuracy : {1, 2, 4, 6, 8})
      for (const int order : {1, 2, 3, 8}) {
        if (method == Method::central && accuracy == 1) continue;
        expect_same<double>(f, {.method = method, .order = order, .accuracy = accuracy}, x);
        if (testing::Test::HasFatalFailure()) return;
      }
}

TEST_P(DerivativeEffort, ChangesNoBitWithStepsSizesAndBounds) {
  const std::vector<double> x = places<double>(100);
  std::vector<double> inside;
  for (const double value : x)
    if (value >= 0 && value <= 2) inside.push_back(value);
  if (inside.size() % 2 != 0) inside.pop_back();
  const Expression f(functions()[2]);
  for (const Method method : {Method::backward, Method::central, Method::richardson}) {
    expect_same<double>(f, {.method = method, .step = {.step = 1e-4}}, x);
    expect_same<double>(f, {.method = method, .step = {.relative_step = 1e-5}}, x);
    expect_same<double>(f, {.method = method, .typical = {1e-3, 100}}, x);
    expect_same<double>(f, {.method = method, .bounds = {{0, 2}, {0, 2}}}, inside);
  }
}

TEST_P(DerivativeEffort, ChangesNoBitForFloatPoints) {
  const std::vector<float> x = places<float>(100);
  for (const std::string& text : functions())
    for (const Arithmetic arithmetic : {Arithmetic::wide, Arithmetic::native})
      for (const Method method : {Method::forward, Method::central, Method::richardson})
        expect_same<float>(Expression(text), {.method = method, .arithmetic = arithmetic}, x);
}

}  // namespace
}  // namespace batchgrad::test
