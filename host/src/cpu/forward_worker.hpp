#pragma once

#include <tuple>

#include "cpu/exact_worker.hpp"

namespace batchgrad::cpu {

/// The interpreters of forward automatic differentiation in one scalar.
template <class Scalar>
struct ForwardSlots {
  InterpreterSlot<detail::Tangents<Scalar>> tangents;
  std::tuple<InterpreterSlot<detail::Jet<Scalar, 1>>, InterpreterSlot<detail::Jet<Scalar, 2>>,
             InterpreterSlot<detail::Jet<Scalar, 3>>, InterpreterSlot<detail::Jet<Scalar, 4>>>
      jets;
};

/// Runs of f on dual numbers: gradients for four parameters at a time, other columns one by one.
class ForwardWorker {
 public:
  explicit ForwardWorker(const DerivativeTask& task) : task_(task), values_(task), store_(task) {}

  template <class T>
  void operator()(const DerivativeBatch<T>& batch) {
    values_(batch);
    if (batch.output.wants_estimates())
      run(batch, errors_);
    else
      run(batch, numbers_);
  }

 private:
  using Kind = DerivativeColumn::Kind;

  template <class T, class Scalar>
  void run(const DerivativeBatch<T>& batch, ForwardSlots<Scalar>& slots) {
    const auto& columns = task_.plan.columns;
    if (columns.empty()) return;
    switch (task_.plan.rule.order) {
      case 1:
        if (columns.front().kind == Kind::parameter)
          store_gradients<Scalar>(batch, slots.tangents);
        else
          store_columns<Scalar, 1>(batch, slots);
        break;
      case 2:
        store_columns<Scalar, 2>(batch, slots);
        break;
      case 3:
        store_columns<Scalar, 3>(batch, slots);
        break;
      default:
        store_columns<Scalar, 4>(batch, slots);
    }
  }

  /// Column c of a gradient is parameter c. Parameters that f does not depend on are no inputs:
  /// their derivatives are 0.
  template <class Scalar, class T>
  void store_gradients(const DerivativeBatch<T>& batch,
                       InterpreterSlot<detail::Tangents<Scalar>>& slot) {
    auto& f = slot(task_.programs.values, task_.instruction_set);
    const auto& inputs = f.program().inputs;
    for_each_block(batch, f.most_lanes(), [&](index_t n, index_t lanes) {
      for (index_t q = 0; q < task_.plan.results; ++q)
        for (index_t c = 0; c < task_.plan.parameters; ++c)
          if (!std::binary_search(inputs.begin(), inputs.end(), c))
            store_(batch, n, lanes, q, c, [](index_t) { return Scalar(0); });
      for (std::size_t first = 0; first < inputs.size(); first += 4) {
        load_points(f, batch.points, n, lanes);
        const std::size_t count = std::min<std::size_t>(4, inputs.size() - first);
        for (std::size_t k = 0; k < count; ++k)
          for (index_t l = 0; l < lanes; ++l) f.input(first + k)[l].tangent[k] = Scalar(1);
        f.run(lanes);
        for (index_t q = 0; q < task_.plan.results; ++q)
          for (std::size_t k = 0; k < count; ++k) {
            const auto* result = f.output(q);
            store_(batch, n, lanes, q, inputs[first + k],
                   [=](index_t l) { return result[l].tangent[k]; });
          }
      }
    });
  }

  template <class Scalar, int Order, class T>
  void store_columns(const DerivativeBatch<T>& batch, ForwardSlots<Scalar>& slots) {
    auto& f = std::get<Order - 1>(slots.jets)(task_.programs.values, task_.instruction_set);
    const auto& columns = task_.plan.columns;
    for_each_block(batch, f.most_lanes(), [&](index_t n, index_t lanes) {
      for (index_t c = 0; c < static_cast<index_t>(columns.size()); ++c) {
        const DerivativeColumn& column = columns[static_cast<std::size_t>(c)];
        if (task_.plan.mirror(c) < c) continue;
        if (column.kind == Kind::laplacian)
          store_laplacian<Scalar, Order>(batch, f, n, lanes);
        else
          store_column_of<Scalar, Order>(batch, f, n, lanes, c);
      }
    });
  }

  template <class Scalar, int Order, class T>
  void store_column_of(const DerivativeBatch<T>& batch,
                       BlockInterpreter<detail::Jet<Scalar, Order>>& f, index_t n, index_t lanes,
                       index_t c) {
    run_along<Scalar, Order>(batch, f, n, lanes, task_.plan.columns[static_cast<std::size_t>(c)]);
    for (index_t q = 0; q < task_.plan.results; ++q) {
      const auto* result = f.output(q);
      const auto derivative = [=](index_t l) { return highest_coefficient<Order>(result[l], 0); };
      store_(batch, n, lanes, q, c, derivative);
      const index_t mirror = task_.plan.mirror(c);
      if (mirror != c) store_(batch, n, lanes, q, mirror, derivative);
    }
  }

  template <class Scalar, int Order, class T>
  void store_laplacian(const DerivativeBatch<T>& batch,
                       BlockInterpreter<detail::Jet<Scalar, Order>>& f, index_t n, index_t lanes) {
    std::vector<Scalar> sums(static_cast<std::size_t>(task_.plan.results * lanes));
    for (const index_t i : f.program().inputs) {
      run_along<Scalar, Order>(batch, f, n, lanes, {Kind::parameter, i, i});
      for (index_t q = 0; q < task_.plan.results; ++q)
        for (index_t l = 0; l < lanes; ++l)
          sums[static_cast<std::size_t>(q * lanes + l)] +=
              highest_coefficient<Order>(f.output(q)[l], 0);
    }
    for (index_t q = 0; q < task_.plan.results; ++q) {
      const Scalar* sum = sums.data() + q * lanes;
      store_(batch, n, lanes, q, 0, [=](index_t l) { return sum[l]; });
    }
  }

  template <class Scalar, int Order, class T>
  void run_along(const DerivativeBatch<T>& batch, BlockInterpreter<detail::Jet<Scalar, Order>>& f,
                 index_t n, index_t lanes, const DerivativeColumn& column) {
    const auto& inputs = f.program().inputs;
    for (index_t l = 0; l < lanes; ++l) {
      const NestedPoint<Scalar, Order, 1, T> point(batch.points.row(n + l), &column, 1,
                                                   task_.plan.direction);
      for (std::size_t k = 0; k < inputs.size(); ++k) f.input(k)[l] = point[inputs[k]];
    }
    f.run(lanes);
  }

  DerivativeTask task_;
  ValueWorker values_;
  ExactStore store_;
  ForwardSlots<double> numbers_;
  ForwardSlots<RunningError<double>> errors_;
};

}  // namespace batchgrad::cpu
