#pragma once

#include <batchgrad/regression/descent.hpp>
#include <batchgrad/regression/parameter_sets.hpp>
#include <batchgrad/regression/standardised_variables.hpp>

#include <vector>

#include "solver/batches.hpp"
#include "solver/watch.hpp"

namespace batchgrad {

/// One descent by the updates of a rule.
struct DescentSet {
  DescentFacts facts;  ///< but for the weights of the samples, which the evaluator knows
  AnyLoss loss{};      ///< not looked at where there are classes
  fold_t held_out = no_fold;
  detail::Batches* batches = nullptr;  ///< null: updates by all samples; sets may share batches
};

/// Descents that share reads of the samples, in variables of their own. Views of the host.
struct DescentPlan {
  StandardisedVariables variables;
  MatrixView<const double> start;  ///< S x P
  std::vector<DescentSet> sets;    ///< S
  bool keeps_held_out = false;     ///< whether an iterate may be kept for its held-out loss
  index_t classes = 0;             ///< as ParameterSets::classes; the evaluator fills it in
};

/// Descents of many sets whose state, all vectors of as many entries as there are variables, stays
/// with a backend. Whoever drives them sees a report for each set and iteration, and decides when
/// one stops; see solver/descent.hpp for what an iteration is. Sets that have stopped are retired:
/// a place is that of a set among those under way.
class Descents {
 public:
  virtual ~Descents() = default;

  /// Evaluates all sets under way at the start.
  virtual void start(VectorView<DescentReport> reports) = 0;
  /// Takes an iteration of each: an update, or those of an epoch, and an evaluation where they led.
  /// `epoch` numbers the order of the batches.
  virtual void advance(VectorView<const DescentOrder> orders, index_t epoch,
                       VectorView<DescentReport> reports) = 0;
  /// The variables of an iterate; the best is that which an order said to keep.
  virtual void read(index_t place, detail::Iterate which, VectorView<double> variables) = 0;
  /// Leaves out the sets that do not stay (0); the others move up.
  virtual void retire(VectorView<const char> stays) = 0;
};

}  // namespace batchgrad
