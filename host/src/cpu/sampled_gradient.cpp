#include <algorithm>

#include "cpu/cpu_backend.hpp"
#include "cpu/parallel.hpp"

namespace batchgrad::cpu {
namespace {

constexpr index_t grain = 1024;  // samples: long enough to hide the call, short enough to balance

template <class T>
void differentiate(const SampledPiece<T>& piece, int threads) {
  const SampledItem<T>& item = piece.item;
  if (piece.weigh.coordinates != nullptr)
    parallel_ranges(item.places, grain, threads, [&](index_t first, index_t last) {
      for (index_t place = first; place < last; ++place) piece.weigh(place);
    });
  // A task is a place of a line, or a run of columns of one where there are many.
  const index_t width = std::min(item.inner, grain);
  const index_t runs = (item.inner + width - 1) / width;
  const index_t tasks = piece.lines * item.places * runs;
  parallel_ranges(tasks, std::max<index_t>(1, grain / width), threads,
                  [&](index_t first, index_t last) {
                    for (index_t task = first; task < last; ++task) {
                      const index_t row = task / runs;
                      const index_t begin = task % runs * width;
                      const index_t end = std::min(begin + width, item.inner);
                      for (index_t column = begin; column < end; ++column)
                        item(row / item.places, row % item.places, column);
                    }
                  });
}

}  // namespace

void CpuBackend::sampled_gradient(const SampledPiece<float>& piece) {
  differentiate(piece, threads_);
}
void CpuBackend::sampled_gradient(const SampledPiece<double>& piece) {
  differentiate(piece, threads_);
}

}  // namespace batchgrad::cpu
