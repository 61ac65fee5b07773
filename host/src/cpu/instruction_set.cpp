#include "cpu/instruction_set.hpp"

#include <algorithm>
#include <iterator>

namespace batchgrad::cpu {
namespace {

/// The kernels of one namespace, by their argument.
#define BATCHGRAD_KERNELS(isa)                                                              \
  isa::block_sums, isa::block_sums, isa::block_sums, isa::block_sums, isa::curvature_block, \
      isa::curvature_block, isa::curvature_block, isa::curvature_block, isa::run_block,     \
      isa::run_block, isa::run_block, isa::load_points, isa::load_points, isa::load_points, \
      isa::store_points, isa::store_points, isa::place_stencil, isa::place_stencil,         \
      isa::weigh_stencil, isa::weigh_stencil

constexpr InstructionSet all[] = {
#if BATCHGRAD_CPU_X86
    {"AVX-512",
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("fma");
     },
     BATCHGRAD_KERNELS(avx512)},
    {"AVX2", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); },
     BATCHGRAD_KERNELS(avx2)},
#endif
    {"baseline", [] { return true; }, BATCHGRAD_KERNELS(baseline)},
};
#undef BATCHGRAD_KERNELS

}  // namespace

std::vector<InstructionSet> supported_instruction_sets() {
  std::vector<InstructionSet> result;
  std::copy_if(std::begin(all), std::end(all), std::back_inserter(result),
               [](const InstructionSet& set) { return set.is_supported(); });
  return result;
}

}  // namespace batchgrad::cpu
