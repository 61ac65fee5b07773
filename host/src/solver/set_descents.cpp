#include "solver/set_descents.hpp"

#include <algorithm>
#include <utility>

namespace batchgrad::detail {
namespace {

template <class T>
DescentSet descent_set(SetRun<T>& set, const RuleDescent& descent) {
  DescentSet result;
  result.facts.rule = descent.rule;
  result.facts.clip_value = descent.sizes.clip.value.value_or(infinity);
  result.facts.clip_norm = descent.sizes.clip.norm.value_or(infinity);
  result.facts.l2 = set.options.l2;
  result.facts.mean_weight = set.objective.training().mean_weight();
  if (set.loss != nullptr)
    result.loss = std::visit([](const auto& loss) { return AnyLoss(loss); }, *set.loss);
  result.held_out = set.held_out;
  result.batches = set.objective.batches();
  return result;
}

}  // namespace

template <class T>
SetDescents<T>::SetDescents(LossEvaluator<T>& evaluator,
                            const std::vector<std::unique_ptr<SetRun<T>>>& sets) {
  DescentPlan plan;
  std::vector<double> start;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SetRun<T>& set = *sets[s];
    const std::optional<RuleDescent> descent = rule_descent(set.options.solver);
    if (!descent) continue;
    active_.push_back({s, &set, descent->sizes, Watch(set.rules)});
    plan.variables = set.objective.variables();  // the same for all: they share reads
    plan.sets.push_back(descent_set(set, *descent));
    plan.keeps_held_out = plan.keeps_held_out || set.options.holdout > 0;
    start.insert(start.end(), set.start.begin(), set.start.end());
  }
  if (active_.empty()) return;
  plan.start = {start.data(), static_cast<index_t>(active_.size()), evaluator.parameter_count()};
  descents_ = evaluator.descents(plan);
  if (!descents_) active_.clear();
}

template <class T>
bool SetDescents<T>::takes(std::size_t set) const {
  return std::any_of(active_.begin(), active_.end(),
                     [&](const Course& course) { return course.set == set; });
}

template <class T>
void SetDescents<T>::run(std::vector<Minimum>& minima) {
  if (active_.empty()) return;
  orders_.assign(active_.size(), {});
  reports_.assign(active_.size(), {});
  descents_->start(reports_);
  for (std::size_t place = 0; place < active_.size(); ++place) {
    ++active_[place].evaluations;
    accept(place, 0);
  }
  for (retire(minima); !active_.empty(); retire(minima)) {
    for (std::size_t place = 0; place < active_.size(); ++place) {
      const Course& course = active_[place];
      orders_[place].rate = rate_at(course.sizes.schedule, course.sizes.learning_rate,
                                    course.watch.iterations(), course.watch.max_iterations());
    }
    descents_->advance(orders_, active_.front().watch.iterations(), reports_);
    for (std::size_t place = 0; place < active_.size(); ++place) follow(place);
  }
}

/// What is kept of an iterate is kept when the next iteration begins.
template <class T>
void SetDescents<T>::accept(std::size_t place, double step) {
  Course& course = active_[place];
  const DescentReport& report = reports_[place];
  Evaluation value = course.run->objective.evaluation_of(report.objective, report.derivative_rms,
                                                         report.largest_slope);
  // A fold held out judges the fit when it is done; a holdout says when that is.
  if (course.run->options.holdout > 0) value.held_out_loss = report.held_out_loss;
  const Verdict verdict = course.watch.accept(value, step, course.evaluations);
  orders_[place].keeps_best = verdict.is_best ? 1 : 0;
  orders_[place].keeps_held_out = verdict.is_best_held_out ? 1 : 0;
  course.stop = verdict.stop;
}

/// Where nothing moved, the iteration has not taken place.
template <class T>
void SetDescents<T>::follow(std::size_t place) {
  Course& course = active_[place];
  const DescentReport& report = reports_[place];
  course.evaluations += report.updates;
  if (report.moves == 0) {
    orders_[place] = {};
    course.stop = Stop::no_progress;
    return;
  }
  ++course.evaluations;
  accept(place, report.step);
}

template <class T>
void SetDescents<T>::retire(std::vector<Minimum>& minima) {
  std::vector<char> stays;
  for (std::size_t place = 0; place < active_.size(); ++place) {
    stays.push_back(active_[place].stop ? 0 : 1);
    if (active_[place].stop) minima[active_[place].set] = finish(place);
  }
  if (std::find(stays.begin(), stays.end(), 0) == stays.end()) return;
  descents_->retire(stays);
  std::vector<Course> active;
  std::vector<DescentOrder> orders;
  for (std::size_t place = 0; place < active_.size(); ++place) {
    if (stays[place] == 0) continue;
    active.push_back(std::move(active_[place]));
    orders.push_back(orders_[place]);
  }
  active_ = std::move(active);
  orders_ = std::move(orders);
  reports_.resize(active_.size());
}

template <class T>
Minimum SetDescents<T>::finish(std::size_t place) {
  Course& course = active_[place];
  Iterate answer = course.watch.answer(*course.stop);
  const DescentOrder& order = orders_[place];
  const bool is_latest = (answer == Iterate::best && order.keeps_best != 0) ||
                         (answer == Iterate::held_out && order.keeps_held_out != 0);
  if (is_latest) answer = Iterate::latest;
  Minimum minimum = std::move(course.watch).finish(*course.stop, course.evaluations);
  minimum.parameters.assign(course.run->start.size(), quiet_nan);
  descents_->read(static_cast<index_t>(place), answer, minimum.parameters);
  return minimum;
}

#define BATCHGRAD_WITH_STORAGE(T) template class SetDescents<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
