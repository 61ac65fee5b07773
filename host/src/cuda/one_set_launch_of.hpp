#pragma once

#include <algorithm>
#include <utility>

#include "cuda/loss_family/cluster.cuh"
#include "cuda/loss_family/column_major.cuh"
#include "cuda/loss_family/column_slice.cuh"
#include "cuda/loss_family/lane_group.cuh"
#include "cuda/loss_family/row_thread.cuh"
#include "cuda/loss_kernel_choice.hpp"
#include "cuda/one_set_launch.hpp"

namespace batchgrad::cuda {

/// The launches of every row of the table that has elements of T's size. A file for each type
/// instantiates it.
template <class T>
class OneSetLaunch {
 public:
  OneSetLaunch(const Device& device, const OneSetTask<T>& task, const Stream& stream)
      : device_(device), task_(task), stream_(stream) {}

  void operator()(index_t chosen) const {
    launch_chosen(chosen, std::make_index_sequence<loss_kernel_rows>{});
  }

 private:
  template <std::size_t... Row>
  void launch_chosen(index_t chosen, std::index_sequence<Row...>) const {
    ((chosen == static_cast<index_t>(Row) ? launch_row<Row>() : void()), ...);
  }

  template <std::size_t Row>
  void launch_row() const {
    constexpr LossKernelRow row = loss_kernel_table[Row];
    if constexpr (row.has(sizeof(T))) {
      constexpr int width = row.width(sizeof(T));
      const index_t row_bytes = TileLayout<T>::row_bytes(task_.samples);
      if constexpr (row.kernel == LossKernel::column_major)
        launch(column_major_loss_kernel<T, width, row.loads>, column_major_threads, 0,
               ColumnMajorLoss<T, width, row.loads>::blocks_a_processor);
      if constexpr (row.kernel == LossKernel::row_thread)
        launch_ring(
            row_thread_loss_kernel<T, row.loads * width, width>,
            {row_thread_threads, row_thread_tile_rows(row_bytes), row_thread_ring_bytes, 2});
      if constexpr (row.kernel == LossKernel::lane_group)
        launch(lane_group_loss_kernel<T, width, row.threads, row.loads>, lane_group_threads,
               8 * lane_group_warps * task_.width(), 2);
      if constexpr (row.kernel == LossKernel::column_slice)
        launch_ring(
            column_slice_loss_kernel<T, width, row.threads / 32, row.loads>,
            {row.threads + 32, column_slice_tile_rows(row_bytes), column_slice_ring_bytes, 1});
      if constexpr (row.kernel == LossKernel::cluster)
        launch_cluster(cluster_loss_kernel<T, width, row.threads / 32, row.loads>, row.threads + 32,
                       row.cluster_size(task_.samples.feature_count(), sizeof(T)));
    }
  }

  struct RingShape {
    int threads;
    index_t tile_rows;
    index_t bytes;
    int blocks_a_processor;
  };

  template <class Kernel>
  void launch_cluster(Kernel* kernel, int threads, int blocks) const {
    const Samples<T>& samples = task_.samples;
    const index_t columns = cluster_columns<T>(samples.feature_count(), blocks, 0).count;
    const index_t row_bytes = TileLayout<T>::row_bytes(samples, columns);
    const auto layout = TileLayout<T>::of(samples, column_slice_tile_rows(row_bytes), columns);
    const auto stages = static_cast<int>(column_slice_ring_bytes / layout.bytes);
    const index_t bytes = stages * layout.bytes;
    allow_shared(kernel, bytes);
    const index_t wanted =
        std::min<index_t>(task_.block_count, std::max<index_t>(device_.processors / blocks, 1));
    launch_kernel(kernel, {device_.grid_size(wanted) * blocks, threads, bytes, blocks}, stream_,
                  task_, layout, stages);
  }

  template <class Kernel>
  static void allow_shared(Kernel* kernel, index_t bytes) {
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(bytes)));
  }

  template <class Kernel>
  void launch_ring(Kernel* kernel, const RingShape& shape) const {
    const auto layout = TileLayout<T>::of(task_.samples, shape.tile_rows);
    const auto stages =
        static_cast<int>(std::min<index_t>(shape.bytes / layout.bytes, most_stages));
    launch(kernel, shape.threads, stages * layout.bytes, shape.blocks_a_processor, layout, stages);
  }

  template <class Kernel, class... Arguments>
  void launch(Kernel* kernel, int threads, index_t shared_bytes, int blocks_a_processor,
              const Arguments&... arguments) const {
    allow_shared(kernel, shared_bytes);
    const index_t wanted =
        std::min(task_.block_count, index_t{device_.processors} * blocks_a_processor);
    launch_kernel(kernel, {device_.grid_size(wanted), threads, shared_bytes}, stream_, task_,
                  arguments...);
  }

  const Device& device_;
  const OneSetTask<T>& task_;
  const Stream& stream_;
};

}  // namespace batchgrad::cuda
