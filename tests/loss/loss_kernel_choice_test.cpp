// Which of the cuda backend's kernels sums a loss gradient; no device is needed to ask.
#include "cuda/loss_kernel_choice.hpp"

#include <gtest/gtest.h>
#include <set>

namespace batchgrad::cuda {
namespace {

constexpr index_t shared = 227 * 1024;

/// The row that is taken, or one of the general kernel.
LossKernelRow choice(const LossKernelQuestion& question) {
  const index_t row = choose_loss_kernel(question);
  return row < loss_kernel_rows ? loss_kernel_table[row] : LossKernelRow{};
}
LossKernel kernel(index_t features, index_t element_size, bool is_aligned = true) {
  return choice({features, element_size, is_aligned, shared}).kernel;
}

TEST(LossKernelChoice, FollowsTheNumberOfFeatures) {
  for (const index_t size : {2, 4, 8}) {
    EXPECT_EQ(kernel(0, size), LossKernel::general);
    EXPECT_EQ(kernel(1, size), LossKernel::row_thread);
    EXPECT_EQ(kernel(4, size), LossKernel::row_thread);
    EXPECT_EQ(kernel(7, size), LossKernel::row_thread);
    EXPECT_EQ(kernel(16, size), LossKernel::lane_group);
    EXPECT_EQ(kernel(100, size), LossKernel::lane_group);
    EXPECT_EQ(kernel(1023, size), LossKernel::column_slice);
    EXPECT_EQ(kernel(1024, size), LossKernel::column_slice);
    EXPECT_EQ(kernel(8192, size), LossKernel::column_slice);
    EXPECT_EQ(kernel(131'072, size), LossKernel::general);
  }
  EXPECT_EQ(kernel(16'384, 2), LossKernel::column_slice);
  EXPECT_EQ(kernel(16'384, 4), LossKernel::column_slice);
  EXPECT_EQ(kernel(8, 2), LossKernel::row_thread);
  EXPECT_EQ(kernel(8, 4), LossKernel::row_thread);
  EXPECT_EQ(kernel(8, 8), LossKernel::lane_group);
}

TEST(LossKernelChoice, LoadsFourElementsAtOnceWhereRowsAreMultiplesOfThem) {
  for (const index_t size : {2, 4})
    for (index_t features = 4; features <= 1024; features += 4) {
      EXPECT_EQ(choice({features, size, true, shared}).width, 4) << features;
      EXPECT_EQ(choice({features, size, false, shared}).width, 1) << features;
      EXPECT_EQ(choice({features + 2, size, true, shared}).width, 1) << features;
    }
}

TEST(LossKernelChoice, LeavesManySetsAndClassesToTheGeneralKernel) {
  EXPECT_EQ(choice({16, 4, true, shared, 2, 0}).kernel, LossKernel::general);
  EXPECT_EQ(choice({16, 4, true, shared, 1, 3}).kernel, LossKernel::general);
}

TEST(LossKernelChoice, AsksForNoMoreSharedMemoryThanThereIs) {
  EXPECT_EQ(choice({4096, 4, true, 99 * 1024}).kernel, LossKernel::general);
  EXPECT_EQ(choice({7, 4, true, 99 * 1024}).kernel, LossKernel::row_thread);
  EXPECT_EQ(choice({7, 4, true, 48 * 1024}).kernel, LossKernel::lane_group);
  EXPECT_EQ(choice({7, 4, true, 16 * 1024}).kernel, LossKernel::general);
}

/// Whatever is asked, the row that answers can do it.
TEST(LossKernelChoice, TakesNoKernelThatCannot) {
  for (const index_t size : {2, 4, 8})
    for (const bool is_aligned : {true, false})
      for (index_t features = 1; features < 20'000; features += features < 600 ? 1 : 37) {
        const LossKernelRow row = choice({features, size, is_aligned, shared});
        if (row.kernel == LossKernel::general) {
          EXPECT_GT(features, size == 8 ? 3840 : 7680);
          continue;
        }
        EXPECT_EQ(row.element_size, size);
        EXPECT_LE(features, row.most_features);
        EXPECT_EQ(features % row.width, 0);
        EXPECT_TRUE(row.width == 1 || (is_aligned && 16 % (row.width * size) == 0));
        // Wide loads from shared memory know where the row ends.
        const bool is_exact = row.kernel == LossKernel::row_thread && row.width > 1;
        EXPECT_TRUE(!is_exact || features == row.columns) << features;
      }
}

/// Every kernel that is compiled is taken by something.
TEST(LossKernelChoice, ReachesEveryRow) {
  std::set<index_t> rows;
  for (const index_t size : {2, 4, 8})
    for (const bool is_aligned : {true, false})
      for (index_t features = 1; features <= 20'000; ++features)
        rows.insert(choose_loss_kernel({features, size, is_aligned, shared}));
  EXPECT_EQ(static_cast<index_t>(rows.size()), loss_kernel_rows + 1);  // and the general kernel
}

}  // namespace
}  // namespace batchgrad::cuda
