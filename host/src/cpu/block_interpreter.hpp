#pragma once

#include <batchgrad/expression/operation.hpp>

#include <algorithm>
#include <bit>
#include <optional>
#include <vector>

#include "cpu/instruction_set.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {

/// A program with the registers to run it on up to `most_lanes` points at once. One for a thread.
template <class Scalar>
class BlockInterpreter {
 public:
  BlockInterpreter(const detail::Program& program, const InstructionSet& instruction_set)
      : program_(&program),
        instruction_set_(&instruction_set),
        groups_(group_count(program.registers)),
        registers_(static_cast<std::size_t>(program.registers * groups_)) {
    const std::size_t first = program.inputs.size();
    for (std::size_t k = 0; k < program.constants.size(); ++k)
      std::fill_n(block(static_cast<std::uint32_t>(first + k)), most_lanes(),
                  operation::constant<Scalar>(program.constants[k]));
  }

  [[nodiscard]] const detail::Program& program() const { return *program_; }
  [[nodiscard]] const InstructionSet& instruction_set() const { return *instruction_set_; }
  [[nodiscard]] index_t most_lanes() const { return groups_ * lane_group; }
  /// The lanes of the k-th input, to be set before a run.
  [[nodiscard]] Scalar* input(std::size_t k) { return block(static_cast<std::uint32_t>(k)); }
  void run(index_t lanes) { run(*program_, lanes); }
  /// Another program on the same registers, of which it needs no more.
  void run(const detail::Program& program, index_t lanes) {
    instruction_set_->program(BlockTask<Scalar>{program, block(0), most_lanes(), lanes});
  }
  /// The lanes of a register.
  [[nodiscard]] Scalar* lanes_of(std::uint32_t index) { return block(index); }
  /// The lanes of the k-th output; valid until inputs are set again.
  [[nodiscard]] const Scalar* output(index_t k) {
    return block(program_->outputs[static_cast<std::size_t>(k)]);
  }

 private:
  struct alignas(cache_line) Group {
    Scalar lanes[lane_group];
  };

  /// As many as let the registers stay in the first-level cache beside points and derivatives,
  /// enough to hide the dispatch.
  static index_t group_count(index_t registers) {
    constexpr index_t cache_bytes = 16 * 1024;
    constexpr index_t most_groups = 16;
    const index_t fitting =
        cache_bytes / (static_cast<index_t>(sizeof(Group)) * std::max<index_t>(registers, 1));
    const auto wanted = static_cast<std::uint64_t>(std::clamp<index_t>(fitting, 1, most_groups));
    return static_cast<index_t>(std::bit_floor(wanted));
  }

  Scalar* block(std::uint32_t index) {
    return reinterpret_cast<Scalar*>(registers_.data() + static_cast<index_t>(index) * groups_);
  }

  const detail::Program* program_;
  const InstructionSet* instruction_set_;
  index_t groups_;
  std::vector<Group> registers_;
};

/// An interpreter made when it is first needed, and again when it is for another program.
template <class Scalar>
class InterpreterSlot {
 public:
  BlockInterpreter<Scalar>& operator()(const detail::Program& program,
                                       const InstructionSet& instruction_set) {
    if (!interpreter_ || &interpreter_->program() != &program)
      interpreter_.emplace(program, instruction_set);
    return *interpreter_;
  }

 private:
  std::optional<BlockInterpreter<Scalar>> interpreter_;
};

}  // namespace batchgrad::cpu
