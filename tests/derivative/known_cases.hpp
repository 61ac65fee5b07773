#pragma once

#include "difference_case.hpp"

namespace batchgrad::test {

/// Functions from the literature with exact values and gradients.
inline std::vector<DifferenceCase> known_cases() {
  return {
      {"S02 exp(x)/(cos^3+sin^3)",
       [](const double* p) {
         const double x = *p;
         return std::exp(x) / (std::pow(std::cos(x), 3) + std::pow(std::sin(x), 3));
       },
       {0.7853981633974483},
       {3.1017663938360517}},
      {"S03 exp(x)/(sin x - x^2)",
       [](const double* p) {
         const double x = *p;
         return std::exp(x) / (std::sin(x) - x * x);
       },
       {1},
       {140.7377355712966}},
      {"S04 x^(9/2)",
       [](const double* p) {
         const double x = *p;
         return std::pow(x, 4.5);
       },
       {1.5},
       {18.600812734259759}},
      {"S05 x^(3/2)",
       [](const double* p) {
         const double x = *p;
         return std::pow(x, 1.5);
       },
       {0.1},
       {0.47434164902525691}},
      {"S06 sin(1/x)",
       [](const double* p) {
         const double x = *p;
         return std::sin(1 / x);
       },
       {0.45},
       {2.9941773944386926}},
      {"S07 exp(-x^2)",
       [](const double* p) {
         const double x = *p;
         return std::exp(-x * x);
       },
       {0.5},
       {-0.77880078307140487}},
      {"S08 log(x)",
       [](const double* p) {
         const double x = *p;
         return std::log(x);
       },
       {0.001},
       {999.99999999999998}},
      {"S10 sqrt(x)",
       [](const double* p) {
         const double x = *p;
         return std::sqrt(x);
       },
       {1e18},
       {5e-10}},
      {"S11 sqrt(x)",
       [](const double* p) {
         const double x = *p;
         return std::sqrt(x);
       },
       {1e-8},
       {4999.9999999999999}},
      {"S12 cosc(x)=d/dx sinc",
       [](const double* p) {
         const double x = *p;
         double y = pi * x;
         return x == 0 ? 0.0
                       : (std::fabs(y) < 1e-3
                              ? pi * (-y / 3 + y * y * y / 30 - y * y * y * y * y / 840)
                              : (std::cos(y) * y - std::sin(y)) / (y * x));
       },
       {0},
       {-3.2898681336964529}},
      {"S15 (x-1)^3",
       [](const double* p) {
         const double x = *p;
         return std::pow(x - 1, 3);
       },
       {1},
       {0}},
      {"S16 tanh(50(x-0.5))",
       [](const double* p) {
         const double x = *p;
         return std::tanh(50 * (x - 0.5));
       },
       {0.5},
       {50}},
      {"S17 1/(1+25x^2)",
       [](const double* p) {
         const double x = *p;
         return 1 / (1 + 25 * x * x);
       },
       {0.2},
       {-2.5}},
      {"S18 1e10+x",
       [](const double* p) {
         const double x = *p;
         return 1e10 + x;
       },
       {1},
       {1}},
      {"S23 sin(1000x)",
       [](const double* p) {
         const double x = *p;
         return std::sin(1000 * x);
       },
       {0.3},
       {-22.096619278695042}},
      {"S25 sin(x)",
       [](const double* p) {
         const double x = *p;
         return std::sin(x);
       },
       {1e22},
       {-0.0026493799024471439}},
      {"S28 acos(x)",
       [](const double* p) {
         const double x = *p;
         return std::acos(x);
       },
       {0.9999999999},
       {-70710.67519510883}},
      {"S31 1e-200*sin x",
       [](const double* p) {
         const double x = *p;
         return 1e-200 * std::sin(x);
       },
       {1},
       {5.4030230586813972e-201}},
      {"S32 x^2",
       [](const double* p) {
         const double x = *p;
         return x * x;
       },
       {1e160},
       {2e160}},
      {"M01 x^2*y+y^3",
       [](const double* p) { return p[0] * p[0] * p[1] + std::pow(p[1], 3); },
       {1, 2},
       {4, 13}},
      {"M02 Rosenbrock",
       [](const double* p) { return 100 * square(p[1] - p[0] * p[0]) + square(1 - p[0]); },
       {-1.2, 1},
       {-215.59999999999994, -87.999999999999979}},
      {"M03 Powell singular",
       [](const double* p) {
         return square(p[0] + 10 * p[1]) + 5 * square(p[2] - p[3]) + std::pow(p[1] - 2 * p[2], 4) +
                10 * std::pow(p[0] - p[3], 4);
       },
       {3, -1, 0, 1},
       {306, -144, -2, -310}},
      {"M04 Wood",
       [](const double* p) {
         return 100 * square(p[1] - square(p[0])) + square(1 - p[0]) +
                90 * square(p[3] - square(p[2])) + square(1 - p[2]) +
                10.1 * (square(p[1] - 1) + square(p[3] - 1)) + 19.8 * (p[1] - 1) * (p[3] - 1);
       },
       {-3, -1, -3, -1},
       {-12008, -2080, -10808, -1880}},
      {"M05 Beale",
       [](const double* p) {
         return square(1.5 - p[0] * (1 - p[1])) + square(2.25 - p[0] * (1 - square(p[1]))) +
                square(2.625 - p[0] * (1 - std::pow(p[1], 3)));
       },
       {1, 1},
       {0, 27.75}},
      {"M06 Brown badly scaled",
       [](const double* p) {
         return square(p[0] - 1e6) + square(p[1] - 2e-6) + square(p[0] * p[1] - 2);
       },
       {1, 1},
       {-2000000, -4e-6}},
      {"M12 Ackley 2d",
       [](const double* p) {
         return -20 * std::exp(-0.2 * std::sqrt(0.5 * (square(p[0]) + square(p[1])))) -
                std::exp(0.5 * (std::cos(2 * pi * p[0]) + std::cos(2 * pi * p[1]))) + 20 +
                std::exp(1.0);
       },
       {1, 0.5},
       {2.1598420892056339, 1.079921044602817}},
      {"M15 sin(xy)log(x)",
       [](const double* p) { return std::sin(p[0] * p[1]) * std::log(p[0]); },
       {100, -0.5},
       {-2.2192926439145683, 444.38327849032152}},
      {"M16 (x+y+z)exp(xyz)",
       [](const double* p) { return (p[0] + p[1] + p[2]) * std::exp(p[0] * p[1] * p[2]); },
       {1, 2, 3},
       {14926.8653592312, 7665.1470763619673, 5244.5743154055566}},
      {"M17 Rat43 residual @x=9",
       [](const double* p) { return p[0] / std::pow(1 + std::exp(p[1] - p[2] * 9), 1 / p[3]); },
       {100, 10, 1, 1},
       {0.26894142136999512, -19.661193324148185, 176.95073991733367, 35.319046487190923}},
      {"M19 logsumexp",
       [](const double* p) {
         double a = std::max(p[0], std::max(p[1], p[2]));
         return a + std::log(std::exp(p[0] - a) + std::exp(p[1] - a) + std::exp(p[2] - a));
       },
       {1000, 1001, 1002},
       {0.090030573170380458, 0.24472847105479765, 0.66524095577482189}},
      {"M21 Black-Scholes call(S,K,sigma,tau,r)",
       [](const double* p) {
         double S = p[0], K = p[1], s = p[2], t = p[3], r = p[4];
         double d1 = (std::log(S / K) + (r + s * s / 2) * t) / (s * std::sqrt(t)),
                d2 = d1 - s * std::sqrt(t);
         return S * normal_distribution(d1) - K * std::exp(-r * t) * normal_distribution(d2);
       },
       {100, 105, 0.2, 0.5, 0.01},
       {0.40557894560223327, -0.35008654949447557, 27.415640799736303, 5.8507190369164603,
        18.379543848459968}},
      {"M22 Lennard-Jones r",
       [](const double* p) { return 4 * (std::pow(p[0], -12) - std::pow(p[0], -6)); },
       {0.9},
       {-138.65962399427672}},
      {"M24 (x-1e6)^2*(y+1e-6)^2",
       [](const double* p) { return square(p[0] - 1e6) * square(p[1] + 1e-6); },
       {1000001, 1e-6},
       {7.9999999999999996e-12, 3.9999999999999999e-6}},
      {"M26 x^y",
       [](const double* p) { return std::pow(p[0], p[1]); },
       {2, -3.5},
       {-0.15467960838455727, 0.061266133966784199}},
      {"M27 prod x_i (Speelpenning)",
       [](const double* p) { return p[0] * p[1] * p[2] * p[3] * p[4]; },
       {0.5, 1.5, -2, 0.25, 4},
       {-3, -1, 0.75, -6, -0.375}},
      {"X03 x*|x|", [](const double* p) { return p[0] * std::fabs(p[0]); }, {0}, {0}},
      {"X01 exp(x)/(cos^3+sin^3)",
       [](const double* p) {
         const double x = *p;
         return std::exp(x) / (std::pow(std::cos(x), 3) + std::pow(std::sin(x), 3));
       },
       {5.5},
       {-23504072.874416215}},
      {"X05 sqrt(1-x^2)",
       [](const double* p) {
         const double x = *p;
         return std::sqrt(1 - x * x);
       },
       {0.99999999},
       {-7071.0677410672597}},
      {"X07 x^3*sin(1/x)",
       [](const double* p) {
         const double x = *p;
         return x * x * x * std::sin(1 / x);
       },
       {0.01},
       {-0.0087750984152097572}},
      {"X11 Box3D t=0.1 residual^2",
       [](const double* p) {
         double t = 0.1;
         return square(std::exp(-t * p[0]) - std::exp(-t * p[1]) -
                       p[2] * (std::exp(-t) - std::exp(-10 * t)));
       },
       {0, 10, 20},
       {2.0214077956923575, -0.74363437025890152, 10.854110403931317}},
      {"X14 Goldstein-Price",
       [](const double* p) {
         double x = p[0], y = p[1];
         return (1 +
                 square(x + y + 1) * (19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y)) *
                (30 + square(2 * x - 3 * y) *
                          (18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y));
       },
       {0.5, -0.5},
       {-667.5, 1582.5}},
  };
}

}  // namespace batchgrad::test
