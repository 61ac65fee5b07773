#include "differentiated_rows.hpp"

#include <batchgrad/error.hpp>
#include <batchgrad/sampled_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace batchgrad::cli {

DifferentiatedRows::DifferentiatedRows(TableStream& stream, const DifferentiateOptions& options,
                                       Context& context)
    : stream_(stream),
      options_(options),
      context_(context),
      read_(static_cast<index_t>(stream.columns().size())),
      added_(static_cast<index_t>(options.y.size())),
      overlap_(options.order + options.accuracy),
      block_(std::clamp<index_t>((index_t{1} << 20) / (read_ + added_), 1024, 65536)),
      table_(static_cast<std::size_t>((block_ + 2 * overlap_) * read_)) {
  for (const auto& name : options.y) places_.push_back(stream.column_index(name));
  if (!options.x.empty()) x_ = stream.column_index(options.x);
}

MatrixView<const double> DifferentiatedRows::next() {
  while (!is_end_) {
    const index_t kept = std::max<index_t>(0, written_ - overlap_);
    std::copy(row(kept), row(held_), row(0));
    held_ -= kept;
    written_ -= kept;
    const index_t count = stream_.read({row(held_), block_, read_});
    check_new_rows(count);
    held_ += count;
    is_end_ = count < block_;
    const index_t ready = is_end_ ? held_ : held_ - overlap_;
    if (ready > written_) return rows_until(ready);
  }
  return {};
}

/// Messages name the line.
void DifferentiatedRows::check_new_rows(index_t count) {
  if (stream_.dropped_rows() > 0 && !x_)
    throw DataError({stream_.file()},
                    fmt::format("{} rows lack a value (left out, the samples would no longer be "
                                "evenly spaced) name the column of coordinates with --x",
                                stream_.dropped_rows()));
  for (index_t n = 0; x_ && n < count; ++n) {
    const index_t at = held_ + n;
    if (at == 0) continue;
    const double x = row(at)[*x_];
    const double before = row(at - 1)[*x_];
    if (x == before)
      throw DataError(stream_.position(n),
                      fmt::format("{} in column '{}' repeats the row in front (no slope lies "
                                  "between them) leave one of the rows out",
                                  x, options_.x));
    if (!falls_) falls_ = x < before;
    if ((x < before) != *falls_)
      throw DataError(stream_.position(n),
                      fmt::format("{} in column '{}' comes behind {} (coordinates all increase "
                                  "or all decrease) sort the rows by it",
                                  x, options_.x, before));
  }
}

MatrixView<const double> DifferentiatedRows::rows_until(index_t ready) {
  std::vector<double> x;
  std::vector<double> samples;
  for (index_t n = 0; n < held_; ++n) {
    if (x_) x.push_back(row(n)[*x_]);
    for (const index_t place : places_) samples.push_back(row(n)[place]);
  }
  std::vector<double> slopes(samples.size());
  sampled_gradient(context_, VectorView<const double>(samples), {{held_, added_}, 0},
                   {options_.spacing.value_or(1), x}, VectorView<double>(slopes),
                   {.order = static_cast<int>(options_.order),
                    .accuracy = static_cast<int>(options_.accuracy),
                    .edge_order = static_cast<int>(options_.edge_order.value_or(0))});
  not_finite_ += std::count_if(slopes.begin() + written_ * added_, slopes.begin() + ready * added_,
                               [](double slope) { return !std::isfinite(slope); });
  result_.clear();
  for (index_t n = written_; n < ready; ++n) {
    result_.insert(result_.end(), row(n), row(n + 1));
    const auto slope = slopes.begin() + n * added_;
    result_.insert(result_.end(), slope, slope + added_);
  }
  const index_t count = ready - written_;
  written_ = ready;
  return {result_.data(), count, read_ + added_};
}

}  // namespace batchgrad::cli
