#include <batchgrad/error.hpp>
#include <batchgrad/expression.hpp>
#include <batchgrad/loss/softmax.hpp>
#include <batchgrad/model_file.hpp>
#include <batchgrad/text_writer.hpp>
#include <batchgrad/version.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <set>

#include "model_format.hpp"

namespace batchgrad {
namespace {

using Json = nlohmann::ordered_json;

double finite(double value, const std::string& name) {
  if (std::isfinite(value)) return value;
  throw InvalidArgument(fmt::format(
      "{} is {} (a model file holds finite numbers only) fit again with a smaller learning rate, "
      "or look for extreme values in the data",
      name, value));
}

/// The coefficients from `values` on, by the features' names.
Json coefficients_json(const std::vector<std::string>& names, const double* values) {
  Json object = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (object.contains(names[i]))
      throw InvalidArgument(
          fmt::format("two features are called '{}' (the model file tells them "
                      "apart by name) rename a column",
                      names[i]));
    object[names[i]] = finite(values[i], fmt::format("coefficient '{}'", names[i]));
  }
  return object;
}

Json coefficients_json(const Model& model) {
  const std::vector<std::string> names = model.rules.feature_names();
  const std::size_t blocks = std::max<std::size_t>(model.classes.size(), 1);
  if (blocks * names.size() != model.coefficients.size())
    throw InvalidArgument(
        fmt::format("the model has {} coefficients (its column rules make {} features{})",
                    model.coefficients.size(), names.size(),
                    model.classes.empty() ? "" : fmt::format(" for each of {} classes", blocks)));
  if (model.classes.empty()) return coefficients_json(names, model.coefficients.data());
  Json object = Json::object();
  for (std::size_t c = 0; c < blocks; ++c)
    object[model.classes[c]] =
        coefficients_json(names, model.coefficients.data() + c * names.size());
  return object;
}

Json intercept_json(const Model& model) {
  if (model.classes.empty())
    return model.intercept ? Json(finite(*model.intercept, "the intercept")) : Json(nullptr);
  if (model.intercepts.empty()) return nullptr;
  Json object = Json::object();
  for (std::size_t c = 0; c < model.classes.size(); ++c)
    object[model.classes[c]] =
        finite(model.intercepts[c], fmt::format("the intercept of '{}'", model.classes[c]));
  return object;
}

void check_classes(const Model& model) {
  const std::size_t classes = model.classes.size();
  if (classes == 0) return;
  if (classes < 2 || std::set(model.classes.begin(), model.classes.end()).size() < classes)
    throw InvalidArgument(
        fmt::format("the model has {} classes (at least two, each of another name, are told apart) "
                    "name them anew",
                    classes));
  if (!model.intercepts.empty() && model.intercepts.size() != classes)
    throw InvalidArgument(
        fmt::format("the model has {} intercepts (expected {}: one for each class)",
                    model.intercepts.size(), classes));
}

/// {"column": name}, or {"expression": text, "columns": the columns in it}.
Json term_json(const std::string& text, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return {{"column", text}};
  index_t results = 0;
  try {
    results = Expression(text, arguments).results();
  } catch (const Error&) {
    // No result either.
  }
  if (results == 1) return {{"expression", text}, {"columns", arguments}};
  throw InvalidArgument(
      fmt::format("'{}' is no expression of {} with one result (the model file could not be read) "
                  "correct the column rules",
                  text, fmt::join(arguments, ", ")));
}

/// Models whose weight or offset is a column say just its name.
Json short_term_json(const std::string& text, const std::vector<std::string>& arguments) {
  return arguments.empty() ? Json(text) : term_json(text, arguments);
}

Json inputs_json(const ColumnRules& rules) {
  Json array = Json::array();
  for (const ColumnRules::Input& input : rules.inputs) {
    Json object = term_json(input.column, input.arguments);
    if (!input.levels.empty()) object["levels"] = input.levels;
    array.push_back(object);
  }
  return array;
}

Json target_json(const Model& model) {
  Json object = term_json(model.rules.target, model.rules.target_arguments);
  if (!model.rules.target_levels.empty()) object["levels"] = model.rules.target_levels;
  if (model.labels) {
    object["negative"] = model.labels->negative;
    object["positive"] = model.labels->positive;
  }
  if (!model.classes.empty()) object["classes"] = model.classes;
  return object;
}

Json fit_json(const FitSummary& fit) {
  return {{"samples", fit.samples},
          {"dropped_rows", fit.dropped_rows},
          {"iterations", fit.iterations},
          {"evaluations", fit.evaluations},
          {"objective", finite(fit.objective, "the objective")},
          {"gradient_norm", finite(fit.gradient_norm, "the gradient norm")},
          {"stop", stop_name(fit.stop)},
          {"solver", fit.solver},
          {"device", fit.device}};
}

Json model_json(const Model& model) {
  check_classes(model);
  Json root;
  root["format"] = model_format::name;
  root["version"] = model_format::version;
  root["library"] = version();
  root["loss"] = model.classes.empty() ? loss_text(model.loss) : SoftmaxLoss::name;
  root["intercept"] = intercept_json(model);
  root["coefficients"] = coefficients_json(model);
  root["inputs"] = inputs_json(model.rules);
  root["target"] = target_json(model);
  const ColumnRules& rules = model.rules;
  if (!rules.weight.empty()) root["weight"] = short_term_json(rules.weight, rules.weight_arguments);
  if (!rules.offset.empty()) root["offset"] = short_term_json(rules.offset, rules.offset_arguments);
  if (rules.libsvm_features > 0) root["libsvm_features"] = rules.libsvm_features;
  root["header"] = model.header == Header::present;
  root["missing_texts"] = model.rules.missing_texts;
  root["fit"] = fit_json(model.fit);
  return root;
}

}  // namespace

void write_model(const std::string& path, const Model& model) {
  const Json root = model_json(model);
  std::string text;
  try {
    text = root.dump(2);
  } catch (const Json::type_error&) {
    throw InvalidArgument(
        "a column name or level is not UTF-8 (JSON cannot hold it) convert the data, as with "
        "iconv -f latin1 -t utf-8");
  }
  write_text(path, text + '\n');
}

}  // namespace batchgrad
