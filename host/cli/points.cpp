#include "points.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arguments.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

void check_options(const PointOptions& options) {
  if (options.is_file() == !options.at.empty())
    throw UsageError(
        options.is_file()
            ? "--at and --points are both given decide on one"
            : "there is no point (where is the function to be looked at?) give --at x=2,y=3 or "
              "--points FILE");
  const DataOptions& data = options.data;
  const bool reads = data.format || data.delimiter || data.header || data.missing ||
                     !data.missing_texts.empty() || !options.ignore.empty();
  if (!options.is_file() && reads)
    throw UsageError(
        "options about reading a file do not go with --at (the point is on the command line) leave "
        "them out");
}

}  // namespace

void add_point_options(CLI::App& app, PointOptions& options) {
  constexpr const char* group = "Where";
  add_parsed(app, "--at", options.at, parse_assignments, "One point, as x=2,y=3")
      ->type_name("LIST")
      ->group(group);
  app.add_option(
         "--points", options.path,
         "Many: CSV, TSV, .npy or libsvm file, also gzipped; - for standard input. Columns are "
         "matched to the variables by name; a file without names has one for each, in "
         "order")
      ->type_name("FILE")
      ->group(group);
  add_list(app, "--ignore", options.ignore,
           "Columns of FILE to leave unread, such as those that are not numbers")
      ->type_name("COLUMNS")
      ->group(group);
  add_data_options(app, options.data, DataCommand::points);
}

PointSource::PointSource(const PointOptions& options, const Expression& f,
                         const CommonOptions& common)
    : variables_(f.variables()) {
  check_options(options);
  if (options.is_file()) {
    ReadOptions read = read_options(options.data, common);
    read.while_waiting = stop_if_interrupted;
    stream_.emplace(options.path, read, Selection{.columns = {}, .ignore = options.ignore});
    file_ = stream_->file();
    names_ = stream_->names();
    match_columns(f);
  } else {
    names_ = variables_;
    for (std::size_t i = 0; i < names_.size(); ++i) columns_.push_back(static_cast<index_t>(i));
    row_values_ = in_order_of_variables(f, "--at", options.at);
  }
}

bool PointSource::is_float32() const { return stream_ && stream_->is_float32(); }

/// Columns without names are called c1, c2, ...: a function may use these.
void PointSource::match_columns(const Expression& f) {
  const auto has_column = [&](const std::string& name) {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  };
  const bool by_name =
      stream_->has_names() || std::all_of(variables_.begin(), variables_.end(), has_column);
  if (!by_name && names_.size() != variables_.size())
    throw DataError({file_},
                    fmt::format("{} columns without names (the function has {} variables: {}) give "
                                "one column for each, or call variables c1, c2, ...",
                                names_.size(), variables_.size(), fmt::join(variables_, ", ")));
  for (std::size_t i = 0; i < f.variables().size(); ++i)
    columns_.push_back(by_name ? stream_->column_index(variables_[i]) : static_cast<index_t>(i));
}

index_t PointSource::read_rows(index_t capacity) {
  const auto columns = static_cast<index_t>(names_.size());
  if (stream_) {
    row_values_.resize(static_cast<std::size_t>(capacity * columns));
    return stream_->read(MatrixView<double>(row_values_.data(), capacity, columns));
  }
  return points_before_ == 0 && rows_.empty() ? 1 : 0;
}

bool PointSource::read(index_t capacity, const std::vector<Interval>& bounds) {
  const index_t rows = read_rows(capacity);
  points_before_ += rows_.rows();
  rows_ = MatrixView<const double>(row_values_.data(), rows, static_cast<index_t>(names_.size()));
  const auto parameters = static_cast<index_t>(columns_.size());
  point_values_.resize(static_cast<std::size_t>(rows * parameters));
  const MatrixView<double> points(point_values_.data(), rows, parameters);
  for (index_t n = 0; n < rows; ++n)
    for (index_t i = 0; i < parameters; ++i)
      points(n, i) = rows_(n, columns_[static_cast<std::size_t>(i)]);
  points_ = points;
  if (!bounds.empty()) check_bounds(bounds);
  return rows > 0;
}

void PointSource::check_bounds(const std::vector<Interval>& bounds) const {
  for (index_t n = 0; n < points_.rows(); ++n)
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      const double x = points_(n, static_cast<index_t>(i));
      if (x >= bounds[i].lower && x <= bounds[i].upper) continue;
      const std::string problem = fmt::format(
          "{} = {} is out of its bounds, {} to {} (the function is not evaluated there) move the "
          "point or widen --bounds",
          variables_[i], x, bounds[i].lower, bounds[i].upper);
      if (stream_) throw DataError(stream_->position(n), problem);
      throw UsageError(problem);
    }
}

Context open_point_context(const PointOptions& options, const CommonOptions& common) {
  CommonOptions chosen = common;
  if (!options.is_file() && common.device.value_or("auto") == "auto") chosen.device = "cpu";
  return open_context(chosen);
}

}  // namespace batchgrad::cli
