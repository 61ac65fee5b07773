#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "solver/batches.hpp"
#include "solver/clip.hpp"
#include "solver/descent_rules.hpp"
#include "solver/progress.hpp"
#include "solver/task.hpp"
#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {

/// A rule, and what it remembers on the way.
template <class Rule>
class RuleState {
 public:
  RuleState(std::size_t size, const Rule& rule) : rule_(rule), memory_(size) {}

  void move(const std::vector<double>& gradient, double rate, std::vector<double>& parameters) {
    rule_.begin(decay_);
    for (std::size_t j = 0; j < memory_.size(); ++j)
      parameters[j] += rule_.move(gradient[j], rate, decay_, memory_[j]);
  }
  [[nodiscard]] double limit(double slope, double rate) const { return rule_.limit(slope, rate); }
  void forget() { std::fill(memory_.begin(), memory_.end(), DescentMemory{}); }

 private:
  Rule rule_;
  DescentDecay decay_;
  std::vector<DescentMemory> memory_;
};

/// Takes the rule's step from `parameters`. Whether it changed them, or may yet under a gradient
/// that stays as it is.
template <class Rule>
bool take_step(RuleState<Rule>& rule, const std::vector<double>& gradient, double rate,
               std::vector<double>& parameters) {
  const std::vector<double> before = parameters;
  rule.move(gradient, rate, parameters);
  if (parameters != before) return true;
  for (std::size_t j = 0; j < gradient.size(); ++j)
    if (parameters[j] - rule.limit(gradient[j], rate) != parameters[j]) return true;
  return false;
}

/// An update for each batch of an epoch; `next` goes from the point before them to the one behind.
/// A batch whose objective or gradient is not finite ends the epoch: neither are those of all
/// samples there, which contain it. The result is that of take_step for any of the updates.
template <class Rule>
Task<bool> take_epoch(Progress& progress, Batches& batches, const StepSizes& sizes, double rate,
                      RuleState<Rule>& rule, Point& next) {
  bool moves = false;
  batches.shuffle(progress.iterations());
  for (index_t b = 0; b < batches.count(); ++b) {
    next.rows = batches[b];
    co_await progress.evaluate(next);
    if (!next.value.is_finite()) {
      moves = true;
      break;
    }
    const std::vector<double> gradient = clipped(sizes.clip, next.gradient);
    moves = take_step(rule, gradient, rate, next.parameters) || moves;
  }
  next.rows = {};
  co_return moves;
}

/// A descent by the updates of a rule, to the end: what adam, adagrad, rmsprop and, with a learning
/// rate, gradient descent share. An iteration is one update with the gradient of all samples or,
/// where progress has batches, an epoch of updates with theirs.
/// Stop::no_progress: not even such a step changes a parameter.
template <class Rule>
Task<Stop> descend(Progress& progress, Point current, StepSizes sizes, RuleState<Rule> rule) {
  co_await progress.evaluate(current);
  std::optional<Stop> stop = progress.accept(current, 0);
  Point next(current.parameters);
  while (!stop) {
    const double rate = rate_at(sizes.schedule, sizes.learning_rate, progress.iterations(),
                                progress.max_iterations());
    next.parameters = current.parameters;
    bool moves = false;
    if (Batches* batches = progress.batches())
      moves = co_await take_epoch(progress, *batches, sizes, rate, rule, next);
    else
      moves = take_step(rule, clipped(sizes.clip, current.gradient), rate, next.parameters);
    if (!moves) co_return Stop::no_progress;
    co_await progress.evaluate(next);
    const double step = distance(next.parameters, current.parameters);
    std::swap(current, next);
    stop = progress.accept(current, step);
  }
  co_return *stop;
}

/// The same for a solver's options.
template <class Options>
Task<Stop> descend_by_rule(Progress& progress, Point current, const Options& options,
                           double learning_rate) {
  RuleState rule(current.parameters.size(), rule_of(options));
  return descend(progress, std::move(current), {learning_rate, options.schedule, options.clip},
                 std::move(rule));
}

}  // namespace batchgrad::detail
