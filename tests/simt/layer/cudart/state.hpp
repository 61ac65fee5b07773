#pragma once

// Private to the stand-in runtime: device memory is the heap, streams are queues.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "layer/cudart.hpp"
#include "layer/runtime_kernel.hpp"

struct CUevent_st : std::enable_shared_from_this<CUevent_st> {
  bool timing = true;
  long recorded = 0;   // how often a record was asked for
  long completed = 0;  // the last record reached
};

struct CUstream_st {
  struct Item {
    std::function<void()> work;
    std::shared_ptr<CUevent_st> event;  // if set, waits until its record number `record`
    long record = 0;
  };
  std::deque<Item> queue;
  bool blocking = false;  // ordered with the default stream
  bool waiting = false;
  unsigned long priority = 0;  // a high one runs ahead, a low one waits until its work is needed
};

struct CUkern_st {
  simt::RuntimeKernel kernel;
};

struct CUlib_st {
  CUlib_st() = default;
  CUlib_st(const CUlib_st&) = delete;
  CUlib_st& operator=(const CUlib_st&) = delete;
  ~CUlib_st();

  void* handle = nullptr;  // of the shared object
  std::vector<std::unique_ptr<CUkern_st>> kernels;
};

namespace simt::cudart {

constexpr std::size_t static_shared_limit = 48 * 1024;
constexpr std::size_t dynamic_shared_limit = 227 * 1024;
constexpr int max_threads_per_block = 1024;

enum class Where { device, pinned_host };

struct Allocation {
  std::size_t size;
  Where where;
};

struct State {
  Config config;
  long calls = 0;
  std::map<const char*, Allocation> memory;
  std::size_t device_used = 0;
  std::vector<std::unique_ptr<CUstream_st>> streams;
  std::vector<std::shared_ptr<CUevent_st>> events;
  std::vector<std::unique_ptr<CUlib_st>> libraries;
  CUstream_st default_stream;
  cudaError_t last_error = cudaSuccess;
  cudaError_t sticky = cudaSuccess;
  std::map<const void*, std::size_t> shared_limit;  // raised by cudaFuncSetAttribute
  std::mt19937_64 random;
  int device_work = 0;  // nesting of DeviceAccess
};
extern State& state;

/// Device memory is out of reach (for AddressSanitizer) except while device work runs.
class DeviceAccess {
 public:
  DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;
  ~DeviceAccess();
};

// runtime.cpp
cudaError_t fail(cudaError_t error);
cudaError_t enter(const char* name);

/// Every entry point that can fail passes here: counted, made to fail, streams may progress.
template <class Action>
cudaError_t call(const char* name, Action action) {
  if (const cudaError_t error = enter(name); error != cudaSuccess) return error;
  return action();
}

// memory.cpp
const std::pair<const char* const, Allocation>* find(const void* p);
cudaError_t release(void* p, Where where);

// streams.cpp
CUstream_st& resolve(cudaStream_t stream);
/// Device work: a failed device does no more of it.
void enqueue(cudaStream_t stream, std::function<void()> work);
/// What happens on a failed device, too: memory goes back, events complete.
void enqueue_always(cudaStream_t stream, std::function<void()> work);
void drain(CUstream_st& stream);
void drain_all();
void progress_at_random();

}  // namespace simt::cudart
