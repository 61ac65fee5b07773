#pragma once

#include <batchgrad/loss_gradient.hpp>
#include <batchgrad/regression/parameter_sets.hpp>

#include <vector>

namespace batchgrad::detail {

struct Penalty {
  double l2 = 0;
  double l1 = 0;
};
[[nodiscard]] Penalty penalty_of(const SetOptions& options, index_t set);

/// Weights of the samples that a set sees and of those that it does not.
struct SetWeights {
  double seen = 0;
  double held_out = 0;
};
/// `fold_weights` is what check_samples returned, `held_out` has an entry for each set, or none.
[[nodiscard]] SetWeights weights_of(const std::vector<double>& fold_weights,
                                    VectorView<const fold_t> held_out, index_t set);

/// Throws InvalidArgument for lengths, penalties and folds that LossEvaluator does not take.
void check_set_options(const SetOptions& options, index_t sets,
                       const std::vector<double>& fold_weights);

/// An entry for each set, as backends take them.
struct ExpandedSetOptions {
  std::vector<AnyLoss> losses;   ///< S
  std::vector<fold_t> held_out;  ///< S, or none where no set holds out a fold

  ExpandedSetOptions(const SetOptions& options, const Loss& loss, index_t sets);
};

}  // namespace batchgrad::detail
