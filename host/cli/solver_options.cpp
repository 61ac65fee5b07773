#include "solver_options.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <limits>
#include <string>

#include "arguments.hpp"
#include "common.hpp"

namespace batchgrad::cli {
namespace {

using enum SolverChoice;
using End = NumberBetween::End;

struct NamedSolver {
  const char* name;
  SolverChoice choice;
  bool is_for_fits_alone = false;
};
constexpr NamedSolver named_solvers[] = {{"auto", automatic},
                                         {Lbfgs::name, lbfgs},
                                         {GradientDescent::name, gradient_descent},
                                         {Adam::name, adam},
                                         {AdaGrad::name, adagrad},
                                         {RmsProp::name, rmsprop},
                                         {Proximal::name, proximal},
                                         {Newton::name, newton, true},
                                         {Gram::name, gram, true}};

std::string solver_names(SolversOf command) {
  std::string names;
  for (const NamedSolver& solver : named_solvers)
    if (command == SolversOf::fit || !solver.is_for_fits_alone)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", solver.name);
  return names;
}

SolverChoice parse_solver(const std::string& text, SolversOf command) {
  const std::string name = hyphenated(text);
  for (const NamedSolver& solver : named_solvers) {
    if (name != solver.name) continue;
    if (command == SolversOf::minimize && solver.is_for_fits_alone)
      throw InvalidArgument(fmt::format(
          "solver '{}' is for fits (it needs the second derivatives of a regression loss) choose "
          "one of: {}",
          text, solver_names(command)));
    return solver.choice;
  }
  throw InvalidArgument(
      fmt::format("there is no solver '{}' choose one of: {}", text, solver_names(command)));
}

constexpr const char* help_of_auto(SolversOf command) {
  return command == SolversOf::minimize
             ? "lbfgs"
             : "proximal with --l1, gram for the squared loss of up to 512 features, newton for "
               "other smooth losses of up to 64, else lbfgs; the choice and its reason are a note";
}

Schedule parse_schedule_option(const std::string& text) { return parse_schedule(text); }

GradientDescent make_gradient_descent(const SolverArguments& arguments) {
  GradientDescent solver;
  solver.learning_rate = arguments.learning_rate;
  solver.momentum = arguments.momentum.value_or(solver.momentum);
  solver.nesterov = arguments.nesterov;
  solver.schedule = arguments.schedule.value_or(solver.schedule);
  solver.clip = arguments.clip;
  return solver;
}

/// What adam, adagrad and rmsprop have in common.
template <class Scaled>
Scaled make_scaled(const SolverArguments& arguments) {
  Scaled solver;
  solver.learning_rate = arguments.learning_rate.value_or(solver.learning_rate);
  solver.epsilon = arguments.epsilon.value_or(solver.epsilon);
  solver.schedule = arguments.schedule.value_or(solver.schedule);
  solver.clip = arguments.clip;
  return solver;
}

Adam make_adam(const SolverArguments& arguments) {
  auto solver = make_scaled<Adam>(arguments);
  solver.beta1 = arguments.beta1.value_or(solver.beta1);
  solver.beta2 = arguments.beta2.value_or(solver.beta2);
  return solver;
}

RmsProp make_rmsprop(const SolverArguments& arguments) {
  auto solver = make_scaled<RmsProp>(arguments);
  solver.decay = arguments.decay.value_or(solver.decay);
  return solver;
}

/// The rate may be a default.
void check_floor(const SolverArguments& arguments) {
  const auto* cosine = std::get_if<CosineSchedule>(&*arguments.schedule);
  if (cosine == nullptr) return;
  const double rate = std::visit(
      [](const auto& solver) {
        if constexpr (requires { solver.learning_rate; })
          return std::optional<double>(solver.learning_rate).value_or(0.0);
        else
          return 0.0;
      },
      make_solver(arguments));
  if (cosine->floor > rate)
    throw UsageError(
        fmt::format("--schedule: floor {} is above the learning rate, {} (cosine falls from one to "
                    "the other) lower it",
                    cosine->floor, rate));
}

}  // namespace

void add_solver_options(CLI::App& command, SolverArguments& arguments,
                        std::optional<index_t>& max_iterations, SolversOf solvers) {
  constexpr NumberBetween share{0, 1, End::closed, End::open};
  const auto add = [&](const char* name, auto& value, auto parse, const char* type,
                       const char* help) {
    return add_parsed(command, name, value, parse, help)->type_name(type)->group(solver_group);
  };
  const auto parse_this_solver = [solvers](const std::string& text) {
    return parse_solver(text, solvers);
  };
  add("--solver", arguments.choice, parse_this_solver, "SOLVER",
      fmt::format("One of {}. Default: auto, which is {}", solver_names(solvers),
                  help_of_auto(solvers))
          .c_str());
  if (solvers == SolversOf::fit)
    command
        .add_flag("--extended-precision", arguments.extended_precision,
                  "Of gram: sum and solve the normal equations in twice the precision even where "
                  "their condition does not ask for it")
        ->group(solver_group);
  add("--learning-rate", arguments.learning_rate, positive, "NUMBER",
      "Of gradient-descent: the step per unit of gradient. Default: from the curvature. Of adam, "
      "rmsprop, adagrad: about the length of a step, of adagrad of the first. Defaults: 0.001, "
      "0.001, 0.01");
  add("--schedule", arguments.schedule, parse_schedule_option, "SCHEDULE",
      "How the learning rate falls with the iterations t: constant; inverse:decay=0.01, rate / (1 "
      "+ "
      "decay t); step:factor=0.5,every=100; exponential:decay=0.01, rate exp(-decay t); "
      "cosine:floor=0, half a wave over --max-iterations. With --batch-size t counts epochs. "
      "Default: constant");
  add("--clip-value", arguments.clip.value, positive, "NUMBER",
      "Of gradient-descent, adam, adagrad, rmsprop: cut each component of the gradient to +-NUMBER "
      "before a step. Default: never");
  add("--clip-norm", arguments.clip.norm, positive, "NUMBER",
      "Of the same: shorten the gradient to the length NUMBER, after --clip-value. Default: never");
  CLI::Option* momentum =
      add("--momentum", arguments.momentum, share, "NUMBER",
          "Of gradient-descent: the share of a step that the next one keeps. Default: 0");
  command
      .add_flag("--nesterov", arguments.nesterov,
                "Of gradient-descent: momentum that looks ahead, Nesterov's")
      ->group(solver_group)
      ->needs(momentum);
  add("--beta1", arguments.beta1, share, "NUMBER",
      "Of adam: the share of the mean gradient that a step keeps. Default: 0.9");
  add("--beta2", arguments.beta2, share, "NUMBER",
      "Of adam: the share of the mean square that a step keeps. Default: 0.999");
  add("--decay", arguments.decay, share, "NUMBER",
      "Of rmsprop: the share of the mean square that a step keeps. Default: 0.9");
  add("--epsilon", arguments.epsilon, positive, "NUMBER",
      "Of adam, rmsprop, adagrad: the gradient below which steps become shorter. Defaults: 1e-8, "
      "1e-8, 1e-10");
  add("--memory", arguments.memory, CountBetween{1, 1000}, "N",
      "Of lbfgs: how many past steps it remembers. Default: 20");
  add("--max-iterations", max_iterations, CountBetween{0, std::numeric_limits<index_t>::max()}, "N",
      "Stop after so many iterations; 0 evaluates the start alone. Default: 1000");
}

void check_solver_arguments(const SolverArguments& arguments) {
  const auto refuse_unless = [&](bool given, const char* option,
                                 std::initializer_list<SolverChoice> owners, const char* names) {
    const bool fits = std::find(owners.begin(), owners.end(), arguments.choice) != owners.end();
    if (given && !fits)
      throw UsageError(
          fmt::format("{} needs --solver {} (no other solver has one)", option, names));
  };
  const std::initializer_list<SolverChoice> with_rate = {gradient_descent, adam, adagrad, rmsprop};
  constexpr const char* with_rate_names = "gradient-descent, adam, adagrad or rmsprop";
  refuse_unless(arguments.learning_rate.has_value(), "--learning-rate", with_rate, with_rate_names);
  refuse_unless(arguments.schedule.has_value(), "--schedule", with_rate, with_rate_names);
  refuse_unless(arguments.clip.value.has_value(), "--clip-value", with_rate, with_rate_names);
  refuse_unless(arguments.clip.norm.has_value(), "--clip-norm", with_rate, with_rate_names);
  refuse_unless(arguments.momentum.has_value(), "--momentum", {gradient_descent},
                "gradient-descent");
  refuse_unless(arguments.beta1.has_value(), "--beta1", {adam}, "adam");
  refuse_unless(arguments.beta2.has_value(), "--beta2", {adam}, "adam");
  refuse_unless(arguments.decay.has_value(), "--decay", {rmsprop}, "rmsprop");
  refuse_unless(arguments.epsilon.has_value(), "--epsilon", {adam, adagrad, rmsprop},
                "adam, adagrad or rmsprop");
  refuse_unless(arguments.memory.has_value(), "--memory", {lbfgs}, "lbfgs");
  refuse_unless(arguments.extended_precision, "--extended-precision", {gram}, "gram");
  if (arguments.nesterov && arguments.momentum == 0.0)
    throw UsageError(
        "--nesterov makes no sense with --momentum 0 (there is no velocity to look ahead along) "
        "try 0.9");
  if (!arguments.schedule) return;
  const bool is_constant = std::holds_alternative<ConstantSchedule>(*arguments.schedule);
  if (!is_constant && arguments.choice == gradient_descent && !arguments.learning_rate)
    throw UsageError(
        "--schedule needs --learning-rate (without one gradient-descent follows the curvature)");
  check_floor(arguments);
}

Solver make_solver(const SolverArguments& arguments) {
  if (arguments.choice == gradient_descent) return make_gradient_descent(arguments);
  if (arguments.choice == adam) return make_adam(arguments);
  if (arguments.choice == adagrad) return make_scaled<AdaGrad>(arguments);
  if (arguments.choice == rmsprop) return make_rmsprop(arguments);
  if (arguments.choice == proximal) return Proximal{};
  if (arguments.choice == newton) return Newton{};
  if (arguments.choice == gram)
    return Gram{arguments.extended_precision ? Precision::extended : Precision::automatic, {}};
  Lbfgs solver;
  solver.memory = arguments.memory.value_or(solver.memory);
  return solver;
}

}  // namespace batchgrad::cli
