#include <batchgrad/error.hpp>
#include <batchgrad/expression.hpp>
#include <batchgrad/loss/softmax.hpp>
#include <batchgrad/model_file.hpp>

#include <array>
#include <fmt/format.h>
#include <set>

#include "json_reader.hpp"
#include "model_format.hpp"

namespace batchgrad {
namespace {

using detail::JsonReader;

void check_format(const JsonReader& root) {
  if (root.at("format").text() != model_format::name)
    root.at("format").fail(
        fmt::format("this is no model file (its format is not '{}')", model_format::name));
  if (const index_t version = root.at("version").count(); version != model_format::version)
    root.at("version").fail(
        fmt::format("the file has format version {} (this program reads version {}) use the "
                    "program that wrote it, or fit again",
                    version, model_format::version));
}

Loss read_loss(const JsonReader& loss) {
  try {
    return parse_loss(loss.text());
  } catch (const InvalidArgument& error) {
    loss.fail(error.what());
  }
}

std::string read_name(const JsonReader& name) {
  if (name.text().empty()) name.fail("the name of a column is empty");
  return name.text();
}

/// Sorted and without repetition, or the positions would not mean the same levels.
std::vector<std::string> read_levels(const JsonReader& levels) {
  std::vector<std::string> texts = levels.texts();
  if (texts.empty()) levels.fail("there are no levels");
  for (std::size_t i = 1; i < texts.size(); ++i)
    if (!(texts[i - 1] < texts[i]))
      levels.fail(fmt::format("the level '{}' is out of order (levels ascend by bytes)", texts[i]));
  return texts;
}

bool is_expression(const JsonReader& term) { return term.has("expression"); }

/// A column, or an expression together with the columns that it computes with.
void read_term(const JsonReader& term, std::string& text, std::vector<std::string>& arguments) {
  if (!is_expression(term)) {
    text = read_name(term.at("column"));
    return;
  }
  text = term.at("expression").text();
  arguments = term.at("columns").texts();
  if (arguments.empty()) term.at("columns").fail("there are no columns");
  index_t results = 0;
  try {
    results = Expression(text, arguments).results();
  } catch (const Error& error) {
    term.at("expression").fail(error.what());
  }
  if (results != 1)
    term.at("expression")
        .fail(fmt::format("there are {} results (a column is one number a row)", results));
}

/// A weight or offset: the bare name of a column, or an expression as above.
void read_short_term(const JsonReader& term, std::string& text,
                     std::vector<std::string>& arguments) {
  if (!term.is_object()) {
    text = read_name(term);
    return;
  }
  term.check_keys({"expression", "columns"});
  (void)term.at("expression");
  read_term(term, text, arguments);
}

std::vector<ColumnRules::Input> read_inputs(const JsonReader& inputs) {
  std::vector<ColumnRules::Input> result;
  std::set<std::string> columns;
  for (const JsonReader& input : inputs.elements()) {
    if (is_expression(input))
      input.check_keys({"expression", "columns"});
    else
      input.check_keys({"column", "levels"});
    ColumnRules::Input rule;
    read_term(input, rule.column, rule.arguments);
    if (!columns.insert(rule.column).second)
      input.at(is_expression(input) ? "expression" : "column")
          .fail(fmt::format("the column '{}' is there twice", rule.column));
    if (input.has("levels")) rule.levels = read_levels(input.at("levels"));
    result.push_back(std::move(rule));
  }
  if (result.empty()) inputs.fail("there are no columns");
  return result;
}

std::vector<std::string> read_classes(const JsonReader& classes) {
  std::vector<std::string> texts = classes.texts();
  const auto count = static_cast<index_t>(texts.size());
  if (count < 2 || count > SoftmaxLoss::most_classes)
    classes.fail(fmt::format("there are {} classes (a model has from 2 to {})", count,
                             SoftmaxLoss::most_classes));
  std::set<std::string> seen;
  for (const std::string& text : texts)
    if (!seen.insert(text).second) classes.fail(fmt::format("the class '{}' is there twice", text));
  return texts;
}

void read_target(const JsonReader& target, bool has_classes, Model& model) {
  if (is_expression(target))
    target.check_keys({"expression", "columns", "negative", "positive", "classes"});
  else
    target.check_keys({"column", "levels", "negative", "positive", "classes"});
  if (has_classes) model.classes = read_classes(target.at("classes"));
  if (has_classes != target.has("classes"))
    target.at("classes").fail(
        fmt::format("there are classes (only a model of loss '{}' has them)", SoftmaxLoss::name));
  read_term(target, model.rules.target, model.rules.target_arguments);
  if (target.has("levels")) model.rules.target_levels = read_levels(target.at("levels"));
  if (target.has("negative") || target.has("positive"))
    model.labels = BinaryLabels{target.at("negative").text(), target.at("positive").text()};
}

std::vector<double> read_coefficients(const JsonReader& coefficients, const ColumnRules& rules) {
  const std::vector<std::string> names = rules.feature_names();
  const auto members = coefficients.members();
  if (members.size() != names.size())
    coefficients.fail(fmt::format("there are {} coefficients (the inputs make {} features)",
                                  members.size(), names.size()));
  std::vector<double> result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (members[i].first != names[i])
      members[i].second.fail(
          fmt::format("expected the coefficient of '{}' here (coefficients "
                      "stand in the order of the inputs)",
                      names[i]));
    result.push_back(members[i].second.number());
  }
  return result;
}

/// Calls read(class's value) for each class, which have to be there in their order.
template <class Read>
void for_each_class(const JsonReader& object, const std::vector<std::string>& classes,
                    const Read& read) {
  const auto members = object.members();
  if (members.size() != classes.size())
    object.fail(fmt::format("there are {} members (expected one for each of {} classes)",
                            members.size(), classes.size()));
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (members[c].first != classes[c])
      members[c].second.fail(fmt::format(
          "expected the class '{}' here (classes stand in the order of the target's)", classes[c]));
    read(members[c].second);
  }
}

void read_parameters(const JsonReader& root, Model& model) {
  const JsonReader intercept = root.at("intercept");
  const JsonReader coefficients = root.at("coefficients");
  if (model.classes.empty()) {
    if (!intercept.is_null()) model.intercept = intercept.number();
    model.coefficients = read_coefficients(coefficients, model.rules);
    return;
  }
  if (!intercept.is_null())
    for_each_class(intercept, model.classes,
                   [&](const JsonReader& value) { model.intercepts.push_back(value.number()); });
  for_each_class(coefficients, model.classes, [&](const JsonReader& of_class) {
    for (const double value : read_coefficients(of_class, model.rules))
      model.coefficients.push_back(value);
  });
}

Stop read_stop(const JsonReader& stop) {
  for (const Stop candidate :
       {Stop::gradient, Stop::objective, Stop::held_out, Stop::solved, Stop::max_iterations,
        Stop::no_progress, Stop::diverged, Stop::interrupted, Stop::separated})
    if (stop_name(candidate) == stop.text()) return candidate;
  stop.fail(fmt::format("'{}' is no reason to stop that is known", stop.text()));
}

FitSummary read_fit(const JsonReader& fit) {
  fit.check_keys({"samples", "dropped_rows", "iterations", "evaluations", "objective",
                  "gradient_norm", "stop", "solver", "device"});
  FitSummary summary;
  summary.samples = fit.at("samples").count();
  summary.dropped_rows = fit.at("dropped_rows").count();
  summary.iterations = fit.at("iterations").count();
  summary.evaluations = fit.at("evaluations").count();
  summary.objective = fit.at("objective").number();
  summary.gradient_norm = fit.at("gradient_norm").number();
  summary.stop = read_stop(fit.at("stop"));
  summary.solver = fit.at("solver").text();
  summary.device = fit.at("device").text();
  return summary;
}

}  // namespace

Model read_model(const std::string& path) {
  const JsonReader::Json document = detail::parse_json_file(path);
  const JsonReader root(document, path);
  check_format(root);
  root.check_keys({"format", "version", "library", "loss", "intercept", "coefficients", "inputs",
                   "target", "weight", "offset", "libsvm_features", "header", "missing_texts",
                   "fit"});
  (void)root.at("library").text();
  Model model;
  const bool has_classes = root.at("loss").text() == SoftmaxLoss::name;
  if (!has_classes) model.loss = read_loss(root.at("loss"));
  model.rules.inputs = read_inputs(root.at("inputs"));
  read_target(root.at("target"), has_classes, model);
  ColumnRules& rules = model.rules;
  if (root.has("weight")) read_short_term(root.at("weight"), rules.weight, rules.weight_arguments);
  if (root.has("offset")) read_short_term(root.at("offset"), rules.offset, rules.offset_arguments);
  if (root.has("libsvm_features")) rules.libsvm_features = root.at("libsvm_features").count();
  model.rules.missing_texts = root.at("missing_texts").texts();
  model.header = root.at("header").boolean() ? Header::present : Header::absent;
  read_parameters(root, model);
  model.fit = read_fit(root.at("fit"));
  return model;
}

}  // namespace batchgrad
