#pragma once

#include "expression/interpreter.hpp"
#include "expression/program.hpp"

namespace batchgrad::cpu {

/// Registers have lanes in groups of as many: whole cache lines of every scalar.
inline constexpr index_t lane_group = 16;

/// A program and registers that are blocks of lanes: lane l of register r is at
/// registers[r * stride + l]. Each instruction is applied to all lanes before the next, and may be
/// to those behind them in the last group, which the stride leaves room for.
template <class Scalar>
struct BlockTask {
  const detail::Program& program;
  Scalar* registers;
  index_t stride;
  index_t lanes;
};

// For these scalars once per instruction set, see block_sums.hpp. a*b+c is rounded twice in all of
// them, so that a lane has the same bits wherever it is in its block and whatever the processor.
namespace baseline {
void run_block(const BlockTask<float>& task);
void run_block(const BlockTask<double>& task);
void run_block(const BlockTask<detail::Tangents<double>>& task);
}  // namespace baseline
namespace avx2 {
void run_block(const BlockTask<float>& task);
void run_block(const BlockTask<double>& task);
void run_block(const BlockTask<detail::Tangents<double>>& task);
}  // namespace avx2
namespace avx512 {
void run_block(const BlockTask<float>& task);
void run_block(const BlockTask<double>& task);
void run_block(const BlockTask<detail::Tangents<double>>& task);
}  // namespace avx512

/// For the other scalars, whose operations take longer than to call them lane by lane.
template <class Scalar>
void run_block(const BlockTask<Scalar>& task) {
  for (const auto& [operation, result, arguments] : task.program.instructions) {
    const auto block = [&](std::uint32_t index) {
      return task.registers + static_cast<index_t>(index) * task.stride;
    };
    const Scalar* a = block(arguments[0]);
    const Scalar* b = block(arguments[1]);
    const Scalar* c = block(arguments[2]);
    Scalar* to = block(result);
    for (index_t l = 0; l < task.lanes; ++l) to[l] = detail::operate(operation, a[l], b[l], c[l]);
  }
}

}  // namespace batchgrad::cpu
