#include <batchgrad/dataset.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/model_file.hpp>
#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <fmt/format.h>
#include <memory>

#include "commands.hpp"
#include "data_options.hpp"
#include "json_text.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

struct PredictOptions {
  std::string model;
  std::string path;
  std::string output = "-";
  bool no_offset = false;
  DataOptions data;
};

/// What the output holds; `lines` is empty unless rows may be missing from it.
struct Predictions {
  std::vector<double> values;
  std::vector<double> lines;
};

Predictions compute(const Model& model, const Dataset<double>& dataset, Missing missing) {
  Predictions predictions;
  predictions.values.resize(static_cast<std::size_t>(dataset.count()));
  predict<double>(dataset.features(), model.coefficients, model.intercept.value_or(0.0),
                  dataset.offset(), predictions.values);
  if (missing == Missing::error) return predictions;
  for (index_t m = 0; m < dataset.count(); ++m)
    predictions.lines.push_back(static_cast<double>(dataset.position(m).line));
  return predictions;
}

/// Calls write(row) for each prediction; a signal ends it and nothing is left behind.
void for_each_row(const Predictions& predictions, const CommonOptions& common, const auto& write) {
  constexpr std::size_t rows_per_look = 65536;
  const std::size_t rows = predictions.values.size();
  Progress progress("predict", "rows", static_cast<index_t>(rows),
                    common.quiet ? Progress::Show::no : Progress::Show::yes);
  for (std::size_t row = 0; row < rows; ++row) {
    if (row % rows_per_look == 0) {
      stop_if_interrupted();
      progress.update(static_cast<index_t>(row));
    }
    write(row);
  }
}

void write_npy_file(const std::string& path, const Predictions& predictions) {
  const auto rows = static_cast<index_t>(predictions.values.size());
  if (predictions.lines.empty()) {
    write_npy(path, MatrixView<const double>(predictions.values.data(), rows, 1));
    return;
  }
  std::vector<double> values;
  for (std::size_t row = 0; row < predictions.values.size(); ++row)
    values.insert(values.end(), {predictions.lines[row], predictions.values[row]});
  write_npy(path, MatrixView<const double>(values.data(), rows, 2));
}

/// CSV with a header; as text the same with neither header nor commas.
void write_rows(const std::string& path, const Predictions& predictions, Format format,
                const CommonOptions& common) {
  std::vector<std::string> names;
  if (format == Format::csv && !predictions.lines.empty()) names.emplace_back("line");
  if (format == Format::csv) names.emplace_back("prediction");
  CsvWriter writer(path, names, format == Format::csv ? ',' : ' ');
  for_each_row(predictions, common, [&](std::size_t row) {
    if (!predictions.lines.empty()) writer.number(predictions.lines[row]);
    writer.number(predictions.values[row]);
    writer.end_row();
  });
  writer.commit();
}

void write_json(const std::string& path, const Predictions& predictions,
                const CommonOptions& common) {
  TextWriter writer(path);
  const auto write_array = [&](const std::vector<double>& values) {
    for_each_row(predictions, common, [&](std::size_t row) {
      writer.write((row == 0 ? "" : ", ") + json_number(values[row]));
    });
  };
  writer.write(fmt::format("{{\n  \"samples\": {},\n", predictions.values.size()));
  if (!predictions.lines.empty()) {
    writer.write("  \"lines\": [");
    write_array(predictions.lines);
    writer.write("],\n");
  }
  writer.write("  \"predictions\": [");
  write_array(predictions.values);
  writer.write("]\n}\n");
  writer.commit();
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
  if (options.no_offset) model.rules.offset.clear();
  const ReadOptions read = reading(options, model, common);
  const auto dataset = read_dataset<double>(options.path, model.rules, read);
  const DeferSignals deferred;
  const Predictions predictions = compute(model, dataset, read.missing);
  if (dataset.dropped_rows() > 0 && !common.quiet)
    print_message("note", fmt::format("rows left out because a value is missing: {}",
                                      dataset.dropped_rows()));
  if (ends_with_npy(options.output))
    write_npy_file(options.output, predictions);
  else if (common.format == Format::json)
    write_json(options.output, predictions, common);
  else
    write_rows(options.output, predictions, common.format.value_or(Format::csv), common);
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
                   "CSV, TSV or .npy file, also gzipped; - for standard input")
      ->type_name("")
      ->required();
  command
      ->add_option("-o,--output", options->output,
                   "Where to: a CSV file, a .npy file by its name, or - for standard output, the "
                   "default")
      ->type_name("FILE");
  command->add_flag("--no-offset", options->no_offset,
                    "Predict without the offset column of the fit");
  add_data_options(*command, options->data, DataCommand::predict);
  add_common_options(*command, common);
  command->footer(
      "A prediction is x . w + b + offset: for logistic models the log-odds of the positive "
      "value.\n"
      "Columns are found by their names, in any order; other columns are not looked at. What\n"
      "stands for a missing value and which columns are categorical is read from the model.\n"
      "The default format is csv; text prints bare numbers.\n\n"
      "Examples:\n"
      "  batchgrad predict model.json new.csv -o predictions.csv\n"
      "  zcat new.csv.gz | batchgrad predict model.json - --na drop");
  return [options, &common] { return run(*options, common); };
}

}  // namespace batchgrad::cli
