#include <batchgrad/classes.hpp>
#include <batchgrad/core/elementary.hpp>
#include <batchgrad/dataset.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/model_file.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <utility>

#include "arguments.hpp"
#include "commands.hpp"
#include "data_options.hpp"
#include "paths.hpp"
#include "prediction_writer.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

struct PredictOptions {
  std::string model;
  std::string path;
  std::string output = "-";
  bool no_offset = false;
  bool probabilities = false;
  bool classes = false;
  std::vector<std::string> ids;
  DataOptions data;
};

OutputColumn line_column(const Dataset<double>& dataset) {
  OutputColumn column{.name = "line", .values = {}, .group = "lines"};
  for (index_t m = 0; m < dataset.count(); ++m)
    column.values.push_back(static_cast<double>(dataset.position(m).line));
  return column;
}

std::vector<OutputColumn> id_columns(const Table& kept) {
  std::vector<OutputColumn> columns;
  for (const Column& column : kept.columns())
    columns.push_back({column.name, kept.column(column.name), column.levels, "ids", column.name});
  return columns;
}

std::vector<double> linear_predictions(const Model& model, const Dataset<double>& dataset) {
  std::vector<double> values(static_cast<std::size_t>(dataset.count()));
  predict<double>(dataset.features(), model.coefficients, model.intercept.value_or(0.0),
                  dataset.offset(), values);
  return values;
}

/// The class of each sample, and a column of probabilities for each class.
std::vector<OutputColumn> class_columns(const PredictOptions& options, const Model& model,
                                        const Dataset<double>& dataset) {
  const auto classes = static_cast<index_t>(model.classes.size());
  const auto rows = static_cast<std::size_t>(dataset.count());
  const MatrixView<const double> coefficients(model.coefficients.data(), classes,
                                              dataset.feature_count());
  std::vector<double> intercepts = model.intercepts;
  intercepts.resize(model.classes.size());
  std::vector<OutputColumn> columns;
  if (options.classes || !options.probabilities) {
    std::vector<index_t> numbers(rows);
    predict_classes<double>(dataset.features(), coefficients, intercepts, numbers);
    columns.push_back({"prediction", std::vector<double>(numbers.begin(), numbers.end()),
                       model.classes, "predictions"});
  }
  if (!options.probabilities) return columns;
  std::vector<double> values(rows * model.classes.size());
  predict_probabilities<double>(dataset.features(), coefficients, intercepts,
                                {values.data(), dataset.count(), classes});
  for (std::size_t c = 0; c < model.classes.size(); ++c) {
    OutputColumn column{.name = "p_" + model.classes[c],
                        .values = std::vector<double>(rows),
                        .group = "probabilities",
                        .member = model.classes[c]};
    for (std::size_t m = 0; m < rows; ++m) column.values[m] = values[m * model.classes.size() + c];
    columns.push_back(std::move(column));
  }
  return columns;
}

/// What a model of one prediction says: itself, or of a logistic one label and probability.
std::vector<OutputColumn> prediction_columns(const PredictOptions& options, const Model& model,
                                             const Dataset<double>& dataset) {
  const std::vector<double> predictions = linear_predictions(model, dataset);
  if (!options.classes && !options.probabilities)
    return {{.name = "prediction", .values = predictions, .group = "predictions"}};
  std::vector<OutputColumn> columns;
  std::vector<double> values;
  if (options.classes) {
    for (const double log_odds : predictions) values.push_back(log_odds > 0 ? 1.0 : 0.0);
    columns.push_back({"prediction",
                       std::move(values),
                       {model.labels->negative, model.labels->positive},
                       "predictions"});
  }
  if (!options.probabilities) return columns;
  values.clear();
  for (const double log_odds : predictions) values.push_back(math::logistic(log_odds));
  OutputColumn column{.name = "probability", .values = std::move(values), .group = "probabilities"};
  if (model.labels) {
    column.name = "p_" + model.labels->positive;
    column.member = model.labels->positive;
  }
  columns.push_back(std::move(column));
  return columns;
}

/// Refuses what the model cannot say or the output not hold.
void check_wishes(const PredictOptions& options, const Model& model) {
  const bool has_classes = !model.classes.empty();
  const bool is_logistic = std::holds_alternative<LogisticLoss>(model.loss);
  if ((options.probabilities || options.classes) && !has_classes && !is_logistic)
    throw UsageError(fmt::format(
        "{} needs a model of loss logistic or softmax (the loss of {} is "
        "{}) leave it out",
        options.probabilities ? "--proba" : "--class", options.model, loss_name(model.loss)));
  if (options.classes && !has_classes && !model.labels)
    throw UsageError(
        fmt::format("--class makes no sense here (the targets of the model in {} were proportions, "
                    "which have no names) use --proba",
                    options.model));
  if (ends_with_npy(options.output) && (options.classes || (has_classes && !options.probabilities)))
    throw UsageError(
        fmt::format("classes are text (-o {} says .npy, which holds numbers) use "
                    "--proba, or write CSV",
                    options.output));
}

ReadOptions reading(const PredictOptions& options, const Model& model,
                    const CommonOptions& common) {
  ReadOptions read = read_options(options.data, common);
  read.header = options.data.header.value_or(model.header);
  return read;
}

int run(const PredictOptions& options, const CommonOptions& common) {
  require_host_device(common, "predict");
  if (common.format && ends_with_npy(options.output))
    throw UsageError(
        fmt::format("--format does not go with -o {} (the name says .npy)", options.output));
  check_outputs({{"MODEL", options.model}, {"DATA", options.path}}, {{"-o", options.output}});
  Model model = read_model(options.model);
  if (options.no_offset && model.rules.offset.empty())
    throw UsageError(
        fmt::format("--no-offset makes no sense here (the model in {} has no offset) "
                    "leave it out",
                    options.model));
  if (options.no_offset) {
    model.rules.offset.clear();
    model.rules.offset_arguments.clear();
  }
  check_wishes(options, model);
  const ReadOptions read = reading(options, model, common);
  const auto [dataset, kept] =
      read_dataset_keeping<double>(options.path, model.rules, options.ids, read);
  const DeferSignals deferred;
  std::vector<OutputColumn> columns;
  const auto add = [&](std::vector<OutputColumn> more) {
    std::move(more.begin(), more.end(), std::back_inserter(columns));
  };
  if (read.missing == Missing::drop) columns.push_back(line_column(dataset));
  add(id_columns(kept));
  add(model.classes.empty() ? prediction_columns(options, model, dataset)
                            : class_columns(options, model, dataset));
  if (dataset.dropped_rows() > 0 && !common.quiet)
    print_message("note", fmt::format("rows left out because a value is missing: {}",
                                      dataset.dropped_rows()));
  write_predictions(options.output, columns, common);
  stop_if_interrupted();
  return done;
}

}  // namespace

Runner add_predict(CLI::App& program, CommonOptions& common) {
  CLI::App* command = program.add_subcommand("predict", "Predict with a model that fit saved");
  const auto options = std::make_shared<PredictOptions>();
  command->add_option("MODEL", options->model, "The file that fit -o wrote")
      ->type_name("")
      ->required();
  command
      ->add_option("DATA", options->path,
                   "CSV, TSV, .npy or libsvm file, also gzipped; - for standard input")
      ->type_name("")
      ->required();
  command
      ->add_option("-o,--output", options->output,
                   "Where to: a CSV file, a .npy file by its name, or - for standard output, the "
                   "default")
      ->type_name("FILE");
  command->add_flag("--no-offset", options->no_offset, "Predict without the offset of the fit");
  command->add_flag(
      "--class", options->classes,
      "Predict the most probable value of the target in place of x . w + b. The default "
      "for softmax models; of a logistic one the positive value where it has a "
      "probability above 0.5");
  command->add_flag("--proba", options->probabilities,
                    "Write probabilities: of a softmax model a column p_NAME for each value of the "
                    "target, of a logistic one p_NAME for the positive value ('probability' where "
                    "the targets were proportions)");
  add_list(*command, "--id", options->ids,
           "Columns of the data to keep in front of the predictions, as they are, a "
           "comma-separated list")
      ->type_name("COLUMNS");
  add_data_options(*command, options->data, DataCommand::predict);
  add_common_options(*command, common);
  command->footer(
      "A prediction is x . w + b + offset: for logistic models the log-odds of the positive "
      "value,\n"
      "for poisson, gamma and tweedie models the logarithm of the mean. A softmax model predicts\n"
      "the class, the value of the target that is most probable.\n"
      "Columns are found by their names, in any order; other columns are not looked at. What\n"
      "stands for a missing value, which columns are categorical and the expressions that make\n"
      "features and the offset are read from the model. A libsvm file may have fewer features\n"
      "than that of the fit, not more.\n"
      "The default format is csv; text prints bare numbers.\n\n"
      "Examples:\n"
      "  batchgrad predict model.json new.csv -o predictions.csv\n"
      "  batchgrad predict digits.json new.csv --id file --class --proba\n"
      "  zcat new.csv.gz | batchgrad predict model.json - --na drop");
  return [options, &common] { return run(*options, common); };
}

}  // namespace batchgrad::cli
