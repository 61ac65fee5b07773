#pragma once

#include <batchgrad/loss/traits.hpp>

#include <algorithm>
#include <vector>

// Targets inside the domain of a loss, for tests over the whole list: by domain, never by name.

namespace batchgrad::test {

/// A few, those at the domain's ends among them. 1 is in every domain.
inline std::vector<double> targets_inside(TargetDomain domain) {
  switch (domain) {
    case TargetDomain::real:
      return {0, 1, 0.25};
    case TargetDomain::unit_interval:
      return {0, 1, 0.25};
    case TargetDomain::binary:
      return {0, 1};
    case TargetDomain::not_negative:
      return {0, 1, 0.25, 3};
    case TargetDomain::positive:
      return {1, 0.25, 3};
  }
  return {};
}

/// The same and such as come near the limits of double.
inline std::vector<double> extreme_targets_inside(TargetDomain domain) {
  std::vector<double> targets = targets_inside(domain);
  const bool is_amount = domain == TargetDomain::not_negative || domain == TargetDomain::positive;
  if (is_amount) targets.insert(targets.end(), {1e-300, 1e300});
  if (domain == TargetDomain::real) targets.insert(targets.end(), {-1e6, 1e300});
  return targets;
}

/// Of a number from 0 to 1, evenly distributed, a target: half of the labels are 1, a quarter of
/// the counts are 0.
inline double target_inside(TargetDomain domain, double u) {
  switch (domain) {
    case TargetDomain::real:
    case TargetDomain::unit_interval:
      return u;
    case TargetDomain::binary:
      return u < 0.5 ? 0 : 1;
    case TargetDomain::not_negative:
      return std::max(0.0, 4 * u - 1);
    case TargetDomain::positive:
      return 0.01 + 3 * u;
  }
  return u;
}

}  // namespace batchgrad::test
