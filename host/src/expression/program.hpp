#pragma once

#include <batchgrad/expression/operations.hpp>

#include <cstdint>
#include <span>
#include <vector>

#include "expression/graph.hpp"

namespace batchgrad::detail {

/// registers[result] = operation(registers[arguments]...)
struct Instruction {
  Opcode operation;
  std::uint32_t result;
  std::uint32_t arguments[3];
};

/// Some nodes of a graph as straight-line code: what an interpreter runs and CUDA sources are
/// written from. Sub-expressions are computed once, however many outputs use them. Registers are
/// reused when their value has been used for the last time, except those of the outputs.
/// Registers [0, inputs.size()) hold the inputs, the next constants.size() the constants.
struct Program {
  std::vector<index_t> inputs;  ///< the parameters that are used: positions in the point
  std::vector<double> constants;
  std::vector<Instruction> instructions;
  std::vector<std::uint32_t> outputs;  ///< the register of each result
  std::uint32_t registers = 0;
};

/// The program whose outputs are `results`. Integer powers are multiplied out where that rounds no
/// worse than pow.
[[nodiscard]] Program make_program(const Graph& graph, std::span<const NodeId> results);

}  // namespace batchgrad::detail
