#pragma once

#include <vector>

#include "expression/program.hpp"

namespace batchgrad::detail {

/// A program taken apart for values of f at points that differ from x in one parameter: what does
/// not depend on that parameter is computed once at x. The same operations on the same numbers as
/// the program's, so the same bits.
///   whole     f at x, each intermediate value in a register of its own
///   moved[k]  f at x with another k-th input, on whole's registers after a run of it; its one
///             input is register `moved_input`
/// All have the same number of registers, the inputs and constants of `whole` first.
struct ColumnPrograms {
  Program whole;
  std::vector<Program> moved;  ///< of each input of `whole`; empty: too long to be kept
  std::uint32_t moved_input = 0;
};

[[nodiscard]] ColumnPrograms make_column_programs(const Program& program);

}  // namespace batchgrad::detail
