#include <batchgrad/error.hpp>
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

std::vector<ColumnRules::Input> read_inputs(const JsonReader& inputs) {
  std::vector<ColumnRules::Input> result;
  std::set<std::string> columns;
  for (const JsonReader& input : inputs.elements()) {
    input.check_keys({"column", "levels"});
    ColumnRules::Input rule;
    rule.column = read_name(input.at("column"));
    if (!columns.insert(rule.column).second)
      input.at("column").fail(fmt::format("the column '{}' is there twice", rule.column));
    if (input.has("levels")) rule.levels = read_levels(input.at("levels"));
    result.push_back(std::move(rule));
  }
  if (result.empty()) inputs.fail("there are no columns");
  return result;
}

void read_target(const JsonReader& target, Model& model) {
  target.check_keys({"column", "levels", "negative", "positive"});
  model.rules.target = read_name(target.at("column"));
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

Stop read_stop(const JsonReader& stop) {
  for (const Stop candidate : {Stop::gradient, Stop::objective, Stop::max_iterations,
                               Stop::no_progress, Stop::diverged, Stop::interrupted})
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
                   "target", "weight", "offset", "header", "missing_texts", "fit"});
  (void)root.at("library").text();
  Model model;
  model.loss = read_loss(root.at("loss"));
  if (!root.at("intercept").is_null()) model.intercept = root.at("intercept").number();
  model.rules.inputs = read_inputs(root.at("inputs"));
  read_target(root.at("target"), model);
  if (root.has("weight")) model.rules.weight = read_name(root.at("weight"));
  if (root.has("offset")) model.rules.offset = read_name(root.at("offset"));
  model.rules.missing_texts = root.at("missing_texts").texts();
  model.header = root.at("header").boolean() ? Header::present : Header::absent;
  model.coefficients = read_coefficients(root.at("coefficients"), model.rules);
  model.fit = read_fit(root.at("fit"));
  return model;
}

}  // namespace batchgrad
