#include <batchgrad/error.hpp>
#include <batchgrad/minimize.hpp>
#include <batchgrad/minimize_trace.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <optional>

#include "arguments.hpp"
#include "commands.hpp"
#include "function_options.hpp"
#include "minimize_report.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "signals.hpp"
#include "solver_options.hpp"

namespace batchgrad::cli {
namespace {

struct MinimizeArguments {
  FunctionOptions function;
  std::optional<Assignments> start;
  std::optional<index_t> starts;
  std::optional<IntervalAssignments> box;
  std::optional<std::uint64_t> seed;
  SolverArguments solver;
  std::optional<index_t> max_iterations;
  std::optional<double> tolerance;
  double step_tolerance = 0;
  double objective_tolerance = 0;
  DerivativeArguments derivative;
  std::string trace;
  std::string output = "-";
};

void add_start_options(CLI::App& command, MinimizeArguments& arguments) {
  constexpr const char* group = "Where it starts";
  const auto add = [&](const char* name, auto& value, auto parse, const char* type,
                       const char* help) {
    return add_parsed(command, name, value, parse, help)->type_name(type)->group(group);
  };
  CLI::Option* start = add("--start", arguments.start, parse_assignments, "LIST",
                           "The point to start from, as x=10,y=-10: a number for every variable");
  CLI::Option* starts = add("--starts", arguments.starts, CountBetween{1, index_t{1} << 32}, "N",
                            "Start from so many points drawn from --box, all at once")
                            ->excludes(start);
  CLI::Option* box =
      add("--box", arguments.box, parse_intervals, "LIST",
          "Where --starts are drawn from, as x=-5:5,y=0:1. The searches may leave it")
          ->needs(starts);
  starts->needs(box);
  add("--seed", arguments.seed, parse_seed, "K",
      "Which starts; the same seed draws the same ones everywhere. Default: 1")
      ->needs(starts);
}

void add_limit_options(CLI::App& command, MinimizeArguments& arguments) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    add_parsed(command, name, value, not_negative, help)->type_name("NUMBER")->group(solver_group);
  };
  add("--tolerance", arguments.tolerance,
      "Converged when no slope is steeper than this; for tiny values a share of the largest slope "
      "on the way. 0: never. Default: 1e-9, by differences 1e-6");
  add("--step-tolerance", arguments.step_tolerance,
      "Also converged when an iteration moves no farther than this. Default: 0, never");
  add("--objective-tolerance", arguments.objective_tolerance,
      "Also converged when an iteration lowers the value by no more than this share of it. "
      "Default: 0, never");
}

void add_minimize_options(CLI::App& command, MinimizeArguments& arguments) {
  add_function_options(command, arguments.function);
  add_start_options(command, arguments);
  add_solver_options(command, arguments.solver, arguments.max_iterations, SolversOf::minimize);
  add_limit_options(command, arguments);
  add_method_option(command, arguments.derivative);
  add_step_options(command, arguments.derivative);
  command.add_option("--trace", arguments.trace, "Save a CSV line for each step of each start")
      ->type_name("FILE");
  command
      .add_option("-o,--output", arguments.output,
                  "Where the result goes; - is standard output, the default")
      ->type_name("FILE");
}

/// N x P, row by row.
std::vector<double> starting_points(const MinimizeArguments& arguments, const Expression& f) {
  if (arguments.start) return in_order_of_variables(f, "--start", *arguments.start);
  if (!arguments.starts)
    throw UsageError(
        "there is no start (a search begins somewhere) give --start x=0,... or --starts N with "
        "--box x=-1:1,...");
  const std::vector<Interval> box = in_order_of_variables(f, "--box", *arguments.box);
  for (std::size_t i = 0; i < box.size(); ++i)
    if (!std::isfinite(box[i].upper - box[i].lower))
      throw UsageError(
          fmt::format("--box: {} is from {} to {} (starts are drawn between two finite ends) "
                      "give both",
                      f.variables()[i], box[i].lower, box[i].upper));
  return random_starts(box, *arguments.starts, arguments.seed.value_or(1));
}

MinimizeOptions minimize_options(const MinimizeArguments& arguments, const Expression& f) {
  MinimizeOptions options;
  options.solver = make_solver(arguments.solver);
  options.max_iterations = arguments.max_iterations.value_or(options.max_iterations);
  options.tolerance = arguments.tolerance;
  options.step_tolerance = arguments.step_tolerance;
  options.objective_tolerance = arguments.objective_tolerance;
  options.derivative = derivative_options(arguments.derivative, f);
  return options;
}

std::optional<MinimizeTrace> open_trace(const std::string& path, const Expression& f) {
  if (path.empty()) return std::nullopt;
  try {
    return MinimizeTrace(path, f.variables());
  } catch (const InvalidArgument& error) {
    throw UsageError(fmt::format("--trace: {}", error.what()));
  }
}

/// Steps are traced and shown as they come, and a signal stops them.
MinimizeResult run_minimize(Context& context, const Expression& f,
                            const std::vector<double>& starts, MinimizeOptions options,
                            std::optional<MinimizeTrace>& trace, const CommonOptions& common) {
  constexpr index_t steps_per_update = 256;
  Progress progress("minimize", "steps", 0,
                    common.quiet ? Progress::Show::no : Progress::Show::yes);
  index_t steps = 0;
  double lowest = std::numeric_limits<double>::infinity();
  options.observer = [&](const MinimizeStep& step) {
    if (trace) trace->write(step);
    lowest = std::fmin(lowest, step.value);
    if (++steps % steps_per_update == 0)
      progress.update(steps, fmt::format("lowest value {:.6g}", lowest));
    return pending_signal() == 0 ? Continue::yes : Continue::no;
  };
  const auto parameters = static_cast<index_t>(f.variables().size());
  const MatrixView<const double> points(
      starts.data(), static_cast<index_t>(starts.size()) / parameters, parameters);
  try {
    return minimize(context, f, points, options);
  } catch (const InvalidArgument& error) {
    throw UsageError(error.what());
  }
}

int exit_code(const StartResult& best) {
  if (const int signal = pending_signal()) return 128 + signal;
  if (best.converged()) return done;
  return best.stop == Stop::diverged || best.stop == Stop::not_finite ? not_finite : not_converged;
}

void check_arguments(const MinimizeArguments& arguments, const Expression& f, Format format) {
  check_solver_arguments(arguments.solver);
  if (f.results() != 1)
    throw UsageError(
        fmt::format("EXPR has {} results (only a single number has a minimum) give one of them, or "
                    "the sum of their squares",
                    f.results()));
  if (format == Format::csv) check_result_columns(f.variables());
  refuse_standard_output({"--trace", arguments.trace}, "the result may be printed there");
  check_outputs({}, {{"-o", arguments.output}, {"--trace", arguments.trace}});
}

int run(const MinimizeArguments& arguments, const CommonOptions& common) {
  const Format format = common.format.value_or(Format::text);
  const Expression f = read_function(arguments.function);
  check_arguments(arguments, f, format);
  const std::vector<double> starts = starting_points(arguments, f);
  const MinimizeOptions options = minimize_options(arguments, f);
  Context context = open_context(common);

  const DeferSignals deferred;
  std::optional<MinimizeTrace> trace = open_trace(arguments.trace, f);
  const MinimizeResult result = run_minimize(context, f, starts, options, trace, common);
  if (trace) trace->commit();
  const Method method = options.derivative.method;
  const MinimizeReport report{
      result,
      f.variables(),
      arguments.function.text,
      std::string(solver_name(options.solver)),
      std::string(method_name(method == Method::automatic ? Method::symbolic : method)),
      std::string(context.device()),
      arguments.starts.has_value()};
  write_minimum(arguments.output, report, format);
  const StartResult& best = result.best_start();
  if (!best.converged()) print_message("warning", minimize_stop_explanation(best.stop));
  return exit_code(best);
}

}  // namespace

Runner add_minimize(CLI::App& program, CommonOptions& common) {
  CLI::App* command = program.add_subcommand(
      "minimize", "Search the minimum of a function, from one start or from thousands at once");
  const auto arguments = std::make_shared<MinimizeArguments>();
  add_minimize_options(*command, *arguments);
  add_common_options(*command, common);
  command->footer(
      "With --learning-rate, gradient-descent takes exactly the steps of the textbook:\n"
      "  x <- x - rate * gradient\n"
      "The result is printed whether or not it converged; the exit code tells. With --starts it "
      "is\n"
      "the lowest of all; csv and json also have each of them.\n\n"
      "Examples:\n"
      "  batchgrad minimize '(x-1)^2 + (y-2)^2' --start x=0,y=0\n"
      "  batchgrad minimize 'x^2 + y^2' --start x=10,y=-10 --solver gradient-descent \\\n"
      "      --learning-rate 0.1 --max-iterations 50 --tolerance 0 --trace steps.csv\n"
      "  batchgrad minimize '100*(y-x^2)^2 + (1-x)^2' --starts 1000 --box x=-5:5,y=-5:5");
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace batchgrad::cli
