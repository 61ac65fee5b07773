#pragma once

#include <batchgrad/core/portability.hpp>

#include <cstdlib>
#include <memory>
#include <new>
#include <omp.h>
#include <sys/mman.h>

namespace batchgrad::bench {

/// Memory in huge pages where the system gives them: what a large matrix should live in.
template <class T>
class HugeArray {
 public:
  explicit HugeArray(index_t size)
      : size_(size), data_(static_cast<T*>(std::aligned_alloc(page, bytes(size))), &std::free) {
    if (!data_) throw std::bad_alloc();
    madvise(data_.get(), bytes(size), MADV_HUGEPAGE);
  }
  [[nodiscard]] T* data() const { return data_.get(); }
  [[nodiscard]] index_t size() const { return size_; }

 private:
  static constexpr std::size_t page = std::size_t{2} << 20U;
  static std::size_t bytes(index_t size) {
    return (static_cast<std::size_t>(size) * sizeof(T) + page - 1) / page * page;
  }
  index_t size_;
  std::unique_ptr<T, decltype(&std::free)> data_;
};

/// Reads `bytes` once with all threads and adds them up, as integers: the least that any loop over
/// them does. Returns the sum, so that nothing is optimised away.
inline unsigned long read_once(const void* data, index_t bytes) {
  typedef unsigned long Pack __attribute__((vector_size(64)));
  constexpr index_t chunk_packs = 4096;  // 256 KiB, as the virtual blocks of the library
  const auto* packs = static_cast<const Pack*>(data);
  const index_t chunks = bytes / static_cast<index_t>(sizeof(Pack)) / chunk_packs;
  unsigned long total = 0;
#pragma omp parallel for schedule(dynamic, 1) reduction(+ : total)
  for (index_t c = 0; c < chunks; ++c) {
    Pack sum[4] = {};
    for (index_t i = c * chunk_packs; i < (c + 1) * chunk_packs; i += 4)
      for (int k = 0; k < 4; ++k) sum[k] += packs[i + k];
    const Pack all = sum[0] + sum[1] + sum[2] + sum[3];
    for (int k = 0; k < 8; ++k) total += all[k];
  }
  return total;
}

}  // namespace batchgrad::bench
