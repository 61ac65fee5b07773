#include <algorithm>
#include <utility>

#include "cuda/loss_family/fma_sets.cuh"
#include "cuda/loss_family/tensor_sets.cuh"
#include "cuda/set_group_choice.hpp"
#include "cuda/set_group_launch.hpp"

namespace batchgrad::cuda {
namespace {

template <class T>
class SetGroupLaunch {
 public:
  SetGroupLaunch(const Device& device, const SetGroupTask<T>& task, const Stream& stream)
      : device_(device), task_(task), stream_(stream) {}

  template <std::size_t... Row>
  void operator()(index_t chosen, std::index_sequence<Row...> /*rows*/) const {
    ((chosen == static_cast<index_t>(Row) ? launch_row<Row>() : void()), ...);
  }

 private:
  template <std::size_t Row>
  void launch_row() const {
    constexpr SetGroupRow row = set_group_table[Row];
    if constexpr (row.has(sizeof(T))) {
      if constexpr (row.kernel == SetGroupKernel::fma)
        launch<FmaSlab<T, row.units, row.depth>>(fma_sets_loss_kernel<T, row.units, row.depth>,
                                                 row);
      else
        launch<TensorSlab<T, row.units, row.depth>>(
            tensor_sets_loss_kernel<T, row.units, row.depth>, row);
    }
  }

  template <class Slab, class Kernel>
  void launch(Kernel* kernel, const SetGroupRow& row) const {
    static_assert(sizeof(typename SetGroupLoss<T, Slab>::Shared) <=
                  set_group_static_bytes(sizeof(T)));
    const SetGroupQuestion question{task_.feature_count(), sizeof(T), task_.sets.count(),
                                    task_.sets.classes, device_.shared_bytes_block};
    const index_t outputs = task_.sets.rows();
    const int row_warps = set_group_shape(row, question, outputs, 1, 1).row_warps;
    const auto layout = TileLayout<T>::of(task_.samples, index_t{row_warps} * Slab::rows);
    auto shape = set_group_shape(row, question, outputs, layout.bytes, most_stages);
    shape.block_tiles = static_cast<int>((task_.blocks.rows + layout.rows - 1) / layout.rows);
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shape.bytes)));
    const index_t wanted = std::min(task_.block_count, index_t{device_.processors} * 2);
    launch_kernel(kernel, {device_.grid_size(wanted), set_group_threads, shape.bytes}, stream_,
                  task_, layout, shape);
  }

  const Device& device_;
  const SetGroupTask<T>& task_;
  const Stream& stream_;
};

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T)                                                                \
  void launch_set_group(index_t chosen, const Device& device, const SetGroupTask<T>& task,       \
                        const Stream& stream) {                                                  \
    SetGroupLaunch<T>(device, task, stream)(chosen, std::make_index_sequence<set_group_rows>{}); \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cuda
