#include "derivative_command.hpp"

#include <batchgrad/error.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "derivative_report.hpp"
#include "derivative_rows.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "row_writer.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

/// Some 8 MiB of results at once: enough for every core and device, little beside a program.
index_t block_rows(index_t columns) { return std::clamp<index_t>((1 << 20) / columns, 4, 65536); }

void check_options(const DerivativeCommand& command, const CommonOptions& common) {
  if (common.format && ends_with_npy(command.output))
    throw UsageError(
        fmt::format("--format does not go with -o {} (the name says .npy)", command.output));
  if (command.derivatives.native && !command.points.is_file())
    throw UsageError(
        "--native does not go with --at (the point is in float64, and so are its differences) "
        "leave it out");
  check_outputs({{"--points", command.points.path}}, {{"-o", command.output}});
}

void check_scalar(const DerivativeCommand& command, const PointSource& source) {
  if (command.derivatives.native && !source.is_float32())
    throw UsageError(
        fmt::format("--native makes no sense here (the numbers of {} are not float32 but float64, "
                    "and so are the differences) leave it out",
                    source.file()));
}

/// The columns of the output: those of the file, unless unwanted, then the results.
std::vector<ResultColumn> output_columns(const DerivativeCommand& command,
                                         const PointSource& source, const DerivativeRows& rows) {
  std::vector<ResultColumn> columns;
  if (!command.results_only)
    for (const std::string& name : source.names()) columns.push_back({name});
  const auto kept = static_cast<std::ptrdiff_t>(columns.size());
  for (const ResultColumn& result : rows.columns()) {
    const auto same = [&](const ResultColumn& column) { return column.name == result.name; };
    if (std::any_of(columns.begin(), columns.begin() + kept, same)) {
      if (!command.points.is_file())
        throw UsageError(
            fmt::format("the variable '{}' has the name of a result (the output would have two "
                        "such columns) call it otherwise, or add --results-only",
                        result.name));
      throw DataError({source.file()},
                      fmt::format("column '{}' has the name of a result (the output would have it "
                                  "twice) leave it out with --ignore {}, or the columns of the "
                                  "points with --results-only",
                                  result.name, result.name));
    }
    columns.push_back(result);
  }
  return columns;
}

bool is_finite(VectorView<const double> row, index_t count) {
  return std::all_of(row.begin(), row.begin() + count, [](double x) { return std::isfinite(x); });
}

struct Counts {
  index_t points = 0;
  index_t not_finite = 0;
};

void print_notes(const Counts& counts, const PointSource& source, const CommonOptions& common) {
  if (common.quiet) return;
  if (source.dropped_rows() > 0)
    print_message(
        "note", fmt::format("rows left out because a value is missing: {}", source.dropped_rows()));
  if (counts.not_finite > 0)
    print_message("note",
                  fmt::format("at {} of {} points a value or derivative is not finite (it is nan, "
                              "inf or -inf in the output; --errors shows the reason)",
                              counts.not_finite, counts.points));
}

/// Rows of the source in, rows of the writer out.
class Pipeline {
 public:
  Pipeline(const DerivativeCommand& command, const CommonOptions& common,
           const DerivativeOptions& options, PointSource& source, DerivativeRows& rows)
      : command_(command), common_(common), options_(options), source_(source), rows_(rows) {}

  Counts run() {
    const std::vector<ResultColumn> columns = output_columns(command_, source_, rows_);
    const auto width = static_cast<index_t>(columns.size());
    const index_t capacity = block_rows(width);
    std::vector<double> values;
    Progress progress(command_.name, "points", 0,
                      common_.quiet ? Progress::Show::no : Progress::Show::yes);
    Counts counts;
    // Only then is the output created: a file that cannot be read leaves none.
    std::unique_ptr<RowWriter> writer;
    while (source_.read(capacity, options_.bounds)) {
      stop_if_interrupted();
      const index_t count = source_.rows().rows();
      values.resize(static_cast<std::size_t>(count * width));
      fill({values.data(), count, width}, counts);
      if (!writer) writer = open_writer(columns);
      writer->rows({values.data(), count, width});
      progress.update(counts.points);
    }
    stop_if_interrupted();
    writer->commit();
    return counts;
  }

 private:
  [[nodiscard]] std::unique_ptr<RowWriter> open_writer(
      const std::vector<ResultColumn>& columns) const {
    return make_row_writer(command_.output, common_.format.value_or(Format::csv), columns,
                           source_.is_float32() ? NpyScalar::float32 : NpyScalar::float64);
  }

  void fill(MatrixView<double> block, Counts& counts) {
    const MatrixView<const double> rows = source_.rows();
    const index_t kept = command_.results_only ? 0 : rows.columns();
    for (index_t n = 0; n < rows.rows(); ++n)
      std::copy_n(rows.row(n).begin(), kept, block.row(n).begin());
    const MatrixView<double> results(block.data() + kept, block.rows(), block.columns() - kept,
                                     block.columns());
    rows_(source_.points(), results);
    counts.points += rows.rows();
    const index_t numbers = rows_.value_count() + rows_.derivative_count();
    for (index_t n = 0; n < rows.rows(); ++n)
      if (!is_finite(results.row(n), numbers)) ++counts.not_finite;
  }

  const DerivativeCommand& command_;
  const CommonOptions& common_;
  const DerivativeOptions& options_;
  PointSource& source_;
  DerivativeRows& rows_;
};

/// One point as text or JSON. Answers whether all is finite.
bool report_point(const DerivativeCommand& command, const CommonOptions& common,
                  const Expression& f, const DerivativeOptions& options, PointSource& source,
                  DerivativeRows& rows) {
  source.read(1, options.bounds);
  std::vector<double> row(static_cast<std::size_t>(rows.width()));
  rows(source.points(), {row.data(), 1, rows.width()});
  const PointReport report{f, options, command.errors ? Details::yes : Details::no,
                           source.points().row(0), row};
  write_text(command.output, common.format == Format::json ? report.json() : report.text());
  return is_finite(row, rows.value_count() + rows.derivative_count());
}

}  // namespace

void add_derivative_options(CLI::App& app, DerivativeCommand& command) {
  add_function_options(app, command.function);
  add_point_options(app, command.points);
  add_method_option(app, command.derivatives);
  add_difference_options(app, command.derivatives);
  app.add_flag("--native", command.derivatives.native,
               "Difference points of type float32 in float32. Default: in float64");
  app.add_flag("--errors", command.errors,
               "With each derivative an estimate of its error, its status, the step used and the "
               "slopes on the left and on the right");
  app.add_flag("--results-only", command.results_only,
               "Without the columns of the points in the output");
  app.add_option("-o,--output", command.output,
                 "Where to: a file, a .npy file by its name, or - for standard output, the default")
      ->type_name("FILE");
}

int run_derivatives(const DerivativeCommand& command, const CommonOptions& common) {
  check_options(command, common);
  const Expression f = read_function(command.function);
  const DerivativeOptions options = derivative_options(command.derivatives, f);
  PointSource source(command.points, f, common);
  check_scalar(command, source);
  Context context = open_point_context(command.points, common);
  DerivativeRows rows(
      context, f, options, command.errors ? Details::yes : Details::no,
      source.is_float32() ? DerivativeRows::Scalar::float32 : DerivativeRows::Scalar::float64);
  // Only now: large functions take long to prepare, and until here there is nothing to clean up.
  const DeferSignals deferred;
  const bool is_table =
      command.points.is_file() || common.format == Format::csv || ends_with_npy(command.output);
  if (!is_table) {
    if (command.results_only)
      throw UsageError("--results-only needs --points, --format csv or a .npy file");
    const bool finite = report_point(command, common, f, options, source, rows);
    stop_if_interrupted();
    return finite ? done : not_finite;
  }
  const Counts counts = Pipeline(command, common, options, source, rows).run();
  print_notes(counts, source, common);
  return command.points.is_file() || counts.not_finite == 0 ? done : not_finite;
}

}  // namespace batchgrad::cli
