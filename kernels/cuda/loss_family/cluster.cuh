#pragma once

#include "cuda/loss_family/column_slice.cuh"
#include "cuda/primitive/cluster.cuh"

namespace batchgrad::cuda {

inline constexpr int most_cluster_blocks = 8;

/// The columns of X of a block of a cluster: neighbours, as many for each, of multiples of 16
/// bytes.
template <class T>
constexpr BATCHGRAD_HD ColumnRange cluster_columns(index_t features, index_t blocks, index_t rank) {
  constexpr index_t unit = 16 / static_cast<index_t>(sizeof(T));
  const index_t share = (features / unit + blocks - 1) / blocks * unit;
  const index_t rest = features - rank * share;
  return {rank * share, rest < share ? rest : share};
}

/// A block among those of its cluster, each of which has some columns of every row. They send their
/// products to each other, and each adds them up in the order of the blocks.
template <class T>
class AmongCluster {
 public:
  static constexpr bool is_slice = true;

  /// What a block receives, for one tile and the next. An entry is written again two tiles on: its
  /// sender has then got the products of the next tile, which the receiver sent after all its warps
  /// had read these.
  struct Inbox {
    double products[2][most_cluster_blocks][column_slice_most_rows];
    CopyBarrier received[2];

    /// By one thread, before a barrier of the cluster.
    __device__ void make() {
      received[0].make(1);
      received[1].make(1);
    }
  };

  __device__ AmongCluster(const OneSetTask<T>& task, Inbox& inbox)
      : inbox_(inbox),
        blocks_(Cluster::size()),
        rank_(Cluster::rank()),
        columns_(cluster_columns<T>(task.samples.feature_count(), blocks_, rank_)) {}

  __device__ __forceinline__ ColumnRange columns(const OneSetTask<T>& /*task*/) const {
    return columns_;
  }
  __device__ __forceinline__ TileWalk<T> walk(const OneSetTask<T>& task, index_t rows) const {
    return {task, rows, blockIdx.x / blocks_, gridDim.x / blocks_};
  }

  /// Of row `lane`, of this block; returns that of the cluster.
  __device__ __forceinline__ double add_up(double product, int rows, unsigned turn) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    if (threadIdx.x < 32) {
      if (lane == 0) inbox_.received[turn].arrive_announcing(8 * blocks_ * rows);
      for (unsigned to = 0; to < blocks_ && lane < rows; ++to)
        Cluster::send(inbox_.products[turn][rank_][lane], product, inbox_.received[turn], to);
    }
    Cluster::wait(inbox_.received[turn], parity_);
    parity_ ^= turn;
    double total = 0;
    for (unsigned from = 0; from < blocks_ && lane < rows; ++from)
      total += inbox_.products[turn][from][lane];
    return total;
  }
  __device__ __forceinline__ bool writes_totals() const { return rank_ == 0; }

 private:
  Inbox& inbox_;
  unsigned blocks_;
  unsigned rank_;
  unsigned parity_ = 0;
  ColumnRange columns_;
};

/// One set of features that no block of threads holds, of a cluster: as ColumnSliceLoss for each of
/// its blocks, which take virtual blocks together. X, and each row of it, begins with a multiple of
/// 16 bytes, and so does the centre. Dynamic shared memory: `stages` times the layout's bytes.
template <class T, int Width, int Warps, int Loads>
__global__ void __launch_bounds__(32 * (Warps + 1), 1)
    cluster_loss_kernel(const __grid_constant__ OneSetTask<T> task,
                        const __grid_constant__ TileLayout<T> layout, int stages) {
  using Among = AmongCluster<T>;
  using Sum = ColumnSliceLoss<T, Width, Warps, Loads, Among>;
  using Ring = TileRing<T, true>;
  BATCHGRAD_DYNAMIC_SHARED(unsigned char, memory);
  BATCHGRAD_SHARED(typename Ring::Barriers, barriers);
  BATCHGRAD_SHARED(CopyBarrier, exchanged);
  BATCHGRAD_SHARED_ARRAY(typename Sum::Products, products, 2);
  BATCHGRAD_SHARED(typename Among::Inbox, inbox);
  const Among among(task, inbox);
  Ring ring(task, layout, stages, barriers, memory, among.columns(task));
  if (threadIdx.x == 0) {
    ring.make(Warps);
    exchanged.make(Warps);
    inbox.make();
  }
  Cluster::wait_for_all();
  if (threadIdx.x / 32 < Warps) {
    Sum(task, ring, products, exchanged, among)(layout.rows);
  } else {
    for (auto tile = among.walk(task, layout.rows); !tile.is_done(); tile.advance())
      ring.fill(tile.row(), tile.count());
  }
  Cluster::wait_for_all();  // no block ends before all that is sent to it has arrived
}

}  // namespace batchgrad::cuda
