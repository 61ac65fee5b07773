#include "solver/set_fits.hpp"

#include <batchgrad/core/limits.hpp>

#include <utility>

namespace batchgrad::detail {
namespace {

/// Parameter sets that are evaluated together, and what is said of them.
template <class T>
class SetBatch {
 public:
  explicit SetBatch(index_t parameters) : parameters_(parameters) {}

  void clear() {
    points_.clear();
    losses_.clear();
    l2_.clear();
    held_out_.clear();
  }
  void add(const FitSet& set, const std::vector<computing_t<T>>& parameters) {
    points_.insert(points_.end(), parameters.begin(), parameters.end());
    losses_.push_back(set.loss);
    l2_.push_back(set.options.l2);
    held_out_.push_back(set.held_out);
  }

  void evaluate(LossEvaluator<T>& evaluator) {
    const auto sets = static_cast<index_t>(losses_.size());
    objective_.assign(losses_.size(), quiet_nan);
    derivative_rms_.assign(losses_.size(), quiet_nan);
    gradients_.assign(points_.size(), quiet_nan);
    evaluator({points_.data(), sets, parameters_},
              {objective_, {gradients_.data(), sets, parameters_}, derivative_rms_, {}},
              {.l2 = l2_, .loss = losses_, .held_out = held_out_});
  }

  [[nodiscard]] double objective(std::size_t set) const { return objective_[set]; }
  [[nodiscard]] double derivative_rms(std::size_t set) const { return derivative_rms_[set]; }
  [[nodiscard]] VectorView<const double> gradient(std::size_t set) const {
    return {gradients_.data() + static_cast<index_t>(set) * parameters_, parameters_};
  }

 private:
  index_t parameters_;
  std::vector<computing_t<T>> points_;
  std::vector<Loss> losses_;
  std::vector<double> l2_;
  std::vector<fold_t> held_out_;
  std::vector<double> objective_;
  std::vector<double> derivative_rms_;
  std::vector<double> gradients_;
};

/// The model of zeros for every set: see StandardisedObjective.
template <class T>
void know_zero_models(LossEvaluator<T>& evaluator, std::vector<std::unique_ptr<SetRun<T>>>& sets) {
  SetBatch<T> batch(evaluator.parameter_count());
  const std::vector<computing_t<T>> zeros(static_cast<std::size_t>(evaluator.parameter_count()),
                                          computing_t<T>(0));
  for (const auto& set : sets) batch.add(set->set, zeros);
  batch.evaluate(evaluator);
  for (std::size_t s = 0; s < sets.size(); ++s)
    sets[s]->objective.know_zero_model(batch.derivative_rms(s));
}

}  // namespace

template <class T>
std::vector<Minimum> minimise_sets(LossEvaluator<T>& evaluator,
                                   std::vector<std::unique_ptr<SetRun<T>>>& sets) {
  know_zero_models(evaluator, sets);
  for (const auto& set : sets)
    set->run = std::make_unique<Run>(set->set.options.solver, set->start, set->rules,
                                     set->objective.l1_weights(), nullptr);
  std::vector<SetRun<T>*> active;
  active.reserve(sets.size());
  for (const auto& set : sets) active.push_back(set.get());
  SetBatch<T> batch(evaluator.parameter_count());
  std::vector<std::vector<computing_t<T>>> rounded;
  while (true) {
    for (SetRun<T>* set : active) set->wanted = set->run->advance();
    std::erase_if(active, [](const SetRun<T>* set) { return set->wanted == nullptr; });
    if (active.empty()) break;
    batch.clear();
    rounded.clear();
    for (const SetRun<T>* set : active) {
      rounded.push_back(set->objective.rounded_parameters(set->wanted->parameters));
      batch.add(set->set, rounded.back());
    }
    batch.evaluate(evaluator);
    for (std::size_t s = 0; s < active.size(); ++s) {
      Point& point = *active[s]->wanted;
      point.gradient.assign(batch.gradient(s).begin(), batch.gradient(s).end());
      point.value = active[s]->objective.judge(rounded[s], batch.objective(s),
                                               batch.derivative_rms(s), point.gradient);
    }
  }
  std::vector<Minimum> minima;
  minima.reserve(sets.size());
  for (const auto& set : sets) minima.push_back(std::move(*set->run).finish());
  return minima;
}

#define BATCHGRAD_WITH_STORAGE(T)                                \
  template std::vector<Minimum> minimise_sets(LossEvaluator<T>&, \
                                              std::vector<std::unique_ptr<SetRun<T>>>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
