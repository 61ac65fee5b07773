#include <batchgrad/error.hpp>
#include <batchgrad/expression.hpp>
#include <batchgrad/text_writer.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>

#include "arguments.hpp"
#include "commands.hpp"
#include "function_options.hpp"
#include "json_text.hpp"
#include "paths.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

struct DeriveOptions {
  FunctionOptions function;
  std::vector<std::string> by;
  std::optional<index_t> order;
  bool expand = false;
  std::string output = "-";
};

/// A derivative and the variables by which it was taken, one after the other.
struct Derivative {
  std::vector<std::string> by;
  Expression f;

  /// "d2/dxdy", "d2/dx2".
  [[nodiscard]] std::string label() const {
    const std::string power = by.size() == 1 ? "" : fmt::format("{}", by.size());
    const bool is_pure = by.front() == by.back() && by.size() > 1;
    return is_pure ? fmt::format("d{}/d{}{}", power, by.front(), power)
                   : fmt::format("d{}/d{}", power, fmt::join(by, "d"));
  }
};

void check_options(const DeriveOptions& options, const CommonOptions& common) {
  require_host_device(common, "derive");
  if (common.threads) throw UsageError("--threads does not go with derive (it uses one)");
  if (common.format == Format::csv)
    throw UsageError(
        "--format csv does not go with derive (its result is text) choose text or json");
  if (options.order && options.by.size() > 1)
    throw UsageError(
        "--order does not go with several variables (each is differentiated by once) repeat a "
        "variable, as in --with-respect-to x,x,y");
  check_outputs({}, {{"-o", options.output}});
}

Derivative differentiate(const Expression& f, std::vector<std::string> by) {
  Expression derivative = f;
  for (const std::string& variable : by) derivative = derivative.derivative(variable);
  return {std::move(by), std::move(derivative)};
}

std::vector<Derivative> derivatives(const Expression& f, const DeriveOptions& options) {
  try {
    for (const std::string& variable : options.by) (void)f.variable(variable);
  } catch (const InvalidArgument& error) {
    throw UsageError(fmt::format("--with-respect-to: {}", error.what()));
  }
  if (options.by.size() > 1) return {differentiate(f, options.by)};
  const auto order = static_cast<std::size_t>(options.order.value_or(1));
  std::vector<Derivative> result;
  for (const std::string& variable : options.by.empty() ? f.variables() : options.by) {
    result.push_back(differentiate(f, std::vector<std::string>(order, variable)));
  }
  return result;
}

std::string text_of(const Expression& f, const DeriveOptions& options) {
  return options.expand ? f.expanded().text() : f.text();
}

/// What is asked for by name stands alone, so that it can be used as an expression again.
std::string derive_text(const std::vector<Derivative>& list, const DeriveOptions& options) {
  if (!options.by.empty()) return text_of(list.front().f, options) + '\n';
  std::string text;
  for (const Derivative& derivative : list)
    text += fmt::format("{} = {}\n", derivative.label(), text_of(derivative.f, options));
  return text;
}

Json json_of(const Expression& f, const DeriveOptions& options) {
  if (f.results() == 1) return text_of(f, options);
  Json array = Json::array();
  for (index_t q = 0; q < f.results(); ++q) array.push_back(text_of(f.result(q), options));
  return array;
}

std::string derive_json(const Expression& f, const std::vector<Derivative>& list,
                        const DeriveOptions& options) {
  Json root;
  root["expression"] = json_of(f, options);
  root["derivatives"] = Json::object();
  for (const Derivative& derivative : list)
    root["derivatives"][fmt::format("{}", fmt::join(derivative.by, ","))] =
        json_of(derivative.f, options);
  return json_text(root);
}

int run(const DeriveOptions& options, const CommonOptions& common) {
  check_options(options, common);
  const Expression f = read_function(options.function);
  std::vector<Derivative> list;
  const bool itself = options.order == 0;
  if (!itself) list = derivatives(f, options);
  std::string text;
  if (common.format == Format::json)
    text = derive_json(f, list, options);
  else
    text = itself ? text_of(f, options) + '\n' : derive_text(list, options);
  const DeferSignals deferred;  // only now: until here there is nothing to clean up
  write_text(options.output, text);
  stop_if_interrupted();
  return done;
}

}  // namespace

Runner add_derive(CLI::App& program, CommonOptions& common) {
  CLI::App* app = program.add_subcommand("derive", "Derivatives of a function as text");
  const auto options = std::make_shared<DeriveOptions>();
  add_function_options(*app, options->function);
  add_list(*app, "--with-respect-to", options->by,
           "The variable, or several as x,y for the mixed derivative. Default: each variable in "
           "turn")
      ->type_name("NAMES");
  add_parsed(*app, "--order", options->order, CountBetween{0, 1000},
             "Of the derivative; 0 is the function itself, simplified. Default: 1")
      ->type_name("N");
  app->add_flag("--expand", options->expand,
                "Multiply out products and whole powers of sums: (2*x + 1)^2 is 4*x^2 + 4*x + 1");
  app->add_option("-o,--output", options->output,
                  "Where to: a file, or - for standard output, the default")
      ->type_name("FILE");
  add_common_options(*app, common);
  app->footer(
      "What is printed can be read again by every command that takes EXPR. With one derivative\n"
      "asked for by name, it is all that is printed. In JSON \"x,y\" is the mixed derivative.\n\n"
      "Examples:\n"
      "  batchgrad derive 'x^2*y + y^3'\n"
      "  batchgrad derive 'x^3 - 2*x^2 + 5' --with-respect-to x --order 2\n"
      "  batchgrad derive '(2*x + 1)^2' --order 0 --expand");
  return [options, &common] { return run(*options, common); };
}

}  // namespace batchgrad::cli
