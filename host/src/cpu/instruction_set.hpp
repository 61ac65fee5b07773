#pragma once

#include <vector>

#include "cpu/block_sums.hpp"

namespace batchgrad::cpu {

/// One compilation of the cpu kernels. The library holds several and picks the best that the
/// processor runs, so one binary serves them all.
struct InstructionSet {
  const char* name;
  bool (*is_supported)();
  void (*block_sums_f32)(const BlockSumsTask<float>&);
  void (*block_sums_f64)(const BlockSumsTask<double>&);

  void block_sums(const BlockSumsTask<float>& task) const { block_sums_f32(task); }
  void block_sums(const BlockSumsTask<double>& task) const { block_sums_f64(task); }
};

/// Those that this processor runs, the best first; the last one runs everywhere.
std::vector<InstructionSet> supported_instruction_sets();

}  // namespace batchgrad::cpu
