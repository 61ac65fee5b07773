#pragma once

#include <memory>
#include <vector>

#include "descents.hpp"
#include "solver/descent_rules.hpp"
#include "solver/set_fits.hpp"

namespace batchgrad::detail {

/// The fits that a backend keeps the state of: those that descend by the updates of a rule, which
/// rule_descent tells, where the backend has Descents; none elsewhere. What is here is what
/// `descend` is for one that is driven by an Objective: same iterations, same rules for stopping.
template <class T>
class SetDescents {
 public:
  /// The arguments must outlive it.
  SetDescents(LossEvaluator<T>& evaluator, const std::vector<std::unique_ptr<SetRun<T>>>& sets);

  [[nodiscard]] bool takes(std::size_t set) const;
  /// Fits those that it takes; what is found goes to their places. The model of zeros is known.
  void run(std::vector<Minimum>& minima);

 private:
  /// A fit under way.
  struct Course {
    std::size_t set;
    SetRun<T>* run;
    StepSizes sizes;
    Watch watch;
    index_t evaluations = 0;
    std::optional<Stop> stop = std::nullopt;
  };

  void accept(std::size_t place, double step);
  void follow(std::size_t place);
  void retire(std::vector<Minimum>& minima);
  [[nodiscard]] Minimum finish(std::size_t place);

  std::vector<Course> active_;
  // Of each place; before the backend's part, which may still be copying them.
  std::vector<DescentOrder> orders_;
  std::vector<DescentReport> reports_;
  std::unique_ptr<Descents> descents_;
};

#define BATCHGRAD_WITH_STORAGE(T) extern template class SetDescents<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
