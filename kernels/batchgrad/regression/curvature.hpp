#pragma once

#include <batchgrad/core/reduce.hpp>
#include <batchgrad/loss/traits.hpp>
#include <batchgrad/regression/samples.hpp>

namespace batchgrad {

/// What the outer product of each sample is multiplied with:
///   gram      v_m                           second moments of the features; no loss, no parameters
///   observed  v_m loss''(eta_m, y_m)        the Hessian of the sum of losses
///   expected  v_m E[loss''(eta_m, y)]       its expectation: Fisher's information
///   score     v_m^2 loss'(eta_m, y_m)^2     products of scores: the middle of the sandwich
enum class Curvature { gram, observed, expected, score };

/// More features than this are refused: the matrix would take more than 32 MiB a block of samples.
inline constexpr index_t most_curvature_features = 2048;

/// The factor of one sample.
template <class L>
BATCHGRAD_HD double curvature_factor(const L& loss, Curvature curvature, double weight,
                                     double prediction, double target) {
  if (curvature == Curvature::observed) return weight * loss.second_derivative(prediction, target);
  if (curvature == Curvature::expected)
    return weight * expected_curvature(loss, prediction, target);
  if (curvature == Curvature::gram) return weight;
  const double score = weight * loss.derivative(prediction, target);
  return score * score;
}

/// The virtual blocks of sums that are matrices: those of VirtualBlocks, but no more than keep the
/// partial sums within 64 MiB.
constexpr BATCHGRAD_HD VirtualBlocks curvature_blocks(index_t samples, index_t features,
                                                      index_t element_size) {
  constexpr index_t partial_bytes = 64 * 1024 * 1024;
  VirtualBlocks blocks = VirtualBlocks::of(samples, features, element_size);
  const index_t width = features + 1;
  const index_t affordable = partial_bytes / (4 * width * (width + 1));
  if (affordable >= blocks.count) return blocks;
  const index_t count = affordable < 1 ? 1 : affordable;
  blocks.rows = ((samples + count - 1) / count + 15) / 16 * 16;
  blocks.count = (samples + blocks.rows - 1) / blocks.rows;
  return blocks;
}

}  // namespace batchgrad
