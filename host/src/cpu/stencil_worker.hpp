#pragma once

#include <batchgrad/derivative/default_tolerance.hpp>

#include <algorithm>
#include <vector>

#include "cpu/aligned_rows.hpp"
#include "cpu/derivative_batch.hpp"
#include "expression/column_programs.hpp"

namespace batchgrad::cpu {

/// Derivatives in single parameters by one difference quotient, without error estimates: blocks of
/// points, of which programs evaluate what a parameter changes. Where the quotient is not the
/// answer, it is left to others.
template <class Scalar>
class StencilWorker {
 public:
  explicit StencilWorker(const DerivativeTask& task) : task_(task) {}

  [[nodiscard]] static bool serves(const detail::DerivativePlan& plan) {
    const auto is_single = [](const DerivativeColumn& column) {
      return column.kind == DerivativeColumn::Kind::parameter;
    };
    return plan.is_difference() && plan.method != Method::adaptive &&
           std::all_of(plan.columns.begin(), plan.columns.end(), is_single);
  }

  /// other(n, q, c, f) is called for column c of result q at point n where it is not settled here;
  /// f is the value there.
  template <class T, class Other>
  void operator()(const DerivativeBatch<T>& batch, const Other& other) {
    auto& whole = slot_(task_.columns.whole, task_.instruction_set);
    stride_ = whole.most_lanes();
    const auto rows = static_cast<index_t>(task_.columns.whole.outputs.size()) * stencil().size();
    for (auto* array : {&steps_, &derivatives_, &is_plain_}) array->reserve(1, stride_);
    x_.reserve(1, stride_);
    places_.reserve(stencil().size(), stride_);
    values_.reserve(rows, stride_);
    for_each_block(batch, stride_, [&](index_t n, index_t lanes) {
      load_points(whole, batch.points, n, lanes);
      whole.run(lanes);
      for (index_t c = 0; c < static_cast<index_t>(task_.plan.columns.size()); ++c)
        add_column(batch, whole, n, lanes, c, other);
    });
  }

 private:
  [[nodiscard]] Stencil stencil() const {
    const DifferenceRule& rule = task_.plan.rule;
    Side side = Side::both;
    if (rule.method == DifferenceMethod::forward) side = Side::right;
    if (rule.method == DifferenceMethod::backward) side = Side::left;
    return {side, rule.order, formula_accuracy(rule)};
  }

  template <class T, class Other>
  void add_column(const DerivativeBatch<T>& batch, BlockInterpreter<Scalar>& whole, index_t n,
                  index_t lanes, index_t c, const Other& other) {
    const index_t parameter = task_.plan.columns[static_cast<std::size_t>(c)].i;
    const index_t input = input_of(parameter);
    StencilTask<Scalar> stencil = stencil_task(parameter, lanes);
    if (input >= 0) {
      stencil.x = whole.input(static_cast<std::size_t>(input));
    } else {
      const T* coordinate = batch.points.data() + n * batch.points.row_stride() + parameter;
      for (index_t l = 0; l < lanes; ++l)
        x_.row(0)[l] = static_cast<Scalar>(coordinate[l * batch.points.row_stride()]);
    }
    task_.instruction_set.place_stencil(stencil);
    evaluate(whole, stencil, input);
    const auto columns = static_cast<index_t>(task_.plan.columns.size());
    for (index_t q = 0; q < task_.plan.results; ++q) {
      stencil.values = values_.row(q * stencil.stencil.size());
      if (q > 0) task_.instruction_set.place_stencil(stencil);  // is_plain is of each result
      const bool is_plain = task_.instruction_set.weigh_stencil(stencil);
      const index_t to = q * columns + c;
      for (index_t l = 0; l < lanes; ++l)
        batch.output.derivatives(n + l, to) = static_cast<T>(stencil.derivatives[l]);
      if (!batch.output.steps.empty())
        for (index_t l = 0; l < lanes; ++l)
          batch.output.steps(n + l, to) = static_cast<T>(stencil.steps[l]);
      for (index_t l = 0; l < lanes && !is_plain; ++l)
        if (stencil.is_plain[l] == Scalar(0)) other(n + l, q, c, whole.output(q)[l]);
    }
  }

  [[nodiscard]] StencilTask<Scalar> stencil_task(index_t parameter, index_t lanes) const {
    const detail::DerivativePlan& plan = task_.plan;
    const auto at = static_cast<std::size_t>(parameter);
    const Interval bounds = plan.bounds.empty() ? Interval{} : plan.bounds[at];
    const double typical = plan.typical.empty() ? plan.rule.step.typical : plan.typical[at];
    return {stencil(),
            plan.rule.step,
            static_cast<Scalar>(typical),
            static_cast<Scalar>(bounds.lower),
            static_cast<Scalar>(bounds.upper),
            stride_,
            lanes,
            x_.row(0),
            steps_.row(0),
            places_.row(0),
            values_.row(0),
            derivatives_.row(0),
            is_plain_.row(0)};
  }

  /// Which input of the programs a parameter is; -1 where f does not depend on it.
  [[nodiscard]] index_t input_of(index_t parameter) const {
    const auto& inputs = task_.columns.whole.inputs;
    const auto place = std::lower_bound(inputs.begin(), inputs.end(), parameter);
    return place != inputs.end() && *place == parameter ? place - inputs.begin() : -1;
  }

  /// f at all places, rows of one result next to each other.
  void evaluate(BlockInterpreter<Scalar>& whole, const StencilTask<Scalar>& task, index_t input) {
    const int size = task.stencil.size();
    for (int k = 0; k < size; ++k) {
      const bool moves = input >= 0 && task.stencil.multiple(k) != 0;
      const detail::Program& program =
          moves ? task_.columns.moved[static_cast<std::size_t>(input)] : task_.columns.whole;
      if (moves) {
        std::copy_n(task.places + k * task.stride, task.lanes,
                    whole.lanes_of(task_.columns.moved_input));
        whole.run(program, task.lanes);
      }
      for (index_t q = 0; q < task_.plan.results; ++q)
        std::copy_n(whole.lanes_of(program.outputs[static_cast<std::size_t>(q)]), task.lanes,
                    values_.row(q * size + k));
    }
  }

  DerivativeTask task_;
  InterpreterSlot<Scalar> slot_;
  index_t stride_ = 0;
  AlignedRows<Scalar> x_;
  AlignedRows<Scalar> steps_;
  AlignedRows<Scalar> places_;
  AlignedRows<Scalar> values_;
  AlignedRows<Scalar> derivatives_;
  AlignedRows<Scalar> is_plain_;
};

}  // namespace batchgrad::cpu
