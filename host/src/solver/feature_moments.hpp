#pragma once

#include <batchgrad/regression/samples.hpp>

#include <vector>

namespace batchgrad::detail {

/// Location and size of each feature, weighted as the samples are.
struct FeatureMoments {
  /// D: the mean, rounded to the type of the features so that the centre which the evaluation
  /// subtracts is the number that the coefficients are converted with. 0 without an intercept.
  std::vector<double> centre;
  /// D: the root mean square of x - centre. Where that is 0 the magnitude of the constant, or 1.
  std::vector<double> scale;
  /// D: 1 where x - centre is 0 in every sample that weighs anything.
  std::vector<char> vanishes;
};

/// The moments of a data set whose shapes and weights have been checked.
///   mean = shift + sum_m v_m (x_m - shift) / sum_m v_m,   shift: x in the first sample that counts
///   mean square = sum_m v_m (x_m - centre)^2 / sum_m v_m
/// The shift makes the mean of a constant feature exact, so that rounding never passes for spread;
/// the squares are taken of (x - centre) / max |x - shift|, so that they neither overflow nor
/// vanish. Errors: InvalidArgument for features that are not finite or too large to be summed.
/// Cost: X is read twice, on the host's cores. The same bits for any number of threads.
template <class T>
FeatureMoments feature_moments(const Samples<T>& samples, Intercept intercept);

#define BATCHGRAD_WITH_STORAGE(T) \
  extern template FeatureMoments feature_moments(const Samples<T>&, Intercept);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
