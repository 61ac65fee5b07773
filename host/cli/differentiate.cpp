#include <batchgrad/error.hpp>
#include <batchgrad/table_stream.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "arguments.hpp"
#include "commands.hpp"
#include "data_options.hpp"
#include "differentiated_rows.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "row_writer.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

double parse_spacing(const std::string& text) {
  const double spacing = parse_number(text);
  if (spacing == 0)
    throw InvalidArgument("0 is no distance between samples; it may be negative, not 0");
  return spacing;
}

index_t parse_accuracy(const std::string& text) {
  const index_t accuracy = CountBetween{2, 8}(text);
  if (accuracy % 2 != 0)
    throw InvalidArgument(fmt::format("there is no accuracy {} choose 2, 4, 6 or 8", accuracy));
  return accuracy;
}

void check_options(const DifferentiateOptions& options, const CommonOptions& common) {
  if (!options.x.empty() && options.spacing)
    throw UsageError("--x and --spacing both say where the samples stand; leave one out");
  if (options.edge_order && (options.order != 1 || options.accuracy != 2))
    throw UsageError(
        fmt::format("--edge-order does not go with --order {} "
                    "--accuracy {} (the edges are as "
                    "accurate as the inside) leave it out",
                    options.order, options.accuracy));
  for (auto name = options.y.begin(); name != options.y.end(); ++name) {
    if (std::find(options.y.begin(), name, *name) != name)
      throw UsageError(fmt::format("--y names {} twice", *name));
    if (*name == options.x)
      throw UsageError(
          fmt::format("--x and --y both name {} (its derivative by itself is 1)", options.x));
  }
  if (common.format && ends_with_npy(options.output))
    throw UsageError(
        fmt::format("--format does not go with -o {} (the name says .npy)", options.output));
  check_outputs({{"FILE", options.path}}, {{"-o", options.output}});
}

/// The file's columns, then one derivative for each of --y.
std::vector<ResultColumn> result_columns(const TableStream& stream,
                                         const DifferentiateOptions& options) {
  std::vector<ResultColumn> columns;
  const std::vector<std::string> names = stream.names();
  columns.reserve(names.size() + options.y.size());
  for (const auto& name : names) columns.push_back({name});
  const std::string prefix = options.order == 1 ? "d" : fmt::format("d{}", options.order);
  for (const auto& name : options.y) {
    columns.push_back({fmt::format("{}_{}", prefix, name)});
    if (std::find(names.begin(), names.end(), columns.back().name) != names.end())
      throw DataError({stream.file()}, fmt::format("there is a column '{0}' already (the "
                                                   "derivative is called so) leave it out with "
                                                   "--ignore {0}",
                                                   columns.back().name));
  }
  return columns;
}

int run(const DifferentiateOptions& options, const CommonOptions& common) {
  check_options(options, common);
  ReadOptions read = read_options(options.data, common);
  read.while_waiting = stop_if_interrupted;
  TableStream stream(options.path, read, {.columns = {}, .ignore = options.ignore});
  const std::vector<ResultColumn> columns = result_columns(stream, options);
  Context context = open_context(common);
  DifferentiatedRows rows(stream, options, context);
  const DeferSignals deferred;
  Progress progress("differentiate", "rows", 0,
                    common.quiet ? Progress::Show::no : Progress::Show::yes);
  // Only with the first rows is the output created: a file that cannot be read
  // leaves none.
  std::unique_ptr<RowWriter> writer;
  for (auto block = rows.next(); !block.empty(); block = rows.next()) {
    stop_if_interrupted();
    if (!writer)
      writer = make_row_writer(options.output, common.format.value_or(Format::csv), columns,
                               NpyScalar::float64);
    writer->rows(block);
    progress.update(stream.rows_read());
  }
  stop_if_interrupted();
  writer->commit();
  if (common.quiet) return done;
  if (stream.dropped_rows() > 0)
    print_message(
        "note", fmt::format("rows left out because a value is missing: {}", stream.dropped_rows()));
  if (rows.not_finite() > 0)
    print_message("note", fmt::format("derivatives that are not finite (out of range): {}",
                                      rows.not_finite()));
  return done;
}

void add_derivative_options(CLI::App& command, DifferentiateOptions& options) {
  add_list(command, "--y", options.y, "The columns that are differentiated")
      ->type_name("COLUMNS")
      ->required();
  command.add_option("--x", options.x, "The column of coordinates; its rows rise or fall")
      ->type_name("COLUMN");
  add_parsed(command, "--spacing", options.spacing, parse_spacing,
             "The distance between rows that are evenly spaced. Default: 1")
      ->type_name("H");
  add_parsed(command, "--order", options.order, CountBetween{1, 8},
             "Order of the derivative, 1 to 8. Default: 1")
      ->type_name("M");
  add_parsed(command, "--accuracy", options.accuracy, parse_accuracy,
             "How the error falls with the spacing: as its power of 2, 4, 6 or "
             "8. Default: 2")
      ->type_name("N");
  add_parsed(command, "--edge-order", options.edge_order, CountBetween{1, 2},
             "Accuracy in the first and last row, as numpy.gradient's "
             "edge_order: 1 is the slope to "
             "the neighbour. Default: 2")
      ->type_name("1|2");
}

}  // namespace

Runner add_differentiate(CLI::App& program, CommonOptions& common) {
  CLI::App* command = program.add_subcommand("differentiate", "Differentiate columns of samples");
  const auto options = std::make_shared<DifferentiateOptions>();
  command
      ->add_option("FILE", options->path,
                   "CSV, TSV or .npy file, also gzipped; - for standard input")
      ->type_name("")
      ->required();
  add_derivative_options(*command, *options);
  add_list(*command, "--ignore", options->ignore, "Columns that are not read, as those of text")
      ->type_name("COLUMNS");
  command
      ->add_option("-o,--output", options->output,
                   "Where to: a CSV file, a .npy file by its name, or - for "
                   "standard output, the "
                   "default")
      ->type_name("FILE");
  add_data_options(*command, options->data, DataCommand::points);
  add_common_options(*command, common);
  command->footer(
      "Writes the columns of the file, then d_y for each of --y (d2_y for "
      "--order 2). With\n"
      "--accuracy 2 the results are those of numpy.gradient, whose edge_order "
      "is 1 by default.\n"
      "Near the ends of the file the rows used lie more on one side; the "
      "accuracy is the same.\n"
      "The memory needed does not grow with the number of rows.\n\n"
      "Examples:\n"
      "  batchgrad differentiate track.csv --y position --x time -o speed.csv\n"
      "  batchgrad differentiate signal.csv --y a,b --spacing 0.001 --order 2 "
      "--accuracy 4");
  return [options, &common] { return run(*options, common); };
}

}  // namespace batchgrad::cli
