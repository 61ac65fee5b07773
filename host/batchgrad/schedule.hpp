#pragma once

#include <batchgrad/core/view.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace batchgrad {

// How the learning rate of a solver falls with t, the iterations taken so far: the first step has
// t = 0. `rate` is the learning rate that the solver was given. In a fit by batches an iteration is
// an epoch, and all its updates have the same rate: a schedule means the same for any batch size.

/// rate
struct ConstantSchedule {
  static constexpr const char* name = "constant";
};

/// rate / (1 + decay t)
/// The schedule of H. Robbins, S. Monro, Ann. Math. Statist. 22 (1951) 400-407: the steps add up to
/// infinity, their squares do not.
struct InverseSchedule {
  static constexpr const char* name = "inverse";
  double decay = 0.01;  ///< positive, per iteration
};

/// rate * factor^floor(t / every)
struct StepSchedule {
  static constexpr const char* name = "step";
  double factor = 0.5;  ///< above 0, at most 1
  index_t every = 100;  ///< at least 1: iterations between two drops
};

/// rate * exp(-decay t)
struct ExponentialSchedule {
  static constexpr const char* name = "exponential";
  double decay = 0.01;  ///< positive, per iteration
};

/// floor + (rate - floor) (1 + cos(pi t / max_iterations)) / 2: half a wave, from rate towards
/// floor, which it would reach with the step after the last one that is allowed. In a fit by
/// batches max_epochs takes the place of max_iterations. Reference: I. Loshchilov, F. Hutter, ICLR
/// 2017, without restarts.
struct CosineSchedule {
  static constexpr const char* name = "cosine";
  double floor = 0;  ///< from 0 up to the learning rate, in its unit
};

using Schedule = std::variant<ConstantSchedule, InverseSchedule, StepSchedule, ExponentialSchedule,
                              CosineSchedule>;

/// The learning rate of the step that iteration `iteration` takes, counted from 0.
[[nodiscard]] double rate_at(const Schedule& schedule, double learning_rate, index_t iteration,
                             index_t max_iterations);

/// The schedule spelled `text`: its name, then its parameters where the defaults do not fit, as in
/// "cosine", "inverse:decay=0.1" or "step:factor=0.5,every=100".
/// Errors: InvalidArgument for an unknown name, an unknown parameter, or a value out of range; it
/// lists what exists.
[[nodiscard]] Schedule parse_schedule(std::string_view text);

/// The text that parse_schedule reads back to the same schedule: "step:factor=0.5,every=100".
[[nodiscard]] std::string schedule_text(const Schedule& schedule);

/// The names of all schedules, in the order of the list.
[[nodiscard]] std::vector<std::string_view> schedule_names();

/// Errors: InvalidArgument where a parameter is out of its range. That the floor of a cosine is no
/// higher than the learning rate is for the operation that has both.
void check_parameters(const Schedule& schedule);

}  // namespace batchgrad
