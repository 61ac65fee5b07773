#pragma once

#include <batchgrad/core/limits.hpp>

namespace batchgrad {

/// Which targets a loss is defined for; the host API checks them before anything is evaluated.
enum class TargetDomain {
  real,           ///< any finite number
  unit_interval,  ///< from 0 to 1: labels and proportions
};

/// A loss parameter lies strictly between `lower` and `upper`.
struct OpenInterval {
  double lower;
  double upper;
};
inline constexpr OpenInterval positive_numbers{0.0, infinity};

}  // namespace batchgrad
