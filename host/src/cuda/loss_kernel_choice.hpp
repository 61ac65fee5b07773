#pragma once

#include <batchgrad/regression/feature_view.hpp>

namespace batchgrad::cuda {

/// The kernels that sum the loss and the gradient over a data set; kernels/README.md compares them.
enum class LossKernel {
  general,       ///< no features, rows too long for the others, what groups do not take
  row_thread,    ///< a row is a thread's
  lane_group,    ///< a row is that of some lanes of a warp
  column_slice,  ///< a row is that of a block of threads
  cluster,       ///< a row is that of a cluster of blocks
  column_major,  ///< X is by columns; some rows are a thread's
};

/// What decides. The number of samples does not: virtual blocks follow from it, which all kernels
/// take as they are.
struct LossKernelQuestion {
  index_t features = 0;
  index_t element_size = 0;  ///< of X as it is stored
  bool is_aligned = false;   ///< all views, and each column, begin at multiples of 16 bytes
  index_t shared_bytes = 0;  ///< most shared memory that the device gives a block
  index_t sets = 1;
  index_t classes = 0;
  Layout layout = Layout::rows;
};

/// What a thread loads at once: one element, or a piece of 4 (of 2 where they are of 8 bytes).
enum class LoadUnit { element, piece };

/// The sizes of the elements that a kernel is compiled for, added up.
enum ElementSizes : int { of_2 = 2, of_4 = 4, of_8 = 8, of_every = 14 };

/// One kernel of the family, of which there is an instantiation for every type of these sizes, as X
/// is stored. A row of X is that of `threads` threads, each of which loads `loads` units of it;
/// pieces need X to be aligned, and features that are multiples of them. Of column_major a piece is
/// of neighbouring rows, and a thread loads one for each of up to `loads` columns. Of cluster a row
/// is that of up to 8 times as many threads, and features are multiples of 16 bytes.
struct LossKernelRow {
  LossKernel kernel;
  int sizes;
  LoadUnit unit;
  int threads;
  int loads;

  [[nodiscard]] constexpr bool has(index_t element_size) const {
    return (sizes & element_size) == element_size;
  }
  [[nodiscard]] constexpr int width(index_t element_size) const {
    if (unit == LoadUnit::element) return 1;
    return element_size == 8 ? 2 : 4;
  }
  [[nodiscard]] constexpr bool is_by_columns() const { return kernel == LossKernel::column_major; }
  /// What the number of features is a multiple of.
  [[nodiscard]] constexpr index_t feature_unit(index_t element_size) const {
    if (kernel == LossKernel::cluster) return 16 / element_size;
    return is_by_columns() ? 1 : width(element_size);
  }
  [[nodiscard]] constexpr index_t most_features(index_t element_size) const {
    if (is_by_columns()) return loads;
    return index_t{width(element_size)} * threads * loads * (kernel == LossKernel::cluster ? 8 : 1);
  }
  /// Blocks that a row is spread over: as few as hold it, of 2, 4 and 8 in a cluster.
  [[nodiscard]] constexpr int cluster_size(index_t features, index_t element_size) const {
    if (kernel != LossKernel::cluster) return 1;
    int blocks = 8;
    while (blocks > 2 && features * 16 <= most_features(element_size) * blocks) blocks /= 2;
    return blocks;
  }
};

constexpr LossKernelRow row_thread(int sizes, LoadUnit unit, int loads) {
  return {LossKernel::row_thread, sizes, unit, 1, loads};
}
constexpr LossKernelRow lane_group(int sizes, LoadUnit unit, int lanes, int loads) {
  return {LossKernel::lane_group, sizes, unit, lanes, loads};
}
constexpr LossKernelRow column_slice(int sizes, LoadUnit unit, int warps, int loads) {
  return {LossKernel::column_slice, sizes, unit, 32 * warps, loads};
}

constexpr LossKernelRow cluster(int sizes, int warps, int loads) {
  return {LossKernel::cluster, sizes, LoadUnit::piece, 32 * warps, loads};
}
constexpr LossKernelRow column_major(int sizes, int columns) {
  return {LossKernel::column_major, sizes, LoadUnit::piece, 1, columns};
}

/// The whole choice: the first row that fits is taken, else the general kernel. There are no other
/// instantiations. Threads hold their columns in registers, which ends the table. Beside each row
/// the most features that it takes.
inline constexpr LossKernelRow loss_kernel_table[] = {
    row_thread(of_every, LoadUnit::piece, 1),              // 4; of double 2
    row_thread(of_every, LoadUnit::piece, 2),              // 8; 4
    lane_group(of_every, LoadUnit::piece, 4, 1),           // 16; 8
    lane_group(of_every, LoadUnit::piece, 8, 1),           // 32; 16
    lane_group(of_every, LoadUnit::piece, 16, 1),          // 64; 32
    lane_group(of_every, LoadUnit::piece, 32, 1),          // 128; 64
    lane_group(of_every, LoadUnit::piece, 32, 2),          // 256; 128
    lane_group(of_every, LoadUnit::piece, 32, 4),          // 512; 256
    column_slice(of_every, LoadUnit::piece, 15, 1),        // 1920; 960
    column_slice(of_every, LoadUnit::piece, 15, 2),        // 3840; 1920
    column_slice(of_every, LoadUnit::piece, 15, 4),        // 7680; 3840
    column_slice(of_every, LoadUnit::piece, 7, 19),        // 17024; 8512
    row_thread(of_every, LoadUnit::element, 1),            // 1
    row_thread(of_4, LoadUnit::element, 2),                // 2
    row_thread(of_every, LoadUnit::element, 3),            // 3
    row_thread(of_every, LoadUnit::element, 8),            // 8
    row_thread(of_4, LoadUnit::element, 12),               // 12
    row_thread(of_every, LoadUnit::element, 16),           // 16
    row_thread(of_4, LoadUnit::element, 24),               // 24
    row_thread(of_2 | of_4, LoadUnit::element, 32),        // 32
    lane_group(of_8, LoadUnit::element, 32, 1),            // 32
    lane_group(of_4 | of_8, LoadUnit::element, 32, 2),     // 64
    lane_group(of_every, LoadUnit::element, 32, 4),        // 128
    lane_group(of_2 | of_4, LoadUnit::element, 32, 8),     // 256
    column_slice(of_8, LoadUnit::element, 15, 1),          // 480
    column_slice(of_4 | of_8, LoadUnit::element, 15, 2),   // 960
    column_slice(of_every, LoadUnit::element, 15, 4),      // 1920
    column_slice(of_every, LoadUnit::element, 15, 8),      // 3840
    column_slice(of_2 | of_4, LoadUnit::element, 15, 16),  // 7680
    cluster(of_every, 7, 19),                              // 136192; 68096
    column_major(of_every, 8),
    column_major(of_4 | of_8, 16),
    column_major(of_every, 32),
};
inline constexpr index_t loss_kernel_rows = sizeof(loss_kernel_table) / sizeof(LossKernelRow);

/// What a kernel asks for at most: its ring, or the sums of its warps, and some more.
constexpr index_t shared_bytes(LossKernel kernel) {
  constexpr index_t kibibyte = 1024;
  if (kernel == LossKernel::column_major) return 4 * kibibyte;
  if (kernel == LossKernel::row_thread) return 98 * kibibyte;
  return kernel == LossKernel::lane_group ? 48 * kibibyte : 216 * kibibyte;
}

constexpr bool fits(const LossKernelRow& row, const LossKernelQuestion& question) {
  const index_t size = question.element_size;
  return question.sets == 1 && question.classes == 0 && question.features > 0 && row.has(size) &&
         question.features <= row.most_features(size) &&
         question.features % row.feature_unit(size) == 0 &&
         row.is_by_columns() == (question.layout == Layout::columns) &&
         (question.is_aligned || row.unit == LoadUnit::element) &&
         shared_bytes(row.kernel) <= question.shared_bytes;
}

/// The place in the table of the kernel that is taken; loss_kernel_rows: the general kernel.
constexpr index_t choose_loss_kernel(const LossKernelQuestion& question) {
  index_t i = 0;
  while (i < loss_kernel_rows && !fits(loss_kernel_table[i], question)) ++i;
  return i;
}

/// Whether X by columns stays so on a device. Otherwise it is transposed as it is copied there.
constexpr bool keeps_columns(index_t features, index_t element_size) {
  LossKernelQuestion question{features, element_size, true, shared_bytes(LossKernel::column_major)};
  question.layout = Layout::columns;
  return choose_loss_kernel(question) < loss_kernel_rows;
}

}  // namespace batchgrad::cuda
