#pragma once

#include <cstddef>
#include <cstdint>

namespace simt {

/// Told of everything that orders or initialises memory. racecheck/ implements it; ordinary builds
/// have none.
class AccessChecker {
 public:
  enum class Space { shared, device };

  virtual void begin_launch(const void* arguments, std::size_t size) = 0;
  virtual void begin_block() = 0;
  /// Of `count` threads from the first on: of all that run, or of one block among others.
  virtual void block_barrier(unsigned first, unsigned count, bool among_others) = 0;
  virtual void warp_barrier(unsigned warp, unsigned lanes) = 0;
  virtual void fence() = 0;
  /// Order through an object in shared memory: who acquires it comes after all that those did who
  /// released it before; merge(to, from) gives one object what another has.
  virtual void release(const void* object) = 0;
  virtual void acquire(const void* object) = 0;
  virtual void merge(const void* to, const void* from) = 0;
  virtual void forget_order(const void* object) = 0;
  /// (Re)declares uninitialised memory.
  virtual void region(void* p, std::size_t size, const char* name, Space space) = 0;
  virtual void forget(void* p) = 0;
  virtual void initialised(const void* p, std::size_t size) = 0;
  virtual void uninitialised(const void* p, std::size_t size) = 0;
  /// Bytes moved by the host API: what was uninitialised stays so.
  virtual void copied(const void* to, const void* from, std::size_t size) = 0;
  virtual void read(const void* p, std::size_t size, const void* program_counter) = 0;
  virtual void write(const void* p, std::size_t size, const void* program_counter) = 0;
  virtual void atomic(const void* p, std::size_t size, const void* program_counter) = 0;

 protected:
  ~AccessChecker() = default;
};
inline AccessChecker* access_checker = nullptr;

}  // namespace simt
