#include "cpu/instruction_set.hpp"

#include <algorithm>
#include <iterator>

namespace batchgrad::cpu {
namespace {

constexpr InstructionSet all[] = {
#if BATCHGRAD_CPU_X86
    {"AVX-512",
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("fma");
     },
     avx512::block_sums, avx512::block_sums},
    {"AVX2", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); },
     avx2::block_sums, avx2::block_sums},
#endif
    {"baseline", [] { return true; }, baseline::block_sums, baseline::block_sums},
};

}  // namespace

std::vector<InstructionSet> supported_instruction_sets() {
  std::vector<InstructionSet> result;
  std::copy_if(std::begin(all), std::end(all), std::back_inserter(result),
               [](const InstructionSet& set) { return set.is_supported(); });
  return result;
}

}  // namespace batchgrad::cpu
