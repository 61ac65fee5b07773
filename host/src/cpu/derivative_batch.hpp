#pragma once

#include <type_traits>

#include "cpu/block_interpreter.hpp"
#include "expression/column_programs.hpp"
#include "expression/derivative_programs.hpp"

namespace batchgrad::cpu {

/// What the workers of all threads share.
struct DerivativeTask {
  const detail::DerivativePlan& plan;
  const detail::DerivativePrograms& programs;
  const detail::ColumnPrograms& columns;  ///< of programs.values; for differences alone
  const InstructionSet& instruction_set;
};

/// The points [first, last) of a batch, and where their derivatives go.
template <class T>
struct DerivativeBatch {
  MatrixView<const T> points;
  const DerivativeOutput<T>& output;
  index_t first;
  index_t last;
};

/// Calls body(first point, lanes) so that blocks of at most `most_lanes` points cover the batch.
template <class T, class Body>
void for_each_block(const DerivativeBatch<T>& batch, index_t most_lanes, const Body& body) {
  for (index_t n = batch.first; n < batch.last; n += most_lanes)
    body(n, std::min(most_lanes, batch.last - n));
}

/// Sets the inputs of a program to the coordinates of the points from n on.
template <class Scalar, class T>
void load_points(BlockInterpreter<Scalar>& interpreter, MatrixView<const T> points, index_t n,
                 index_t lanes) {
  const auto& inputs = interpreter.program().inputs;
  const T* rows = points.data() + n * points.row_stride();
  if constexpr (std::is_floating_point_v<Scalar>) {
    interpreter.instruction_set().load_points(LoadTask<T, Scalar>{
        rows, points.row_stride(), lanes, inputs, interpreter.input(0), interpreter.most_lanes()});
  } else {
    for (std::size_t k = 0; k < inputs.size(); ++k)
      for (index_t l = 0; l < lanes; ++l)
        interpreter.input(k)[l] = static_cast<Scalar>(rows[l * points.row_stride() + inputs[k]]);
  }
}

/// Writes f itself, in double whatever its derivatives are computed in.
class ValueWorker {
 public:
  explicit ValueWorker(const DerivativeTask& task) : task_(task) {}

  template <class T>
  void operator()(const DerivativeBatch<T>& batch) {
    const MatrixView<T>& values = batch.output.values;
    if (values.empty()) return;
    auto& f = slot_(task_.programs.values, task_.instruction_set);
    for_each_block(batch, f.most_lanes(), [&](index_t n, index_t lanes) {
      load_points(f, batch.points, n, lanes);
      f.run(lanes);
      for (index_t q = 0; q < task_.plan.results; ++q)
        for (index_t l = 0; l < lanes; ++l) values(n + l, q) = static_cast<T>(f.output(q)[l]);
    });
  }

 private:
  DerivativeTask task_;
  InterpreterSlot<double> slot_;
};

}  // namespace batchgrad::cpu
