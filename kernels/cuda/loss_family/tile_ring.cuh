#pragma once

#include "cuda/loss_family/one_set.cuh"
#include "cuda/primitive/copy_barrier.cuh"

namespace batchgrad::cuda {

/// Where the parts of a tile, some consecutive rows of a virtual block, lie in a stage of the ring.
/// A part keeps its address modulo 16, so that bulk copies serve any alignment: hence 16 bytes
/// more.
template <class T>
struct TileLayout {
  index_t rows;  ///< of a tile, at most
  index_t target = 0;
  index_t weight = 0;
  index_t offset = 0;
  index_t fold = 0;
  index_t bytes = 0;  ///< of a stage; X lies at its beginning

  /// Of all the parts of a row.
  static BATCHGRAD_HD index_t row_bytes(const Samples<T>& samples) {
    return row_bytes(samples, samples.feature_count());
  }
  /// With `columns` of the features only.
  static BATCHGRAD_HD index_t row_bytes(const Samples<T>& samples, index_t columns) {
    const index_t numbers = 1 + (samples.weight.empty() ? 0 : 1) + (samples.offset.empty() ? 0 : 1);
    return columns * index_t{sizeof(T)} + numbers * index_t{sizeof(computing_t<T>)} +
           (samples.fold.empty() ? 0 : index_t{sizeof(fold_t)});
  }

  static BATCHGRAD_HD TileLayout of(const Samples<T>& samples, index_t rows) {
    return of(samples, rows, samples.feature_count());
  }
  static BATCHGRAD_HD TileLayout of(const Samples<T>& samples, index_t rows, index_t columns) {
    TileLayout layout{rows};
    layout.append(rows * columns * index_t{sizeof(T)});
    layout.target = layout.append(rows * index_t{sizeof(computing_t<T>)});
    if (!samples.weight.empty())
      layout.weight = layout.append(rows * index_t{sizeof(computing_t<T>)});
    if (!samples.offset.empty())
      layout.offset = layout.append(rows * index_t{sizeof(computing_t<T>)});
    if (!samples.fold.empty()) layout.fold = layout.append(rows * index_t{sizeof(fold_t)});
    return layout;
  }

 private:
  BATCHGRAD_HD index_t append(index_t part) {
    const index_t place = bytes;
    bytes += (part + 15) / 16 * 16 + 16;
    return place;
  }
};

inline constexpr int most_stages = 16;

/// Columns of X.
struct ColumnRange {
  index_t first;
  index_t count;
};

/// The tiles of the virtual blocks that a block of threads, or a cluster, takes, in order: producer
/// and consumers walk through them alike, so the ring never runs dry between two virtual blocks.
template <class T>
class TileWalk {
 public:
  __device__ TileWalk(const BlockTask<T>& task, index_t rows)
      : TileWalk(task, rows, blockIdx.x, gridDim.x) {}
  /// Every `step`-th virtual block from `first` on.
  __device__ TileWalk(const BlockTask<T>& task, index_t rows, index_t first, index_t step)
      : task_(task), rows_(rows), step_(step), block_(first) {
    begin_block();
  }
  /// Tiles that lie behind a walk, of which a virtual block has `block_tiles`: the last block may
  /// have less.
  struct Passed {
    int tiles;
    int block_tiles;
  };
  __device__ TileWalk(const BlockTask<T>& task, index_t rows, Passed passed)
      : task_(task),
        rows_(rows),
        step_(gridDim.x),
        block_(blockIdx.x + index_t{passed.tiles / passed.block_tiles} * gridDim.x) {
    begin_block();
    row_ += passed.tiles % passed.block_tiles * rows;
    if (row_ >= last_) block_ = task.block_count;
  }
  __device__ bool is_done() const { return block_ >= task_.block_count; }
  __device__ index_t block() const { return block_; }
  __device__ index_t row() const { return row_; }
  __device__ index_t count() const { return row_ + rows_ < last_ ? rows_ : last_ - row_; }
  __device__ bool is_last_of_block() const { return row_ + rows_ >= last_; }
  __device__ void advance() {
    row_ += rows_;
    if (row_ < last_) return;
    block_ += step_;
    begin_block();
  }

 private:
  __device__ void begin_block() {
    if (is_done()) return;
    row_ = task_.first_row(block_);
    last_ = task_.last_row(block_);
  }

  const BlockTask<T>& task_;
  index_t rows_;
  index_t step_;
  index_t block_;
  index_t row_ = 0;
  index_t last_ = 0;
};

/// A ring of tiles in shared memory: one warp, the producer, fills stage after stage by bulk copies
/// as they become free; the others consume them. The kernel owns the barriers, two a stage. Of a
/// slice only some columns of X pass through it, which like its rows are multiples of 16 bytes.
template <class T, bool is_slice = false>
class TileRing {
 public:
  struct Barriers {
    CopyBarrier full[most_stages];
    CopyBarrier empty[most_stages];
  };

  __device__ TileRing(const BlockTask<T>& task, const TileLayout<T>& layout, int stages,
                      Barriers& barriers, unsigned char* memory)
      : samples_(task.samples),
        layout_(layout),
        stages_(stages),
        barriers_(barriers),
        memory_(memory) {}
  __device__ TileRing(const OneSetTask<T>& task, const TileLayout<T>& layout, int stages,
                      Barriers& barriers, unsigned char* memory, const ColumnRange& slice)
      : TileRing(task, layout, stages, barriers, memory) {
    slice_ = slice;
  }

  /// By one thread, before a __syncthreads; `warps` consume.
  __device__ void make(unsigned warps) {
    for (int i = 0; i < stages_; ++i) {
      barriers_.full[i].make(1);
      barriers_.empty[i].make(warps);
    }
  }

  /// As it is where `tiles` tiles have passed through it.
  __device__ TileRing behind(int tiles) const {
    TileRing ring = *this;
    ring.stage_ = tiles % stages_;
    ring.parity_ = static_cast<unsigned>(tiles / stages_) & 1U;
    return ring;
  }

  // --- the producer, a whole warp ---

  __device__ void fill(index_t row, index_t count) {
    barriers_.empty[stage_].wait(parity_ ^ 1U);
    const index_t features = samples_.feature_count();
    const Part parts[] = {
        is_slice ? Part{} : part(0, samples_.features.data() + row * features, count * features),
        part(layout_.target, samples_.target.data() + row, count),
        samples_.weight.empty() ? Part{}
                                : part(layout_.weight, samples_.weight.data() + row, count),
        samples_.offset.empty() ? Part{}
                                : part(layout_.offset, samples_.offset.data() + row, count),
        samples_.fold.empty() ? Part{} : part(layout_.fold, samples_.fold.data() + row, count)};
    const index_t slice_bytes = slice_.count * index_t{sizeof(T)};
    unsigned announced = is_slice ? static_cast<unsigned>(count * slice_bytes) : 0;
#pragma unroll
    for (const Part& each : parts) announced += each.copy_edges();
    __syncwarp();
    CopyBarrier& full = barriers_.full[stage_];
    if (threadIdx.x % 32 == 0) {
      CopyBarrier::fence();
      full.arrive_announcing(announced);
#pragma unroll
      for (const Part& each : parts) each.copy_body(full);
      for (index_t r = 0; is_slice && r < count; ++r)
        full.copy(memory_ + stage_ * layout_.bytes + r * slice_bytes,
                  samples_.features.data() + (row + r) * features + slice_.first,
                  static_cast<unsigned>(slice_bytes));
    }
    advance();
  }

  // --- a consumer ---

  __device__ void wait() { barriers_.full[stage_].wait(parity_); }

  /// X, and the facts of the r-th sample, of the tile that begins with row `first`.
  __device__ const T* features(index_t first) const {
    return place(0, samples_.features.data() + (is_slice ? 0 : first * samples_.feature_count()));
  }
  __device__ SampleFacts<computing_t<T>> facts(index_t first, int r, fold_t held_out) const {
    using Value = computing_t<T>;
    return {
        place(layout_.target, samples_.target.data() + first)[r],
        samples_.weight.empty() ? Value(1)
                                : place(layout_.weight, samples_.weight.data() + first)[r],
        samples_.offset.empty() ? Value(0)
                                : place(layout_.offset, samples_.offset.data() + first)[r],
        !samples_.fold.empty() && place(layout_.fold, samples_.fold.data() + first)[r] == held_out};
  }

  /// By every lane of a warp that has read what it needs of this tile; goes on to the next.
  __device__ void release() {
    __syncwarp();
    if (threadIdx.x % 32 == 0) barriers_.empty[stage_].arrive();
    advance();
  }

 private:
  static constexpr index_t line = 16;

  /// A run of bytes to copy: head and tail, that no bulk copy may touch, by elements.
  struct Part {
    unsigned char* to = nullptr;
    const unsigned char* from = nullptr;
    index_t head = 0;
    index_t body = 0;
    index_t tail = 0;
    index_t element = 1;

    /// Returns what is left to copy_body.
    __device__ unsigned copy_edges() const {
      const index_t lane = threadIdx.x % 32 * element;
      if (lane < head) copy_element(lane);
      if (lane < tail) copy_element(head + body + lane);
      return static_cast<unsigned>(body);
    }
    __device__ void copy_body(CopyBarrier& full) const {
      if (body > 0) full.copy(to + head, from + head, static_cast<unsigned>(body));
    }

   private:
    __device__ void copy_element(index_t at) const {
      if (element == 8)
        *reinterpret_cast<double*>(to + at) = *reinterpret_cast<const double*>(from + at);
      else if (element == 4)
        *reinterpret_cast<float*>(to + at) = *reinterpret_cast<const float*>(from + at);
      else
        *reinterpret_cast<short*>(to + at) = *reinterpret_cast<const short*>(from + at);
    }
  };

  static __device__ index_t phase(const void* from) {
    return static_cast<index_t>(reinterpret_cast<unsigned long long>(from) % line);
  }
  template <class Element>
  __device__ Element* place(index_t at, const Element* from) const {
    return reinterpret_cast<Element*>(memory_ + stage_ * layout_.bytes + at + phase(from));
  }
  template <class Element>
  __device__ Part part(index_t at, const Element* from, index_t count) const {
    const index_t bytes = count * index_t{sizeof(Element)};
    Part part;
    part.to = memory_ + stage_ * layout_.bytes + at + phase(from);
    part.from = reinterpret_cast<const unsigned char*>(from);
    part.element = sizeof(Element);
    part.head = (line - phase(from)) % line;
    if (part.head > bytes) part.head = bytes;
    part.body = (bytes - part.head) / line * line;
    part.tail = bytes - part.head - part.body;
    return part;
  }

  __device__ void advance() {
    if (++stage_ < stages_) return;
    stage_ = 0;
    parity_ ^= 1U;
  }

  const Samples<T>& samples_;
  const TileLayout<T>& layout_;
  int stages_;
  Barriers& barriers_;
  unsigned char* memory_;
  ColumnRange slice_{};
  int stage_ = 0;
  unsigned parity_ = 0;
};

}  // namespace batchgrad::cuda
