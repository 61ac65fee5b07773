#pragma once

#include "difference_case.hpp"

namespace batchgrad::test {

/// A function of one number; derivative NaN: it has none there.
struct HardCase {
  const char* name;
  double (*f)(double);
  double x;
  double derivative;
};

/// Functions that deceive differences: kinks, steps and noise of every size, structure finer than
/// the step or periodic with it, poles and edges of domains nearby, cancellation, the ends of the
/// range.
inline std::vector<HardCase> hard_cases() {
  return {
      {"abs0", [](double x) { return std::fabs(x); }, 0, NAN},
      {"abs1e-9", [](double x) { return std::fabs(x); }, 1e-9, 1},
      {"abs1e-4", [](double x) { return std::fabs(x); }, 1e-4, 1},
      {"abs1e-3", [](double x) { return std::fabs(x); }, 1e-3, 1},
      {"smallkink", [](double x) { return std::exp(x) + 1e-6 * std::fabs(x); }, 0, NAN},
      {"smallkink2", [](double x) { return std::exp(x) + 1e-8 * std::fabs(x - 1e-5); }, 0,
       1 - 1e-8},
      {"relu-0.1", [](double x) { return x > 0 ? x : 0; }, -0.1, 0},
      {"relu-3", [](double x) { return x > 0 ? x : 0; }, -3, 0},
      {"sinpi5000.3", [](double x) { return std::sin(pi * x); }, 5000.3,
       pi * std::cos(pi * 5000.3)},
      {"sin2pi1e10", [](double x) { return std::sin(2 * pi * x); }, 1e10 + 0.25,
       2 * pi * std::cos(2 * pi * (1e10 + 0.25))},
      {"sin2pi1e5", [](double x) { return std::sin(2 * pi * x); }, 1e5 + 0.125,
       2 * pi * std::cos(2 * pi * 0.125)},
      {"cos2pi1024", [](double x) { return std::sin(2 * pi * 1024 * x); }, 0.0001,
       2 * pi * 1024 * std::cos(2 * pi * 1024 * 0.0001)},
      {"cos2pi2^17", [](double x) { return std::sin(2 * pi * 131072 * x); }, 1e-7,
       2 * pi * 131072 * std::cos(2 * pi * 131072 * 1e-7)},
      {"cos2pi2^17x1", [](double x) { return x + 1e-3 * std::sin(2 * pi * 131072 * x); },
       0.5 + 1e-7, 1 + 1e-3 * 2 * pi * 131072 * std::cos(2 * pi * 131072 * 1e-7)},
      {"wiggle-9", [](double x) { return x + 1e-9 * std::sin(1e9 * x); }, 0.3, 1 + std::cos(3e8)},
      {"wiggle-6", [](double x) { return x + 1e-6 * std::sin(1e6 * x); }, 0.3, 1 + std::cos(3e5)},
      {"wiggle-12", [](double x) { return x + 1e-12 * std::sin(1e12 * x); }, 0.3,
       1 + std::cos(3e11)},
      {"wiggle-11", [](double x) { return x + 1e-11 * std::sin(1e9 * x); }, 0.3,
       1 + 0.01 * std::cos(3e8)},
      {"wiggle-13", [](double x) { return x + 1e-13 * std::sin(1e9 * x); }, 0.3,
       1 + 0.0001 * std::cos(3e8)},
      {"cancel10",
       [](double x) {
         volatile double a = 1e10 + x;
         return a - 1e10;
       },
       0.3, 1},
      {"cancel7",
       [](double x) {
         volatile double a = 1e7 + x;
         return a - 1e7;
       },
       0.3, 1},
      {"cancel14",
       [](double x) {
         volatile double a = 1e14 + x;
         return a - 1e14;
       },
       0.3, 1},
      {"cancel16",
       [](double x) {
         volatile double a = 1e16 + x;
         return a - 1e16;
       },
       0.3, 1},
      {"cancel4",
       [](double x) {
         volatile double a = 1e4 + std::sin(x);
         return a - 1e4;
       },
       0.3, std::cos(0.3)},
      {"cancel12 sin",
       [](double x) {
         volatile double a = 1e12 + std::sin(x);
         return a - 1e12;
       },
       0.3, std::cos(0.3)},
      {"1-cos", [](double x) { return 1 - std::cos(x); }, 1e-3, std::sin(1e-3)},
      {"1-cos8", [](double x) { return 1 - std::cos(x); }, 1e-8, std::sin(1e-8)},
      {"(1-cos)/x2", [](double x) { return (1 - std::cos(x)) / (x * x); }, 1e-4, -1e-4 / 12},
      {"expm1bad", [](double x) { return (std::exp(x) - 1) / x; }, 1e-8, 0.5 + 1e-8 / 3},
      {"1e20+sin", [](double x) { return 1e20 + std::sin(x); }, 0.3, std::cos(0.3)},
      {"1e6 const", [](double x) { return 1e6 + 0 * x; }, 0.3, 0},
      {"5 const", [](double x) { return 5 + 0 * x; }, 0.3, 0},
      {"0 const", [](double x) { return 0 * x; }, 0.3, 0},
      {"sin2+cos2", [](double x) { return std::sin(x) * std::sin(x) + std::cos(x) * std::cos(x); },
       0.3, 0},
      {"floor", [](double x) { return std::floor(x); }, 0.3, 0},
      {"floor2", [](double x) { return std::floor(x); }, 2, NAN},
      {"x-floor", [](double x) { return x - std::floor(x); }, 2.0, NAN},
      {"x-floor3", [](double x) { return x - std::floor(x); }, 2.0001, 1},
      {"floor1e6", [](double x) { return std::floor(x * 1e6) * 1e-6; }, 0.3000005, 0},
      {"floor1e9", [](double x) { return x + std::floor(x * 1e9) * 1e-9; }, 0.30000000052, 1},
      {"sqrt0", [](double x) { return std::sqrt(x); }, 0, NAN},
      {"cbrt0", [](double x) { return std::cbrt(x); }, 0, NAN},
      {"x1.5", [](double x) { return std::pow(x, 1.5); }, 0, 0},
      {"x^4/3", [](double x) { return x * std::cbrt(x); }, 0, 0},
      {"log1e-12", [](double x) { return std::log(x); }, 1e-12, 1e12},
      {"log1e-30", [](double x) { return std::log(x); }, 1e-30, 1e30},
      {"log0", [](double x) { return std::log(x); }, 0, NAN},
      {"1/x1e-3", [](double x) { return 1 / x; }, 1e-3, -1e6},
      {"1/x1e-5", [](double x) { return 1 / x; }, 1e-5, -1e10},
      {"1/x1e-8", [](double x) { return 1 / x; }, 1e-8, -1e16},
      {"1/x2 1e-5", [](double x) { return 1 / (x * x); }, 1e-5, -2e15},
      {"pole", [](double x) { return 1 / (x - 0.3); }, 0.3001, -1e8},
      {"pole2", [](double x) { return x + 1e-12 / (x - 0.3); }, 0.3001, 1 - 1e-4},
      {"pole3", [](double x) { return x + 1e-15 / (x - 0.3); }, 0.3001, 1 - 1e-7},
      {"spike",
       [](double x) { return std::sin(x) + 1e-3 * std::exp(-1e12 * (x - 0.3) * (x - 0.3)); },
       0.3000001, std::cos(0.3000001) + 1e-3 * std::exp(-1e-2) * -2 * 1e12 * 1e-7},
      {"spike2",
       [](double x) { return std::sin(x) + 1e-6 * std::exp(-1e8 * (x - 0.3001) * (x - 0.3001)); },
       0.3, std::cos(0.3) + 1e-6 * std::exp(-1.0) * 2 * 1e8 * 1e-4},
      {"tanh1e6", [](double x) { return x + 1e-3 * std::tanh(1e6 * (x - 0.3)); }, 0.3, 1 + 1e3},
      {"tanh1e6b", [](double x) { return x + 1e-9 * std::tanh(1e6 * (x - 0.3)); }, 0.3, 1 + 1e-3},
      {"tanh1e6c", [](double x) { return x + 1e-3 * std::tanh(1e6 * (x - 0.3)); }, 0.30001,
       1 + 1e3 / square(std::cosh(10.0))},
      {"step1e-3", [](double x) { return x + (x > 0.3005 ? 1e-6 : 0); }, 0.3, 1},
      {"step1e-3b", [](double x) { return x + (x > 0.30001 ? 1e-9 : 0); }, 0.3, 1},
      {"stepfar", [](double x) { return x + (x > 0.302 ? 1e-9 : 0); }, 0.3, 1},
      {"sin1e8x", [](double x) { return std::sin(1e8 * x); }, 0.3, 1e8 * std::cos(1e8 * 0.3)},
      {"x^2sin1/x", [](double x) { return x == 0 ? 0 : x * x * std::sin(1 / x); }, 1e-3,
       2e-3 * std::sin(1e3) - std::cos(1e3)},
      {"x^2sin1/x0", [](double x) { return x == 0 ? 0 : x * x * std::sin(1 / x); }, 0, 0},
      {"exp700", [](double x) { return std::exp(x); }, 700, std::exp(700)},
      {"exp-700", [](double x) { return std::exp(x); }, -700, std::exp(-700)},
      {"exp-800", [](double x) { return std::exp(x); }, -740, std::exp(-740)},
      {"1e300x", [](double x) { return 1e300 * x * x; }, 1e3, 2e303},
      {"x^20", [](double x) { return std::pow(x, 20); }, 1.1, 20 * std::pow(1.1, 19)},
      {"x^200", [](double x) { return std::pow(x, 200); }, 1.1, 200 * std::pow(1.1, 199)},
      {"sinx/x at0", [](double x) { return std::sin(x) / x; }, 0, 0},
      {"hypot", [](double x) { return std::sqrt(x * x + 1e-12); }, 1e-6, 1e-6 / std::sqrt(2e-12)},
      {"hypotb", [](double x) { return std::sqrt(x * x + 1e-20); }, 1e-7,
       1e-7 / std::sqrt(1e-14 + 1e-20)},
      {"float noise", [](double x) { return static_cast<double>(static_cast<float>(std::sin(x))); },
       0.3, std::cos(0.3)},
      {"x^3", [](double x) { return x * x * x; }, 1e-5, 3e-10},
      {"x^2+5", [](double x) { return x * x + 5; }, 0, 0},
      {"x^2", [](double x) { return x * x; }, 0, 0},
      {"cos(0)", [](double x) { return std::cos(x); }, 0, 0},
      {"sin pi/2", [](double x) { return std::sin(x); }, pi / 2, 0},
      {"|x|^3", [](double x) { return std::fabs(x * x * x); }, 1e-4, 3e-8},
      {"x|x| 1e-4", [](double x) { return x * std::fabs(x); }, 1e-4, 2e-4},
      {"1e-9x|x|", [](double x) { return x + 1e-9 * x * std::fabs(x); }, 0, 1},
      {"1e-6x|x|", [](double x) { return x + 1e-6 * x * std::fabs(x); }, 0, 1},
      {"1e-4x|x|", [](double x) { return x + 1e-4 * x * std::fabs(x); }, 0, 1},
      {"max", [](double x) { return std::max(x * x, x); }, 1.0, NAN},
      {"erf100", [](double x) { return std::erf(100 * x); }, 0.01,
       200 / std::sqrt(pi) * std::exp(-1.0)},
      {"weier",
       [](double x) {
         double r = 0, a = 1, b = 1;
         for (int k = 0; k < 30; ++k) {
           r += a * std::cos(b * pi * x);
           a *= .5;
           b *= 3;
         }
         return r;
       },
       0.3, NAN},
  };
}

}  // namespace batchgrad::test
