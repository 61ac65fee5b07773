// The elementary functions of the cpu kernels against long double.
#include "cpu/vector_math.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "random_numbers.hpp"

namespace batchgrad::test {
namespace {

namespace math = cpu::vector_math;

/// |actual - truth| in units in the last place of the truth.
double ulps(double actual, long double truth) {
  const auto rounded = static_cast<double>(truth);
  if (std::isinf(rounded) || rounded == 0) return actual == rounded ? 0 : HUGE_VAL;
  const double unit = std::max(std::nextafter(std::fabs(rounded), HUGE_VAL) - std::fabs(rounded),
                               std::numeric_limits<double>::denorm_min());
  return std::fabs(static_cast<double>((static_cast<long double>(actual) - truth) /
                                       static_cast<long double>(unit)));
}

template <class Function, class Truth>
double worst(double from, double to, const Function& function, const Truth& truth) {
  RandomNumbers random(5);
  double worst = 0;
  for (const double x : random.vector<double>(200'000, from, to))
    worst = std::fmax(worst, ulps(function(x), truth(static_cast<long double>(x))));
  return worst;
}

const auto true_exp = [](long double x) { return std::exp(x); };
const auto true_log = [](long double x) { return std::log(x); };

TEST(VectorMath, ExpIsWithinAnUlp) {
  EXPECT_LE(worst(-1, 1, math::exp, true_exp), 1);
  EXPECT_LE(worst(-700, 709.7, math::exp, true_exp), 1);
  EXPECT_LE(worst(-745, -707, math::exp, true_exp), 1);  // results without all their digits
}

TEST(VectorMath, ExpAtItsEdges) {
  EXPECT_EQ(math::exp(0.0), 1);
  EXPECT_EQ(math::exp(710.0), HUGE_VAL);
  EXPECT_EQ(math::exp(HUGE_VAL), HUGE_VAL);
  EXPECT_EQ(math::exp(-746.0), 0);
  EXPECT_EQ(math::exp(-HUGE_VAL), 0);
  EXPECT_LE(ulps(math::exp(709.75), std::exp(709.75L)), 1);
  EXPECT_TRUE(std::isnan(math::exp(std::nan(""))));
}

TEST(VectorMath, LogIsWithinAnUlp) {
  EXPECT_LE(worst(0.4, 2.5, math::log, true_log), 1);
  EXPECT_LE(worst(0.999, 1.001, math::log, true_log), 1);
  EXPECT_LE(worst(0, 1e300, math::log, true_log), 1);
  EXPECT_LE(worst(0, 1e-300, math::log, true_log), 1);
  EXPECT_LE(worst(0, 1e-310, math::log, true_log), 1);
}

TEST(VectorMath, LogAtItsEdges) {
  EXPECT_EQ(math::log(1.0), 0);
  EXPECT_EQ(math::log(0.0), -HUGE_VAL);
  EXPECT_EQ(math::log(-0.0), -HUGE_VAL);
  EXPECT_EQ(math::log(HUGE_VAL), HUGE_VAL);
  EXPECT_LE(ulps(math::log(5e-324), std::log(static_cast<long double>(5e-324))), 1);
  EXPECT_TRUE(std::isnan(math::log(-1.0)));
  EXPECT_TRUE(std::isnan(math::log(-1e-320)));
  EXPECT_TRUE(std::isnan(math::log(-HUGE_VAL)));
  EXPECT_TRUE(std::isnan(math::log(std::nan(""))));
}

TEST(VectorMath, LogOfOneAndAnythingIsWithinTwoUlps) {
  const auto truth = [](long double x) { return std::log1p(x); };
  EXPECT_LE(worst(0, 1, math::log1p, truth), 2);
  EXPECT_LE(worst(0, 1e-10, math::log1p, truth), 2);
  EXPECT_LE(worst(0, 1e20, math::log1p, truth), 2);
  EXPECT_LE(worst(-0.9999, 0, math::log1p, truth), 2);
  EXPECT_LE(worst(-1e-9, 1e-9, math::log1p, truth), 2);
  EXPECT_EQ(math::log1p(0.0), 0);
  EXPECT_EQ(math::log1p(-1.0), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(math::log1p(-2.0)));
  EXPECT_TRUE(std::isnan(math::log1p(std::nan(""))));
  EXPECT_EQ(math::log1p(HUGE_VAL), HUGE_VAL);
}

TEST(VectorMath, DecayIsWithinAnUlpOfTheExponential) {
  const auto truth = [](long double x) { return std::exp(-std::fabs(x)); };
  EXPECT_LE(worst(-1, 1, math::decay, truth), 1);
  EXPECT_LE(worst(-708, 708, math::decay, truth), 1);
  EXPECT_EQ(math::decay(0.0), 1);
  for (const double x : {708.0, 709.0, 1e300, HUGE_VAL}) {
    EXPECT_EQ(math::decay(x), math::decay(708.0));
    EXPECT_EQ(math::decay(-x), math::decay(708.0));
  }
  EXPECT_TRUE(std::isnan(math::decay(std::nan(""))));
}

TEST(VectorMath, DecayMinusOneIsWithinTwoUlps) {
  const auto truth = [](long double x) { return std::expm1(-std::fabs(x)); };
  EXPECT_LE(worst(-1, 1, math::decay_minus_1, truth), 2);
  EXPECT_LE(worst(-1e-9, 1e-9, math::decay_minus_1, truth), 2);
  EXPECT_LE(worst(-70, 70, math::decay_minus_1, truth), 2);
  EXPECT_EQ(math::decay_minus_1(0.0), 0);
  EXPECT_EQ(math::decay_minus_1(5e-324), -5e-324);
  EXPECT_EQ(math::decay_minus_1(-HUGE_VAL), -1);
  EXPECT_TRUE(std::isnan(math::decay_minus_1(std::nan(""))));
}

TEST(VectorMath, LogOfOneAndAShareIsWithinTwoUlps) {
  const auto truth = [](long double x) { return std::log1p(x); };
  EXPECT_LE(worst(0, 1, math::log1p_of_share, truth), 2);
  EXPECT_LE(worst(0, 1e-9, math::log1p_of_share, truth), 2);
  EXPECT_LE(ulps(math::log1p_of_share(1.0), std::log(2.0L)), 2);
  EXPECT_EQ(math::log1p_of_share(0.0), 0);
  EXPECT_EQ(math::log1p_of_share(5e-324), 5e-324);
  EXPECT_TRUE(std::isnan(math::log1p_of_share(std::nan(""))));
}

/// Both sides of |x| = 1, where the formula changes, and numbers of which a square has no digits.
TEST(VectorMath, LogCoshIsWithinSixUlps) {
  const auto truth = [](long double x) {
    const long double half = std::sinh(x / 2);
    const long double size = std::fabs(x);
    return size < 1 ? std::log1p(2 * half * half)
                    : size - std::log(2.0L) + std::log1p(std::exp(-2 * size));
  };
  EXPECT_LE(worst(-1, 1, math::log_cosh, truth), 6);
  EXPECT_LE(worst(-1e-9, 1e-9, math::log_cosh, truth), 6);
  EXPECT_LE(worst(0.9, 1.1, math::log_cosh, truth), 6);
  EXPECT_LE(worst(-1000, 1000, math::log_cosh, truth), 6);
  EXPECT_EQ(math::log_cosh(0.0), 0);
  EXPECT_EQ(math::log_cosh(1e-200), 0);
  EXPECT_EQ(math::log_cosh(1e300), 1e300);
  EXPECT_EQ(math::log_cosh(-HUGE_VAL), HUGE_VAL);
  EXPECT_TRUE(std::isnan(math::log_cosh(std::nan(""))));
}

TEST(VectorMath, TanhIsWithinFourUlps) {
  const auto truth = [](long double x) { return std::tanh(x); };
  EXPECT_LE(worst(-1, 1, math::tanh, truth), 4);
  EXPECT_LE(worst(-1e-9, 1e-9, math::tanh, truth), 4);
  EXPECT_LE(worst(-50, 50, math::tanh, truth), 4);
  EXPECT_TRUE(std::signbit(math::tanh(-0.0)));
  EXPECT_FALSE(std::signbit(math::tanh(0.0)));
  EXPECT_EQ(math::tanh(-5e-324), -5e-324);
  EXPECT_EQ(math::tanh(HUGE_VAL), 1);
  EXPECT_EQ(math::tanh(-1e300), -1);
  EXPECT_TRUE(std::isnan(math::tanh(std::nan(""))));
}

TEST(VectorMath, SineAndCosineAreWithinAnUlp) {
  const auto sine = [](double x) {
    const math::Reduced reduced = math::reduce(x);
    return reduced.is_good != 0 ? math::sin_of(reduced, 0) : std::sin(x);
  };
  const auto cosine = [](double x) {
    const math::Reduced reduced = math::reduce(x);
    return reduced.is_good != 0 ? math::sin_of(reduced, 1) : std::cos(x);
  };
  for (const double size : {1e-3, 1.0, 10.0, 1000.0, 1e5, 1e6}) {
    EXPECT_LE(worst(-size, size, sine, [](long double x) { return std::sin(x); }), 1) << size;
    EXPECT_LE(worst(-size, size, cosine, [](long double x) { return std::cos(x); }), 1) << size;
  }
  for (int n = -60'000; n <= 60'000; ++n) {  // next to the zeros of both
    const double x = n * 1.57079632679489661923;
    EXPECT_LE(ulps(sine(x), std::sin(static_cast<long double>(x))), 1) << n;
    EXPECT_LE(ulps(cosine(x), std::cos(static_cast<long double>(x))), 1) << n;
  }
  EXPECT_EQ(sine(0.0), 0);
  EXPECT_EQ(cosine(0.0), 1);
  EXPECT_TRUE(std::signbit(sine(-0.0)));
  EXPECT_EQ(sine(5e-324), 5e-324);
  EXPECT_TRUE(std::isnan(sine(std::nan(""))));
  EXPECT_TRUE(std::isnan(cosine(HUGE_VAL)));
}

}  // namespace
}  // namespace batchgrad::test
