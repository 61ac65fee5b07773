#pragma once

#include <batchgrad/derivative/difference.hpp>

#include <string>
#include <vector>

namespace batchgrad::test {

inline DifferenceRule rule_of(DifferenceMethod method, int accuracy = 2, int order = 1) {
  return {.method = method,
          .accuracy = accuracy,
          .order = order,
          .step = {},
          .tolerance = 0,
          .effort = Effort::estimate};
}
inline DerivativeColumn parameter(index_t i) { return {DerivativeColumn::Kind::parameter, i, i}; }

struct NamedMethod {
  const char* name;
  DifferenceMethod method;
  int accuracy;
};
inline constexpr NamedMethod difference_methods[] = {
    {"forward", DifferenceMethod::forward, 1},   {"forward 4", DifferenceMethod::forward, 4},
    {"backward", DifferenceMethod::backward, 1}, {"backward 2", DifferenceMethod::backward, 2},
    {"central", DifferenceMethod::central, 2},   {"central 4", DifferenceMethod::central, 4},
    {"central 8", DifferenceMethod::central, 8}, {"richardson", DifferenceMethod::richardson, 4},
    {"adaptive", DifferenceMethod::adaptive, 4},
};

/// "forward 4" is not a name that tests may have; "forward4" is.
inline std::string test_name(const NamedMethod& method) {
  std::string name;
  for (const char c : std::string(method.name))
    if (c != ' ') name += c;
  return name;
}

/// The derivative of a function of one number.
template <class Scalar = double, class F>
Estimate<Scalar> slope(const F& f, Scalar x, const DifferenceRule& rule,
                       const std::vector<Interval>& bounds = {}) {
  const auto of_point = [&](const auto& point) { return f(point[0]); };
  return difference<Scalar>(
      of_point, rule, parameter(0),
      DifferenceSite<Scalar>{.point = {&x, 1}, .typical = {}, .bounds = bounds, .direction = {}});
}

}  // namespace batchgrad::test
