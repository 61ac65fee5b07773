#include "solver/set_fits.hpp"

#include <batchgrad/core/limits.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include "solver/set_descents.hpp"

namespace batchgrad::detail {
namespace {

/// Parameter sets that are evaluated together, those that are the same once, and what is said of
/// them.
template <class T>
class SetBatch {
 public:
  explicit SetBatch(LossEvaluator<T>& evaluator)
      : evaluator_(evaluator), parameter_count_(evaluator.parameter_count()) {}

  void clear() {
    points_.clear();
    losses_.clear();
    l2_.clear();
    held_out_.clear();
    rows_.clear();
  }
  /// Two sets at least are evaluated where there are two: a backend may add up one alone in another
  /// order.
  void add(const SetRun<T>& set, const std::vector<computing_t<T>>& parameters) {
    const index_t known = size() < 2 ? size() : row_of(set, parameters);
    rows_.push_back(known);
    if (known < size()) return;
    points_.insert(points_.end(), parameters.begin(), parameters.end());
    if (set.loss != nullptr) losses_.push_back(*set.loss);
    l2_.push_back(set.options.l2);
    held_out_.push_back(set.held_out);
  }

  void evaluate() {
    evaluator_(points(), result(), {.l2 = l2_, .loss = losses_, .held_out = held_out_});
  }
  /// A batch's penalty is the objective's to add; what is held out is in none.
  void evaluate_rows(VectorView<const index_t> rows) {
    evaluator_.evaluate_rows(rows, points(), result(), {.loss = losses_});
  }

  /// Of the set that was added as number `set`.
  [[nodiscard]] double objective(std::size_t set) const { return objective_[row(set)]; }
  [[nodiscard]] double derivative_rms(std::size_t set) const { return derivative_rms_[row(set)]; }
  [[nodiscard]] double held_out_loss(std::size_t set) const { return held_out_loss_[row(set)]; }
  [[nodiscard]] VectorView<const double> gradient(std::size_t set) const {
    return {gradients_.data() + rows_[set] * parameter_count_, parameter_count_};
  }

 private:
  /// The first row with the results of such a set, or size(): many start from the same point, and
  /// at zeros there is nothing that l2 could penalise.
  [[nodiscard]] index_t row_of(const SetRun<T>& set,
                               const std::vector<computing_t<T>>& parameters) const {
    const auto is_zero = [](computing_t<T> x) { return x == 0; };
    const bool any_l2 = std::all_of(parameters.begin(), parameters.end(), is_zero);
    const std::size_t bytes = parameters.size() * sizeof(computing_t<T>);
    for (index_t row = 0; row < size(); ++row) {
      const auto at = static_cast<std::size_t>(row);
      if ((any_l2 || l2_[at] == set.options.l2) && held_out_[at] == set.held_out &&
          std::memcmp(points_.data() + row * parameter_count_, parameters.data(), bytes) == 0 &&
          (set.loss == nullptr || loss_text(losses_[at]) == loss_text(*set.loss)))
        return row;
    }
    return size();
  }
  [[nodiscard]] std::size_t row(std::size_t set) const {
    return static_cast<std::size_t>(rows_[set]);
  }
  [[nodiscard]] index_t size() const { return static_cast<index_t>(l2_.size()); }
  [[nodiscard]] MatrixView<const computing_t<T>> points() const {
    return {points_.data(), size(), parameter_count_};
  }
  LossGradient result() {
    for (std::vector<double>* values : {&objective_, &derivative_rms_, &held_out_loss_})
      values->assign(l2_.size(), quiet_nan);
    gradients_.assign(points_.size(), quiet_nan);
    return {
        objective_, {gradients_.data(), size(), parameter_count_}, derivative_rms_, held_out_loss_};
  }

  LossEvaluator<T>& evaluator_;
  index_t parameter_count_;
  std::vector<computing_t<T>> points_;
  std::vector<Loss> losses_;
  std::vector<double> l2_;
  std::vector<fold_t> held_out_;
  std::vector<index_t> rows_;  // of the sets
  std::vector<double> objective_;
  std::vector<double> derivative_rms_;
  std::vector<double> held_out_loss_;
  std::vector<double> gradients_;
};

/// Sets whose points are of one read: all that wait for a batch, as long as any waits for one, so
/// that all samples are read once for every set; otherwise all.
template <class T>
std::vector<SetRun<T>*> next_together(const std::vector<SetRun<T>*>& active) {
  const auto first = std::find_if(active.begin(), active.end(),
                                  [](const SetRun<T>* set) { return !set->wanted->rows.empty(); });
  if (first == active.end()) return active;
  const VectorView<const index_t> rows = (*first)->wanted->rows;
  std::vector<SetRun<T>*> together;
  std::copy_if(first, active.end(), std::back_inserter(together), [&](const SetRun<T>* set) {
    const VectorView<const index_t>& others = set->wanted->rows;
    return others.data() == rows.data() && others.size() == rows.size();
  });
  return together;
}

/// The model of zeros for every set, which rides along: see StandardisedObjective.
template <class T>
void add_zero_models(SetBatch<T>& batch, const std::vector<SetRun<T>*>& sets) {
  for (const SetRun<T>* set : sets) {
    const auto count = static_cast<std::size_t>(set->objective.parameter_count());
    batch.add(*set, std::vector<computing_t<T>>(count, computing_t<T>(0)));
  }
}

/// The same by itself.
template <class T>
void know_zero_models(SetBatch<T>& batch, const std::vector<SetRun<T>*>& sets) {
  if (sets.empty()) return;
  batch.clear();
  add_zero_models(batch, sets);
  batch.evaluate();
  for (std::size_t s = 0; s < sets.size(); ++s)
    sets[s]->objective.know_zero_model(batch.derivative_rms(s));
}

/// `new_sets`: none, or all of `sets`, of which nothing is known yet; these want all samples.
template <class T>
void evaluate(SetBatch<T>& batch, const std::vector<SetRun<T>*>& sets,
              const std::vector<SetRun<T>*>& new_sets) {
  const VectorView<const index_t> rows = sets.front()->wanted->rows;
  batch.clear();
  std::vector<std::vector<computing_t<T>>> rounded;
  for (const SetRun<T>* set : sets) {
    rounded.push_back(set->objective.rounded_parameters(set->wanted->parameters));
    batch.add(*set, rounded.back());
  }
  add_zero_models(batch, new_sets);
  if (rows.empty())
    batch.evaluate();
  else
    batch.evaluate_rows(rows);
  for (std::size_t s = 0; s < new_sets.size(); ++s)
    new_sets[s]->objective.know_zero_model(batch.derivative_rms(sets.size() + s));
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const StandardisedObjective<T>& objective = sets[s]->objective;
    Point& point = *sets[s]->wanted;
    point.gradient.assign(batch.gradient(s).begin(), batch.gradient(s).end());
    point.value = rows.empty()
                      ? objective.judge(rounded[s], batch.objective(s), batch.derivative_rms(s),
                                        point.gradient)
                      : objective.judge_rows(rows, rounded[s], batch.objective(s), point.gradient);
    // A fold held out judges the fit when it is done; a holdout says when that is.
    if (rows.empty() && sets[s]->options.holdout > 0)
      point.value.held_out_loss = batch.held_out_loss(s);
  }
}

/// The loss of what was found over the fold that each set holds out.
template <class T>
void judge_by_folds(SetBatch<T>& batch, const std::vector<std::unique_ptr<SetRun<T>>>& sets,
                    std::vector<Minimum>& minima) {
  const auto is_to_judge = [](const std::unique_ptr<SetRun<T>>& set) {
    return set->held_out != no_fold && set->options.holdout == 0;
  };
  if (std::none_of(sets.begin(), sets.end(), is_to_judge)) return;
  batch.clear();
  for (std::size_t s = 0; s < sets.size(); ++s)
    batch.add(*sets[s], sets[s]->objective.rounded_parameters(minima[s].parameters));
  batch.evaluate();
  for (std::size_t s = 0; s < sets.size(); ++s)
    if (is_to_judge(sets[s])) minima[s].value.held_out_loss = batch.held_out_loss(s);
}

}  // namespace

template <class T>
std::vector<Minimum> minimise_sets(LossEvaluator<T>& evaluator,
                                   std::vector<std::unique_ptr<SetRun<T>>>& sets) {
  SetBatch<T> batch(evaluator);
  std::vector<Minimum> minima(sets.size());
  SetDescents<T> descents(evaluator, sets);
  std::vector<SetRun<T>*> descending;
  std::vector<SetRun<T>*> active;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SetRun<T>& set = *sets[s];
    if (descents.takes(s)) {
      descending.push_back(&set);
      continue;
    }
    set.run = std::make_unique<Run>(set.options.solver, set.start, set.rules,
                                    set.objective.l1_weights(), set.objective.batches());
    active.push_back(&set);
  }
  know_zero_models(batch, descending);
  descents.run(minima);
  std::vector<SetRun<T>*> together = active;
  std::vector<SetRun<T>*> new_sets = active;
  while (true) {
    for (SetRun<T>* set : together) set->wanted = set->run->advance();
    std::erase_if(active, [](const SetRun<T>* set) { return set->wanted == nullptr; });
    if (active.empty()) break;
    together = next_together(active);
    evaluate(batch, together, new_sets);
    new_sets.clear();
  }
  for (std::size_t s = 0; s < sets.size(); ++s)
    if (sets[s]->run) minima[s] = std::move(*sets[s]->run).finish();
  judge_by_folds(batch, sets, minima);
  return minima;
}

template <class T>
Minimum minimise_set(LossEvaluator<T>& evaluator, std::vector<std::unique_ptr<SetRun<T>>>& set) {
  SetRun<T>& only = *set.front();
  SetDescents<T> descents(evaluator, set);
  if (!descents.takes(0))
    return minimise(only.objective, only.start, only.options.solver, only.rules);
  SetBatch<T> batch(evaluator);
  know_zero_models(batch, {&only});
  std::vector<Minimum> minima(1);
  descents.run(minima);
  return std::move(minima.front());
}

#define BATCHGRAD_WITH_STORAGE(T)                                                        \
  template std::vector<Minimum> minimise_sets(LossEvaluator<T>&,                         \
                                              std::vector<std::unique_ptr<SetRun<T>>>&); \
  template Minimum minimise_set(LossEvaluator<T>&, std::vector<std::unique_ptr<SetRun<T>>>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
