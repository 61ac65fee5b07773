#pragma once

#include <batchgrad/expression/operation.hpp>

#include <vector>

#include "expression/interpreter.hpp"
#include "expression/program.hpp"

namespace batchgrad::reference {

/// The outputs of a program at a point, given as coordinate(parameter).
template <class Scalar, class Coordinate>
std::vector<Scalar> outputs(const detail::Program& program, const Coordinate& coordinate) {
  std::vector<Scalar> registers;
  for (const index_t parameter : program.inputs) registers.push_back(coordinate(parameter));
  for (const double constant : program.constants)
    registers.push_back(operation::constant<Scalar>(constant));
  registers.resize(program.registers);
  for (const auto& [operation, result, arguments] : program.instructions)
    registers[result] = detail::operate(operation, registers[arguments[0]], registers[arguments[1]],
                                        registers[arguments[2]]);
  std::vector<Scalar> results;
  for (const auto output : program.outputs) results.push_back(registers[output]);
  return results;
}

}  // namespace batchgrad::reference
