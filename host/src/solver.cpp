#include <batchgrad/error.hpp>
#include <batchgrad/solver.hpp>

#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <type_traits>

#include "solver_check.hpp"

namespace batchgrad {
namespace {

void check_rate(double rate, const char* advice) {
  if (!(rate > 0 && std::isfinite(rate)))
    throw InvalidArgument(
        fmt::format("learning_rate is {} (a step along the gradient must be positive and finite) "
                    "{}",
                    rate, advice));
}

/// momentum, beta1 and beta2.
void check_memory(const char* name, double share, double advice) {
  if (!(share >= 0 && share < 1))
    throw InvalidArgument(
        fmt::format("{} is {} (the past keeps growing unless it is at least 0 and below 1) try {}",
                    name, share, advice));
}

void check_epsilon(double epsilon, double advice) {
  if (!(epsilon > 0 && std::isfinite(epsilon)))
    throw InvalidArgument(fmt::format(
        "epsilon is {} (it is added to what the step is divided by) try {}", epsilon, advice));
}

void check_clip(const char* name, std::optional<double> limit) {
  if (limit && !(*limit > 0 && std::isfinite(*limit)))
    throw InvalidArgument(fmt::format(
        "clip.{} is {} (a gradient cut to that leads nowhere) give a positive number, or leave it "
        "unset",
        name, *limit));
}

/// Of a solver whose learning rate is given.
void check_steps(double learning_rate, const Schedule& schedule, const GradientClip& clip) {
  check_parameters(schedule);
  const auto* cosine = std::get_if<CosineSchedule>(&schedule);
  if (cosine != nullptr && cosine->floor > learning_rate)
    throw InvalidArgument(
        fmt::format("floor is {} (schedule cosine falls to it from the learning rate, {}) use 0",
                    cosine->floor, learning_rate));
  check_clip("value", clip.value);
  check_clip("norm", clip.norm);
}

void check(const GradientDescent& solver) {
  check_rate(solver.learning_rate.value_or(1.0), "leave it unset to have it estimated");
  check_memory("momentum", solver.momentum, 0.9);
  if (solver.nesterov && solver.momentum == 0)
    throw InvalidArgument(
        "nesterov is set but momentum is 0 (there is no velocity to look ahead along) give a "
        "momentum, 0.9 or so");
  if (!solver.learning_rate && !std::holds_alternative<ConstantSchedule>(solver.schedule))
    throw InvalidArgument(
        "schedule is set but learning_rate is not (the rate that gradient-descent estimates "
        "follows "
        "the curvature alone) give a learning_rate");
  constexpr double any = std::numeric_limits<double>::infinity();
  check_steps(solver.learning_rate.value_or(any), solver.schedule, solver.clip);
}

void check(const Adam& solver) {
  constexpr Adam defaults;
  check_rate(solver.learning_rate, "try 0.001");
  check_memory("beta1", solver.beta1, defaults.beta1);
  check_memory("beta2", solver.beta2, defaults.beta2);
  check_epsilon(solver.epsilon, defaults.epsilon);
  check_steps(solver.learning_rate, solver.schedule, solver.clip);
}

void check(const AdaGrad& solver) {
  check_rate(solver.learning_rate, "try 0.01");
  check_epsilon(solver.epsilon, AdaGrad{}.epsilon);
  check_steps(solver.learning_rate, solver.schedule, solver.clip);
}

void check(const RmsProp& solver) {
  check_rate(solver.learning_rate, "try 0.001");
  check_memory("decay", solver.decay, RmsProp{}.decay);
  check_epsilon(solver.epsilon, RmsProp{}.epsilon);
  check_steps(solver.learning_rate, solver.schedule, solver.clip);
}

void check(const Proximal& /*solver*/) {}

void check(const Lbfgs& solver) {
  if (solver.memory < 1)
    throw InvalidArgument(fmt::format(
        "memory is {} (lbfgs keeps at least 1 pair) use 5 to 20, or gradient-descent for none",
        solver.memory));
}

void check(const Newton&) {}
void check(const Gram&) {}

}  // namespace

namespace detail {

void check_solver(const Solver& solver) {
  std::visit([](const auto& options) { check(options); }, solver);
}

void check_first_order(const Solver& solver) {
  if (std::holds_alternative<Newton>(solver) || std::holds_alternative<Gram>(solver))
    throw InvalidArgument(
        fmt::format("solver {} cannot minimise a function (it needs the second derivatives of a "
                    "regression loss) use lbfgs",
                    solver_name(solver)));
}

void check_not_negative(const char* name, double value, const char* advice) {
  if (!(value >= 0 && std::isfinite(value)))
    throw InvalidArgument(
        fmt::format("{} is {} (it must be finite and not negative) {}", name, value, advice));
}

void check_rules(const StopRules& rules) {
  constexpr const char* advice = "use 0 to switch it off";
  check_not_negative("tolerance", rules.tolerance, advice);
  check_not_negative("objective_tolerance", rules.objective_tolerance, advice);
  check_not_negative("step_tolerance", rules.step_tolerance, advice);
  if (rules.max_iterations < 0)
    throw InvalidArgument(fmt::format(
        "max_iterations is {} (it cannot be negative) use 0 to evaluate the start alone",
        rules.max_iterations));
}

}  // namespace detail

std::string_view solver_name(const Solver& solver) {
  return std::visit(
      [](const auto& options) {
        return std::string_view(std::remove_cvref_t<decltype(options)>::name);
      },
      solver);
}

std::string_view stop_name(Stop stop) {
  switch (stop) {
    case Stop::gradient:
      return "gradient";
    case Stop::objective:
      return "objective";
    case Stop::step:
      return "step";
    case Stop::held_out:
      return "held-out";
    case Stop::max_iterations:
      return "max-iterations";
    case Stop::no_progress:
      return "no-progress";
    case Stop::diverged:
      return "diverged";
    case Stop::not_finite:
      return "not-finite";
    case Stop::interrupted:
      return "interrupted";
    case Stop::solved:
      return "solved";
    case Stop::separated:
      return "separated";
  }
  return "unknown";
}

}  // namespace batchgrad
