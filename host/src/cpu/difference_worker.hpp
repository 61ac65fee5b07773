#pragma once

#include <batchgrad/derivative/column_differencer.hpp>

#include <vector>

#include "cpu/stencil_worker.hpp"

namespace batchgrad::cpu {

/// Answers the questions of many columns together, so that programs run on full blocks.
template <class Scalar>
class ColumnAnswers {
 public:
  explicit ColumnAnswers(const DerivativeTask& task)
      : task_(task), interpreters_(task.programs.results.size()) {}

  /// Gives each column the values of result q that it asks for, until all have their results.
  template <class T>
  void operator()(index_t q, std::vector<ColumnDifferencer<Scalar, T>>& columns) {
    auto& interpreter = interpreters_[static_cast<std::size_t>(q)](
        task_.programs.results[static_cast<std::size_t>(q)], task_.instruction_set);
    for (bool is_done = false; !is_done;) {
      is_done = true;
      index_t lanes = 0;
      std::size_t first = 0;  // of the columns whose questions are in the block
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const int wanted = columns[c].request();
        if (lanes + wanted > interpreter.most_lanes()) {
          answer(interpreter, columns, first, c, lanes);
          first = c;
          lanes = 0;
        }
        ask(interpreter, columns[c], lanes, wanted);
        lanes += wanted;
        is_done = is_done && wanted == 0;
      }
      answer(interpreter, columns, first, columns.size(), lanes);
    }
  }

 private:
  template <class T>
  static void ask(BlockInterpreter<Scalar>& interpreter, const ColumnDifferencer<Scalar, T>& column,
                  index_t lane, int wanted) {
    const auto& inputs = interpreter.program().inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k)
      for (int w = 0; w < wanted; ++w)
        interpreter.input(k)[lane + w] = column.coordinate(w, inputs[k]);
  }

  template <class T>
  static void answer(BlockInterpreter<Scalar>& interpreter,
                     std::vector<ColumnDifferencer<Scalar, T>>& columns, std::size_t first,
                     std::size_t last, index_t lanes) {
    if (lanes == 0) return;
    interpreter.run(lanes);
    const Scalar* value = interpreter.output(0);
    for (std::size_t c = first; c < last; ++c) {
      const int wanted = columns[c].request();
      if (wanted > 0) columns[c].receive(value);
      value += wanted;
    }
  }

  DerivativeTask task_;
  std::vector<InterpreterSlot<Scalar>> interpreters_;  // of each result
};

template <class T>
DifferenceSite<T> site_of(const detail::DerivativePlan& plan, MatrixView<const T> points,
                          index_t n) {
  return {points.row(n), plan.typical, plan.bounds, plan.direction};
}

/// Derivatives by differences in Scalar, column by column over blocks of points.
template <class Scalar>
class DifferenceWorker {
 public:
  explicit DifferenceWorker(const DerivativeTask& task)
      : task_(task),
        values_(task),
        stencils_(task),
        answers_(task),
        has_stencils_(StencilWorker<Scalar>::serves(task.plan) &&
                      task.columns.moved.size() == task.columns.whole.inputs.size()) {}

  template <class T>
  void operator()(const DerivativeBatch<T>& batch) {
    DifferenceRule rule = task_.plan.rule;
    rule.effort = batch.output.wants_estimates() ? Effort::estimate : Effort::value;
    values_(batch);
    if (has_stencils_ && rule.effort == Effort::value)
      store_stencils(batch, rule);
    else
      store_columns(batch, rule);
  }

 private:
  static constexpr index_t most_points = 64;  // whose columns are open at a time

  template <class T>
  void store_stencils(const DerivativeBatch<T>& batch, const DifferenceRule& rule) {
    std::vector<ColumnDifferencer<Scalar, T>> columns;
    stencils_(batch, [&](index_t n, index_t q, index_t c, Scalar centre) {
      store_differences(batch, rule, n, 1, q, c, &centre, columns);
    });
  }

  template <class T>
  void store_columns(const DerivativeBatch<T>& batch, const DifferenceRule& rule) {
    auto& centres = centres_(task_.programs.values, task_.instruction_set);
    const bool needs_centres = uses_centre<T>(rule);
    std::vector<ColumnDifferencer<Scalar, T>> columns;
    for_each_block(
        batch, std::min(most_points, centres.most_lanes()), [&](index_t n, index_t lanes) {
          if (needs_centres) {
            load_points(centres, batch.points, n, lanes);
            centres.run(lanes);
          }
          for (index_t q = 0; q < task_.plan.results; ++q)
            for (index_t c = 0; c < static_cast<index_t>(task_.plan.columns.size()); ++c)
              if (task_.plan.mirror(c) >= c)
                store_differences(batch, rule, n, lanes, q, c, centres.output(q), columns);
        });
  }

  template <class T>
  [[nodiscard]] bool uses_centre(const DifferenceRule& rule) const {
    const auto& columns = task_.plan.columns;
    return std::any_of(columns.begin(), columns.end(), [&](const DerivativeColumn& column) {
      return ColumnDifferencer<Scalar, T>::uses_centre(rule, column);
    });
  }

  template <class T>
  void store_differences(const DerivativeBatch<T>& batch, const DifferenceRule& rule, index_t n,
                         index_t lanes, index_t q, index_t c, const Scalar* centre,
                         std::vector<ColumnDifferencer<Scalar, T>>& columns) {
    const DerivativeColumn& what = task_.plan.columns[static_cast<std::size_t>(c)];
    const bool shares_centre = ColumnDifferencer<Scalar, T>::uses_centre(rule, what);
    columns.clear();
    for (index_t l = 0; l < lanes; ++l) {
      const auto site = site_of(task_.plan, batch.points, n + l);
      if (shares_centre)
        columns.emplace_back(rule, what, site, centre[l]);
      else
        columns.emplace_back(rule, what, site);
    }
    answers_(q, columns);
    const index_t first = q * static_cast<index_t>(task_.plan.columns.size());
    const index_t mirror = task_.plan.mirror(c);
    for (index_t l = 0; l < lanes; ++l) {
      const auto estimate = columns[static_cast<std::size_t>(l)].result();
      batch.output.store(n + l, first + c, estimate);
      if (mirror != c) batch.output.store(n + l, first + mirror, estimate);
    }
  }

  DerivativeTask task_;
  ValueWorker values_;
  StencilWorker<Scalar> stencils_;
  InterpreterSlot<Scalar> centres_;
  ColumnAnswers<Scalar> answers_;
  bool has_stencils_;
};

}  // namespace batchgrad::cpu
