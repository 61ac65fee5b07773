// The gradient operation on the reference backend, against closed forms.
#include <batchgrad/derivative.hpp>
#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

TEST(ReferenceGradient, DifferentiatesABatchAndLeavesThePointsAlone) {
  auto context = Context::on("reference");
  const std::vector<double> points{2, 3, -1, 0.5};
  const auto before = points;
  std::vector<double> gradients(4, std::nan(""));
  std::vector<double> values(2, std::nan(""));
  gradient<double>(context, CubicForm{}, {points.data(), 2, 2}, {gradients.data(), 2, 2}, {},
                   values);
  EXPECT_EQ(points, before);
  EXPECT_EQ(values[0], 39);
  EXPECT_EQ(values[1], 0.625);
  const double expected[] = {12, 31, -1, 1.75};
  // h = 2^-17: truncation h^2 f'''/6 is below 1e-10, cancellation 2 u f / h below 2e-9.
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(is_within(gradients[i], expected[i], 2e-9));
}

TEST(ReferenceGradient, DifferencesFloatPointsInDouble) {
  auto context = Context::on("reference");
  const std::vector<float> points{2, 3};
  std::vector<float> wide(2, std::nanf(""));
  std::vector<float> native(2, std::nanf(""));
  gradient<float>(context, CubicForm{}, {points.data(), 1, 2}, {wide.data(), 1, 2});
  gradient<float>(context, CubicForm{}, {points.data(), 1, 2}, {native.data(), 1, 2},
                  {.arithmetic = Arithmetic::native});
  EXPECT_EQ(wide[0], 12.0F);
  EXPECT_EQ(wide[1], 31.0F);
  // h = 2^-8 .. 2^-7: truncation h^2 f'''/6 = 6e-5, cancellation 2 u f / h = 39 * 2^-23 * 2^8.
  EXPECT_TRUE(is_within(static_cast<double>(native[1]), 31, 1.3e-3));
}

TEST(ReferenceGradient, AcceptsPaddedRows) {
  auto context = Context::on("reference");
  const std::vector<double> points{2, 3, -99, 2, 3, -99};
  std::vector<double> gradients(8, -7);
  gradient<double>(context, Sphere{}, {points.data(), 2, 2, 3}, {gradients.data(), 2, 2, 4});
  EXPECT_TRUE(is_within(gradients[4], 4, 1e-9));
  EXPECT_TRUE(is_within(gradients[5], 6, 1e-9));
  EXPECT_EQ(gradients[2], -7);
}

TEST(ReferenceGradient, RefusesShapesThatDoNotMatch) {
  auto context = Context::on("reference");
  const std::vector<double> points(6, 1.0);
  std::vector<double> out(6);
  EXPECT_THROW(gradient<double>(context, Sphere{}, {points.data(), 3, 2}, {out.data(), 2, 3}),
               InvalidArgument);
  EXPECT_THROW(gradient<double>(context, Sphere{}, {points.data(), 3, 2}, {out.data(), 3, 2}, {},
                                {out.data(), 2}),
               InvalidArgument);
  EXPECT_THROW(gradient<double>(context, CubicForm{}, {points.data(), 2, 3}, {out.data(), 2, 3}),
               InvalidArgument);
  EXPECT_NO_THROW(gradient<double>(context, Sphere{}, {}, {}));
}

TEST(ReferenceGradient, IsNotFiniteWhereTheFunctionIsNot) {
  auto context = Context::on("reference");
  const std::vector<double> points{std::nan("")};
  std::vector<double> out{0};
  gradient<double>(context, Sphere{}, {points.data(), 1, 1}, {out.data(), 1, 1});
  EXPECT_FALSE(std::isfinite(out[0]));
}

}  // namespace
}  // namespace batchgrad::test
