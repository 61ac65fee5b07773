// Points and derivatives in rows of every length, those that are copied in packs among them.
#include <gtest/gtest.h>

#include "derivative_case.hpp"
#include "devices.hpp"

namespace batchgrad::test {
namespace {

/// Derivatives alone of log(x1) + x1^2 + 2 x2^2 + 3 x3^2 + ..., which has none where x1 < 0.
/// A derivative is a sum of two terms with at most eight roundings, and is rounded to T.
template <class T>
void expect_derivatives_alone(Context& context, index_t parameters, index_t padding) {
  SCOPED_TRACE(testing::Message() << parameters << " parameters, " << padding << " between rows, "
                                  << sizeof(T) << " bytes");
  constexpr index_t points = 300;
  std::string text = "log(x1)";
  for (index_t i = 1; i <= parameters; ++i)
    text += " + " + std::to_string(i) + "*x" + std::to_string(i) + "^2";
  const index_t stride = parameters + padding;
  const auto x = RandomNumbers(12).vector<T>(points * stride, -0.5, 1);
  const MatrixView<const T> rows(x.data(), points, parameters, stride);
  DerivativeResults<T> results(points, 1, parameters, padding);
  differentiate<T>(context, Expression(text), rows, results.derivatives_only(),
                   {.method = Method::symbolic});
  EXPECT_TRUE(results.is_padding_untouched());
  for (index_t n = 0; n < points; ++n)
    for (index_t i = 0; i < parameters; ++i) {
      const auto first = static_cast<double>(rows(n, 0));
      const auto own = static_cast<double>(rows(n, i));
      const double logarithmic = i == 0 ? 1 / first : 0;
      const double truth = logarithmic + 2 * static_cast<double>(i + 1) * own;
      const double size = std::fabs(logarithmic) + std::fabs(truth);
      if (first < 0)
        ASSERT_TRUE(std::isnan(results.derivative(n, i))) << n << ", " << i;
      else
        ASSERT_TRUE(
            is_within(results.derivative(n, i), truth, (gamma<double>(8) + gamma<T>(1)) * size))
            << n << ", " << i;
    }
}

class DerivativeRows : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(On, DerivativeRows, testing::ValuesIn(parity_devices()), test_name);

TEST_P(DerivativeRows, OfAnyLength) {
  for (const index_t parameters : {1, 2, 3, 4, 5, 6})
    for (const index_t padding : {0, 1}) {
      expect_derivatives_alone<double>(*context_, parameters, padding);
      expect_derivatives_alone<float>(*context_, parameters, padding);
    }
}

}  // namespace
}  // namespace batchgrad::test
