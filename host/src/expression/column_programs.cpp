#include "expression/column_programs.hpp"

#include <algorithm>
#include <numeric>

namespace batchgrad::detail {
namespace {

/// The program with a register of its own for each result.
Program without_reuse(const Program& program) {
  Program whole = program;
  std::vector<std::uint32_t> place(program.registers);  // of what a register holds by now
  std::iota(place.begin(), place.end(), 0U);
  whole.registers = static_cast<std::uint32_t>(program.inputs.size() + program.constants.size());
  for (Instruction& instruction : whole.instructions) {
    for (std::uint32_t& argument : instruction.arguments) argument = place[argument];
    place[instruction.result] = whole.registers;
    instruction.result = whole.registers++;
  }
  for (std::uint32_t& output : whole.outputs) output = place[output];
  return whole;
}

/// What depends on one input, moved to registers behind those of `whole`.
Program moved_program(const Program& whole, std::uint32_t input, std::uint32_t moved_input) {
  Program moved;
  moved.inputs = {whole.inputs[input]};
  std::vector<std::uint32_t> place(whole.registers);
  std::iota(place.begin(), place.end(), 0U);
  place[input] = moved_input;
  std::uint32_t next = moved_input + 1;
  for (const Instruction& instruction : whole.instructions) {
    Instruction here = instruction;
    for (std::uint32_t& argument : here.arguments) argument = place[argument];
    if (std::equal(here.arguments, here.arguments + 3, instruction.arguments)) continue;
    here.result = place[instruction.result] = next++;
    moved.instructions.push_back(here);
  }
  for (const std::uint32_t output : whole.outputs) moved.outputs.push_back(place[output]);
  moved.registers = next;
  return moved;
}

}  // namespace

ColumnPrograms make_column_programs(const Program& program) {
  constexpr std::size_t most_instructions = 1'000'000;  // of all columns: 20 MB
  ColumnPrograms result;
  result.whole = without_reuse(program);
  result.moved_input = result.whole.registers;
  std::uint32_t registers = result.moved_input + 1;
  std::size_t instructions = 0;
  for (std::uint32_t k = 0; k < program.inputs.size(); ++k) {
    result.moved.push_back(moved_program(result.whole, k, result.moved_input));
    registers = std::max(registers, result.moved.back().registers);
    instructions += result.moved.back().instructions.size();
    if (instructions > most_instructions) {
      result.moved.clear();
      break;
    }
  }
  result.whole.registers = registers;
  for (Program& moved : result.moved) moved.registers = registers;
  return result;
}

}  // namespace batchgrad::detail
