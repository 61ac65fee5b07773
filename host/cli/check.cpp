#include <batchgrad/derivative_check.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/text_writer.hpp>

#include <fmt/format.h>
#include <limits>
#include <memory>

#include "arguments.hpp"
#include "check_report.hpp"
#include "commands.hpp"
#include "derivative_rows.hpp"
#include "paths.hpp"
#include "points.hpp"
#include "progress.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

struct CheckCommand {
  FunctionOptions function;
  PointOptions points;
  DerivativeArguments derivatives;
  CheckOptions check;
  std::string output = "-";
};

std::vector<Method> parse_methods(const std::string& text) {
  std::vector<Method> methods;
  for (const std::string& name : split_list(text)) methods.push_back(parse_method(name));
  return methods;
}

DerivativeCheck make_check(Context& context, const Expression& f,
                           const DerivativeOptions& derivatives, const CheckOptions& options) {
  try {
    return {context, f, derivatives, options};
  } catch (const InvalidArgument& error) {
    throw UsageError(error.what());
  }
}

int run(const CheckCommand& command, const CommonOptions& common) {
  if (common.format == Format::csv)
    throw UsageError(
        "--format csv does not go with check (it prints a report) choose text or json");
  check_outputs({{"--points", command.points.path}}, {{"-o", command.output}});
  const Expression f = read_function(command.function);
  const DerivativeOptions derivatives = derivative_options(command.derivatives, f);
  PointSource source(command.points, f, common);
  Context context = open_point_context(command.points, common);
  DerivativeCheck check = make_check(context, f, derivatives, command.check);
  const DeferSignals deferred;
  {
    Progress progress("check", "points", 0,
                      common.quiet ? Progress::Show::no : Progress::Show::yes);
    constexpr index_t capacity = 8192;
    while (source.read(capacity, derivatives.bounds)) {
      check(source.points());
      stop_if_interrupted();
      progress.update(check.report().points);
    }
  }
  if (source.dropped_rows() > 0 && !common.quiet)
    print_message(
        "note", fmt::format("rows left out because a value is missing: {}", source.dropped_rows()));
  const CheckSummary summary{f, command.check, check.report(), text_labels(f, derivatives)};
  write_text(command.output, common.format == Format::json ? summary.json() : summary.text());
  stop_if_interrupted();
  return check.report().disagreement_count() == 0 ? done : failed;
}

}  // namespace

Runner add_check(CLI::App& program, CommonOptions& common) {
  CLI::App* app = program.add_subcommand(
      "check", "Compare ways of differentiating a function, and explain where they disagree");
  const auto command = std::make_shared<CheckCommand>();
  add_function_options(*app, command->function);
  add_point_options(*app, command->points);
  add_quantity_options(*app, command->derivatives);
  app->add_flag_callback(
         "--hessian", [command] { command->derivatives.quantity = Quantity::hessian; },
         "All second derivatives")
      ->group("Which derivatives")
      ->excludes("--laplacian")
      ->excludes("--direction");
  constexpr const char* group = "How they are compared";
  const auto add = [&](const char* name, auto& value, auto parse, const char* type,
                       const char* help) {
    add_parsed(*app, name, value, parse, help)->type_name(type)->group(group);
  };
  add("--methods", command->check.methods, parse_methods, "LIST",
      "Two or more of the methods of gradient. Default: symbolic,forward-ad,adaptive");
  add("--rtol", command->check.relative_tolerance, not_negative, "NUMBER",
      "What may differ, as a share of the larger one. Default: 1e-6");
  add("--atol", command->check.absolute_tolerance, not_negative, "NUMBER",
      "What may differ in any case. Default: 1e-9");
  add("--worst", command->check.shown, CountBetween{0, std::numeric_limits<int>::max()}, "N",
      "How many disagreements are shown in detail. Default: 10");
  add_difference_options(*app, command->derivatives);
  app->add_option("-o,--output", command->output,
                  "Where to: a file, or - for standard output, the default")
      ->type_name("FILE");
  add_common_options(*app, common);
  app->footer(
      "Two methods agree where |a - b| <= atol + rtol max(|a|, |b|) + error(a) + error(b), with\n"
      "the estimated errors. A disagreement is a kink; cancellation in f; an ad-trap, where rules\n"
      "fail and a difference does not; a difference that does not vouch for itself; unexplained.\n"
      "The exit code is 1 where methods disagree.\n\n"
      "Examples:\n"
      "  batchgrad check 'x^2*y + y^3' --at x=2,y=3\n"
      "  batchgrad check 'sqrt(x^4)' --at x=0\n"
      "  batchgrad check 'f = x*y; [exp(f), max(x, f)]' --points points.csv --format json");
  return [command, &common] { return run(*command, common); };
}

}  // namespace batchgrad::cli
