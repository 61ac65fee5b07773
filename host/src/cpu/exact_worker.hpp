#pragma once

#include <batchgrad/derivative/exact_estimate.hpp>

#include <cmath>
#include <type_traits>
#include <vector>

#include "cpu/difference_worker.hpp"

namespace batchgrad::cpu {

/// Writes derivatives that were computed by rules, with what is known about them where it is
/// wanted: Scalar is double, or RunningError<double> where estimates are.
class ExactStore {
 public:
  explicit ExactStore(const DerivativeTask& task) : task_(task), answers_(task) {
    rule_ = task.plan.rule;
    rule_.method = DifferenceMethod::adaptive;
    rule_.effort = Effort::estimate;
  }

  /// derivatives(n + l, q C/Q + c) = at(l) for every lane l.
  template <class T, class At>
  void operator()(const DerivativeBatch<T>& batch, index_t n, index_t lanes, index_t q, index_t c,
                  const At& at) {
    const index_t column = q * static_cast<index_t>(task_.plan.columns.size()) + c;
    if constexpr (requires { at(0).kink; }) {
      for (index_t l = 0; l < lanes; ++l) {
        const RunningError<double> derivative = at(l);
        if (needs_difference(derivative))
          kinks_.push_back({n + l, derivative});
        else
          batch.output.store(n + l, column, exact_estimate(derivative, rule_.tolerance));
      }
      if (!kinks_.empty()) store_kinks(batch, q, c, column);
    } else {
      for (index_t l = 0; l < lanes; ++l)
        batch.output.derivatives(n + l, column) = static_cast<T>(at(l));
      if (!batch.output.steps.empty())
        for (index_t l = 0; l < lanes; ++l) batch.output.steps(n + l, column) = T(0);
    }
  }

 private:
  struct Kink {
    index_t point;
    RunningError<double> derivative;
  };

  template <class T>
  void store_kinks(const DerivativeBatch<T>& batch, index_t q, index_t c, index_t column) {
    std::vector<ColumnDifferencer<double, T>> columns;
    for (const Kink& kink : kinks_)
      columns.emplace_back(rule_, task_.plan.columns[static_cast<std::size_t>(c)],
                           site_of(task_.plan, batch.points, kink.point));
    answers_(q, columns);
    for (std::size_t k = 0; k < kinks_.size(); ++k)
      batch.output.store(
          kinks_[k].point, column,
          exact_estimate(kinks_[k].derivative, columns[k].result(), rule_.tolerance));
    kinks_.clear();
  }

  DerivativeTask task_;
  DifferenceRule rule_;
  ColumnAnswers<double> answers_;
  std::vector<Kink> kinks_;
};

/// One run of the symbolic program for f and all its derivatives. Where f has no value it has no
/// derivative either, though 1/x is a number where log(x) is none.
class SymbolicWorker {
 public:
  explicit SymbolicWorker(const DerivativeTask& task) : task_(task), store_(task) {}

  template <class T>
  void operator()(const DerivativeBatch<T>& batch) {
    if (batch.output.wants_estimates())
      store_estimates(batch);
    else
      store_numbers(batch);
  }

 private:
  template <class T>
  void store_numbers(const DerivativeBatch<T>& batch) {
    auto& numbers = numbers_(task_.programs.symbolic, task_.instruction_set);
    const auto columns = task_.plan.columns.size();
    const MatrixView<T>& derivatives = batch.output.derivatives;
    columns_.resize(columns);
    for_each_block(batch, numbers.most_lanes(), [&](index_t n, index_t lanes) {
      load_points(numbers, batch.points, n, lanes);
      T* rows = derivatives.data() + n * derivatives.row_stride();
      numbers.run(lanes);
      store_values(batch, numbers, n, lanes);
      for (index_t q = 0; q < task_.plan.results; ++q) {
        const index_t first = q * static_cast<index_t>(columns);
        for (std::size_t c = 0; c < columns; ++c)
          columns_[c] = numbers.output(task_.plan.results + first + static_cast<index_t>(c));
        task_.instruction_set.store_points(StoreTask<T>{columns_, numbers.output(q), rows + first,
                                                        derivatives.row_stride(), lanes});
      }
      if (!batch.output.steps.empty())
        for (index_t l = 0; l < lanes; ++l)
          for (T& step : batch.output.steps.row(n + l)) step = T(0);
    });
  }

  template <class T>
  void store_estimates(const DerivativeBatch<T>& batch) {
    auto& errors = errors_(task_.programs.symbolic, task_.instruction_set);
    auto& numbers = numbers_(task_.programs.symbolic, task_.instruction_set);
    const index_t results = task_.plan.results;
    const auto columns = static_cast<index_t>(task_.plan.columns.size());
    for_each_block(batch, errors.most_lanes(), [&](index_t n, index_t lanes) {
      load_points(errors, batch.points, n, lanes);
      errors.run(lanes);
      load_points(numbers, batch.points, n, lanes);
      numbers.run(lanes);
      store_values(batch, numbers, n, lanes);
      for (index_t q = 0; q < results; ++q) {
        const double* value = numbers.output(q);
        for (index_t c = 0; c < columns; ++c) {
          const index_t output = results + q * columns + c;
          const double* number = numbers.output(output);
          const RunningError<double>* derivative = errors.output(output);
          store_(batch, n, lanes, q, c, [=](index_t l) {
            return value[l] == value[l] ? settled(derivative[l], number[l])
                                        : RunningError<double>(quiet_nan);
          });
        }
      }
    });
  }

  template <class T>
  void store_values(const DerivativeBatch<T>& batch, BlockInterpreter<double>& numbers, index_t n,
                    index_t lanes) const {
    if (batch.output.values.empty()) return;
    for (index_t q = 0; q < task_.plan.results; ++q)
      for (index_t l = 0; l < lanes; ++l)
        batch.output.values(n + l, q) = static_cast<T>(numbers.output(q)[l]);
  }

  /// The derivative as it is without an estimate, to the bit, with the error that was found for it:
  /// numbers have other elementary functions (vector_math.hpp) than numbers with errors.
  static RunningError<double> settled(const RunningError<double>& found, double number) {
    const double distance = std::fabs(found.value - number);
    const bool is_known = distance < infinity;  // else both are infinite, or neither is a number
    return {number, is_known ? found.error + distance : found.error, found.kink};
  }

  DerivativeTask task_;
  ExactStore store_;
  InterpreterSlot<double> numbers_;
  InterpreterSlot<RunningError<double>> errors_;
  std::vector<const double*> columns_;  // of the result that is being stored
};

}  // namespace batchgrad::cpu
