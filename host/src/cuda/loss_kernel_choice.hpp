#pragma once

#include <batchgrad/core/view.hpp>

namespace batchgrad::cuda {

/// The kernels that sum the loss and the gradient over a data set; kernels/README.md compares them.
enum class LossKernel {
  general,       ///< many sets, softmax, no features, rows too long for the others
  row_thread,    ///< a row is a thread's
  lane_group,    ///< a row is that of some lanes of a warp
  column_slice,  ///< a row is that of a block of threads
};

/// What decides. The number of samples does not: virtual blocks follow from it, which all kernels
/// take as they are.
struct LossKernelQuestion {
  index_t features = 0;
  index_t element_size = 0;  ///< of X as it is stored
  bool is_aligned = false;   ///< X and the centre begin at multiples of 16 bytes
  index_t shared_bytes = 0;  ///< most shared memory that the device gives a block
  index_t sets = 1;
  index_t classes = 0;
};

/// One kernel of the family: it takes up to `most_features`, multiples of `width`, and where that
/// is above 1 only data that is aligned. The rest are its template's arguments.
struct LossKernelRow {
  LossKernel kernel;
  int element_size;  ///< of X as it is stored
  int width;         ///< elements of a load
  index_t most_features;
  int columns = 0;  ///< row_thread: of a thread
  int lanes = 0;    ///< lane_group: of a row
  int warps = 0;    ///< column_slice: of a row
  int loads = 0;    ///< lane_group, column_slice: of a row by a thread
};

constexpr LossKernelRow row_thread(int element_size, int width, int columns) {
  return {LossKernel::row_thread, element_size, width, columns, columns};
}
constexpr LossKernelRow lane_group(int element_size, int width, int lanes, int loads) {
  return {LossKernel::lane_group,
          element_size,
          width,
          index_t{width} * lanes * loads,
          0,
          lanes,
          0,
          loads};
}
constexpr LossKernelRow column_slice(int element_size, int width, int warps, int loads) {
  return {LossKernel::column_slice,
          element_size,
          width,
          index_t{width} * 32 * warps * loads,
          0,
          0,
          warps,
          loads};
}

/// The whole choice: the first row that fits is taken, else the general kernel. There are no other
/// instantiations. Threads hold their columns in registers, so most_features is where these end.
inline constexpr LossKernelRow loss_kernel_table[] = {
    // 16 bits, aligned            up to features
    row_thread(2, 4, 4),        // 4
    row_thread(2, 4, 8),        // 8
    lane_group(2, 4, 4, 1),     // 16
    lane_group(2, 4, 8, 1),     // 32
    lane_group(2, 4, 16, 1),    // 64
    lane_group(2, 4, 32, 1),    // 128
    lane_group(2, 4, 32, 2),    // 256
    lane_group(2, 4, 32, 4),    // 512
    column_slice(2, 4, 15, 1),  // 1920
    column_slice(2, 4, 15, 2),  // 3840
    column_slice(2, 4, 15, 4),  // 7680
    column_slice(2, 4, 7, 19),  // 17024
    // 16 bits, any
    row_thread(2, 1, 1), row_thread(2, 1, 3), row_thread(2, 1, 8), row_thread(2, 1, 16),
    row_thread(2, 1, 32),        // 32
    lane_group(2, 1, 32, 4),     // 128
    lane_group(2, 1, 32, 8),     // 256
    column_slice(2, 1, 15, 4),   // 1920
    column_slice(2, 1, 15, 8),   // 3840
    column_slice(2, 1, 15, 16),  // 7680
    // float, aligned
    row_thread(4, 4, 4),        // 4
    row_thread(4, 4, 8),        // 8
    lane_group(4, 4, 4, 1),     // 16
    lane_group(4, 4, 8, 1),     // 32
    lane_group(4, 4, 16, 1),    // 64
    lane_group(4, 4, 32, 1),    // 128
    lane_group(4, 4, 32, 2),    // 256
    lane_group(4, 4, 32, 4),    // 512
    column_slice(4, 4, 15, 1),  // 1920
    column_slice(4, 4, 15, 2),  // 3840
    column_slice(4, 4, 15, 4),  // 7680
    column_slice(4, 4, 7, 19),  // 17024
    // float, any
    row_thread(4, 1, 1), row_thread(4, 1, 2), row_thread(4, 1, 3), row_thread(4, 1, 8),
    row_thread(4, 1, 12), row_thread(4, 1, 16), row_thread(4, 1, 24), row_thread(4, 1, 32),
    lane_group(4, 1, 32, 2),     // 64
    lane_group(4, 1, 32, 4),     // 128
    lane_group(4, 1, 32, 8),     // 256
    column_slice(4, 1, 15, 2),   // 960
    column_slice(4, 1, 15, 4),   // 1920
    column_slice(4, 1, 15, 8),   // 3840
    column_slice(4, 1, 15, 16),  // 7680
    // double, aligned
    row_thread(8, 2, 2),        // 2
    row_thread(8, 2, 4),        // 4
    lane_group(8, 2, 4, 1),     // 8
    lane_group(8, 2, 8, 1),     // 16
    lane_group(8, 2, 16, 1),    // 32
    lane_group(8, 2, 32, 1),    // 64
    lane_group(8, 2, 32, 2),    // 128
    lane_group(8, 2, 32, 4),    // 256
    column_slice(8, 2, 15, 1),  // 960
    column_slice(8, 2, 15, 2),  // 1920
    column_slice(8, 2, 15, 4),  // 3840
    column_slice(8, 2, 7, 19),  // 8512
    // double, any
    row_thread(8, 1, 1), row_thread(8, 1, 3), row_thread(8, 1, 8), row_thread(8, 1, 16),
    lane_group(8, 1, 32, 1),    // 32
    lane_group(8, 1, 32, 2),    // 64
    lane_group(8, 1, 32, 4),    // 128
    column_slice(8, 1, 15, 1),  // 480
    column_slice(8, 1, 15, 2),  // 960
    column_slice(8, 1, 15, 4),  // 1920
    column_slice(8, 1, 15, 8),  // 3840
};
inline constexpr index_t loss_kernel_rows = sizeof(loss_kernel_table) / sizeof(LossKernelRow);

/// What a kernel asks for at most: its ring, or the sums of its warps, and some more.
constexpr index_t shared_bytes(LossKernel kernel) {
  constexpr index_t kibibyte = 1024;
  if (kernel == LossKernel::row_thread) return 98 * kibibyte;
  return kernel == LossKernel::lane_group ? 48 * kibibyte : 216 * kibibyte;
}

constexpr bool fits(const LossKernelRow& row, const LossKernelQuestion& question) {
  return question.sets == 1 && question.classes == 0 && question.features > 0 &&
         question.element_size == row.element_size && question.features <= row.most_features &&
         question.features % row.width == 0 && (question.is_aligned || row.width == 1) &&
         shared_bytes(row.kernel) <= question.shared_bytes;
}

/// The place in the table of the kernel that is taken; loss_kernel_rows: the general kernel.
constexpr index_t choose_loss_kernel(const LossKernelQuestion& question) {
  index_t i = 0;
  while (i < loss_kernel_rows && !fits(loss_kernel_table[i], question)) ++i;
  return i;
}

}  // namespace batchgrad::cuda
