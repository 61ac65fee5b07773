#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "layer/cudart/state.hpp"

extern "C" char __executable_start, _end;

namespace simt::cudart {
namespace {

bool stays(cudaError_t error) {
  return error == cudaErrorIllegalAddress || error == cudaErrorLaunchFailure;
}

bool is_mapped(std::uintptr_t address) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  return msync(reinterpret_cast<void*>(address / page * page), page, MS_ASYNC) == 0;
}

// "void ns::sum<float>(float const*)" -> "ns::sum<float>"
std::string shorten(std::string name) {
  name.erase(std::min(name.find('('), name.size()));
  name.erase(0, name.rfind(' ', name.find('<')) + 1);
  return name;
}

// Needs the kernel in the dynamic symbol table; one in an anonymous namespace has no name.
const char* name_of(const void* kernel) {
  static std::map<const void*, std::string> names;
  const auto [position, is_new] = names.try_emplace(kernel, "kernel");
  Dl_info info;
  if (is_new && dladdr(kernel, &info) != 0 && info.dli_sname && info.dli_saddr == kernel) {
    if (char* text = abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, nullptr)) {
      position->second = shorten(text);
      std::free(text);
    }
  }
  return position->second.c_str();
}

bool legal_grid(const dim3& grid) {
  constexpr unsigned limit = 65535;
  return grid.x > 0 && grid.y > 0 && grid.z > 0 && grid.x <= 0x7fffffff && grid.y <= limit &&
         grid.z <= limit;
}

bool legal_block(const dim3& block) {
  const unsigned long threads = 1UL * block.x * block.y * block.z;
  return threads > 0 && threads <= max_threads_per_block && block.z <= 64;
}

}  // namespace

State& state = *new State;

cudaError_t fail(cudaError_t error) {
  if (error != cudaSuccess) state.last_error = error;
  return error;
}

cudaError_t enter(const char* name) {
  const Config& config = state.config;
  if (config.fail_only.empty() || config.fail_only == name) {
    if (++state.calls == config.fail_at_call) {
      if (stays(config.failure)) state.sticky = config.failure;
      return fail(config.failure);
    }
  }
  if (config.devices == 0) return fail(cudaErrorNoDevice);
  progress_at_random();
  return state.sticky;
}

void reset(const Config& config) {
  drain_all();
  while (!state.memory.empty()) {
    const auto& [p, allocation] = *state.memory.begin();
    release(const_cast<char*>(p), allocation.where);
  }
  State fresh;
  fresh.config = config;
  fresh.random.seed(config.seed);
  state = std::move(fresh);
  faults().clear();
}

long calls() { return state.calls; }

std::string leaks() {
  if (state.memory.empty() && state.streams.empty() && state.events.empty() &&
      state.libraries.empty())
    return "";
  std::size_t bytes = 0;
  for (const auto& [p, allocation] : state.memory) bytes += allocation.size;
  return std::to_string(state.memory.size()) + " allocations (" + std::to_string(bytes) +
         " bytes), " + std::to_string(state.streams.size()) + " streams, " +
         std::to_string(state.events.size()) + " events, " +
         std::to_string(state.libraries.size()) + " libraries";
}

bool is_device_pointer(const void* p) {
  const auto* found = find(p);
  return found && found->second.where == Where::device;
}

bool is_host_address(std::uintptr_t word) {
  // Heap, stack and shared libraries of a 64-bit process lie between these; sizes and counts stay
  // below, doubles of ordinary size above.
  constexpr std::uintptr_t lowest = std::uintptr_t{1} << 42;
  constexpr std::uintptr_t highest = std::uintptr_t{1} << 47;
  if (word < lowest || word >= highest) return false;
  const auto* p = reinterpret_cast<const char*>(word);
  const bool in_program = p >= &__executable_start && p < &_end;
  return !in_program && !is_device_pointer(p) && is_mapped(word);
}

void report_host_pointer() {
  faults().push_back("an argument of a kernel is or holds a pointer to host memory");
}

namespace {

unsigned cluster_of(const cudaLaunchConfig_t& config) {
  for (unsigned i = 0; i < config.numAttrs; ++i)
    if (config.attrs[i].id == cudaLaunchAttributeClusterDimension) {
      const auto& shape = config.attrs[i].val.clusterDim;
      return shape.x * shape.y * shape.z;
    }
  return 1;
}

/// The layer has clusters of whole warps only, along x.
bool legal_cluster(const cudaLaunchConfig_t& config, unsigned cluster) {
  const dim3 block = config.blockDim;
  return cluster == 1 ||
         (cluster > 1 && cluster <= most_cluster_blocks && config.gridDim.x % cluster == 0 &&
          config.gridDim.y == 1 && config.gridDim.z == 1 && block.x * block.y * block.z % 32 == 0);
}

}  // namespace

cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel,
                   std::function<bool(const Launch&)> body) {
  return call("cudaLaunchKernelEx", [&] {
    if (!legal_grid(config.gridDim) || !legal_block(config.blockDim))
      return fail(cudaErrorInvalidConfiguration);
    const auto raised = state.shared_limit.find(kernel);
    const std::size_t limit =
        raised == state.shared_limit.end() ? static_shared_limit : raised->second;
    if (config.dynamicSmemBytes > limit) return fail(cudaErrorInvalidValue);
    const unsigned cluster = cluster_of(config);
    if (!legal_cluster(config, cluster)) return fail(cudaErrorInvalidConfiguration);
    const Launch launch{name_of(kernel), config.gridDim, config.blockDim, config.dynamicSmemBytes,
                        cluster};
    enqueue(config.stream, [launch, body = std::move(body)] {
      const DeviceAccess access;
      if (!body(launch)) state.sticky = state.last_error = cudaErrorLaunchFailure;
    });
    return cudaSuccess;
  });
}

}  // namespace simt::cudart
