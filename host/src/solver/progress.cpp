#include "solver/progress.hpp"

namespace batchgrad::detail {

std::optional<Stop> Progress::accept(const Point& point, double step) {
  last_.parameters = point.parameters;
  last_.gradient = point.gradient;
  last_.value = point.value;
  const Verdict verdict = watch_.accept(point.value, step, evaluations_);
  if (verdict.is_best) best_ = last_;
  if (verdict.is_best_held_out) best_held_out_ = last_;
  return verdict.stop;
}

Minimum Progress::finish(Stop stop) && {
  const Iterate answer = watch_.answer(stop);
  Minimum minimum = std::move(watch_).finish(stop, evaluations_);
  Minimum& found = answer == Iterate::held_out ? best_held_out_
                   : answer == Iterate::best   ? best_
                                               : last_;
  minimum.parameters = std::move(found.parameters);
  minimum.gradient = std::move(found.gradient);
  return minimum;
}

}  // namespace batchgrad::detail
