#include "cpu/cpu_backend.hpp"

#include <fmt/format.h>
#include <fstream>

#include "cpu/parallel.hpp"

namespace batchgrad::cpu {
namespace {

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
  return "processor";
}

}  // namespace

CpuBackend::CpuBackend(int threads) : CpuBackend(threads, supported_instruction_sets().front()) {}

CpuBackend::CpuBackend(int threads, const InstructionSet& instruction_set)
    : threads_(threads > 0 ? threads : omp_get_num_procs()), instruction_set_(instruction_set) {}

std::string CpuBackend::description() const {
  return fmt::format("{}, {}, {} thread{}", processor_name(), instruction_set_.name, threads_,
                     threads_ == 1 ? "" : "s");
}

void CpuBackend::for_each_range(index_t items, const std::function<void(index_t, index_t)>& body) {
  constexpr index_t grain = 1024;  // items: long enough to hide the call, short enough to balance
  parallel_ranges(items, grain, threads_, body);
}

}  // namespace batchgrad::cpu
