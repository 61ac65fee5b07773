#pragma once

#include <batchgrad/core/limits.hpp>
#include <batchgrad/core/one_of.hpp>

// Descents by the updates of a rule: what one parameter does in one update.
// host/batchgrad/solver.hpp has the recurrences and where they come from.

namespace batchgrad {

/// What a rule remembers of one parameter.
struct DescentMemory {
  double first = 0;
  double second = 0;
};

/// What a rule remembers of all parameters: the powers of its rates of decay.
struct DescentDecay {
  double first = 1;
  double second = 1;
};

// Each rule has
//   begin(decay)                        once before each update
//   move(slope, rate, decay, memory)    what is added to the parameter
//   limit(slope, rate)                  the longest step that a slope which stays as it is may
//                                       still lead to

/// Gradient descent: the first memory is the velocity.
struct MomentumRule {
  double momentum = 0;
  bool nesterov = false;

  BATCHGRAD_HD void begin(DescentDecay&) const {}
  BATCHGRAD_HD double move(double slope, double rate, const DescentDecay&,
                           DescentMemory& memory) const {
    const double descent = rate * slope;
    memory.first = momentum * memory.first - descent;
    return nesterov ? momentum * memory.first - descent : memory.first;
  }
  /// Momentum passes through steps of 0 where it turns. No schedule lets a later rate be larger.
  BATCHGRAD_HD double limit(double slope, double rate) const {
    return rate * slope / (1 - momentum);
  }
};

/// The running means of the gradient and of its square, and their weights so far.
struct AdamRule {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;

  BATCHGRAD_HD void begin(DescentDecay& decay) const {
    decay.first *= beta1;
    decay.second *= beta2;
  }
  BATCHGRAD_HD double move(double slope, double rate, const DescentDecay& decay,
                           DescentMemory& memory) const {
    memory.first = beta1 * memory.first + (1 - beta1) * slope;
    memory.second = beta2 * memory.second + (1 - beta2) * slope * slope;
    const double mean = memory.first / (1 - decay.first);
    const double square = memory.second / (1 - decay.second);
    return -(rate * mean / (math::sqrt(square) + epsilon));
  }
  BATCHGRAD_HD double limit(double slope, double rate) const {
    return rate * slope / (math::fabs(slope) + epsilon);
  }
};

/// The first memory is the sum of the squares of all gradients so far.
struct AdaGradRule {
  double epsilon = 1e-10;

  BATCHGRAD_HD void begin(DescentDecay&) const {}
  BATCHGRAD_HD double move(double slope, double rate, const DescentDecay&,
                           DescentMemory& memory) const {
    memory.first += slope * slope;
    return -(rate * slope / (math::sqrt(memory.first) + epsilon));
  }
  /// The sum only grows: a step that changed nothing will not under the same slope.
  BATCHGRAD_HD double limit(double, double) const { return 0; }
};

/// The first memory is the running mean of the square of the gradient.
struct RmsPropRule {
  double decay = 0.9;
  double epsilon = 1e-8;

  BATCHGRAD_HD void begin(DescentDecay&) const {}
  BATCHGRAD_HD double move(double slope, double rate, const DescentDecay&,
                           DescentMemory& memory) const {
    memory.first = decay * memory.first + (1 - decay) * slope * slope;
    return -(rate * slope / (math::sqrt(memory.first) + epsilon));
  }
  /// Large gradients of the past are forgotten.
  BATCHGRAD_HD double limit(double slope, double rate) const {
    return rate * slope / (math::fabs(slope) + epsilon);
  }
};

using DescentRule = OneOf<MomentumRule, AdamRule, AdaGradRule, RmsPropRule>;

/// What is known of a set's descent before it starts.
struct DescentFacts {
  DescentRule rule{};
  double clip_value = infinity;  ///< see GradientClip
  double clip_norm = infinity;
  double l2 = 0;
  double weight = 1;           ///< of the samples that it sees
  double held_out_weight = 0;  ///< of those that it does not
  double mean_weight = 1;      ///< of a sample that batches are drawn from
};

/// What is said of a set after an iteration.
struct DescentReport {
  double objective;
  double derivative_rms;
  double largest_slope;  ///< see StandardisedVariables::centred_slope; not a number if any is
  double held_out_loss;  ///< not a number without a fold held out
  double step;           ///< the length of the move
  index_t updates;       ///< evaluations of batches
  int moves;             ///< whether an update changed a parameter, or may yet
  int is_broken;  ///< whether a batch's objective or gradient was not finite: no update after
};

/// What a set is told before an iteration.
struct DescentOrder {
  double rate = 0;
  int keeps_best = 0;      ///< whether the iterate so far is the best
  int keeps_held_out = 0;  ///< or that of the lowest held-out loss
};

}  // namespace batchgrad
