#include <batchgrad/error.hpp>
#include <batchgrad/model_file.hpp>
#include <batchgrad/text_writer.hpp>
#include <batchgrad/version.hpp>

#include <cmath>
#include <fmt/format.h>
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

Json coefficients_json(const Model& model) {
  const std::vector<std::string> names = model.rules.feature_names();
  if (names.size() != model.coefficients.size())
    throw InvalidArgument(
        fmt::format("the model has {} coefficients (its column rules make {} features)",
                    model.coefficients.size(), names.size()));
  Json object = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (object.contains(names[i]))
      throw InvalidArgument(
          fmt::format("two features are called '{}' (the model file tells them "
                      "apart by name) rename a column",
                      names[i]));
    object[names[i]] = finite(model.coefficients[i], fmt::format("coefficient '{}'", names[i]));
  }
  return object;
}

Json inputs_json(const ColumnRules& rules) {
  Json array = Json::array();
  for (const ColumnRules::Input& input : rules.inputs) {
    Json object = {{"column", input.column}};
    if (!input.levels.empty()) object["levels"] = input.levels;
    array.push_back(object);
  }
  return array;
}

Json target_json(const Model& model) {
  Json object = {{"column", model.rules.target}};
  if (!model.rules.target_levels.empty()) object["levels"] = model.rules.target_levels;
  if (model.labels) {
    object["negative"] = model.labels->negative;
    object["positive"] = model.labels->positive;
  }
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
  Json root;
  root["format"] = model_format::name;
  root["version"] = model_format::version;
  root["library"] = version();
  root["loss"] = loss_text(model.loss);
  root["intercept"] = nullptr;
  if (model.intercept) root["intercept"] = finite(*model.intercept, "the intercept");
  root["coefficients"] = coefficients_json(model);
  root["inputs"] = inputs_json(model.rules);
  root["target"] = target_json(model);
  if (!model.rules.weight.empty()) root["weight"] = model.rules.weight;
  if (!model.rules.offset.empty()) root["offset"] = model.rules.offset;
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
