// Which of the cuda backend's kernels sums a loss gradient; no device is needed to ask.
#include "cuda/loss_kernel_choice.hpp"

#include <gtest/gtest.h>
#include <set>

#include "cuda/set_group_choice.hpp"

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
    EXPECT_EQ(kernel(65'536, size), LossKernel::cluster);
    EXPECT_EQ(kernel(65'537, size), LossKernel::general);
    EXPECT_EQ(kernel(262'144, size), LossKernel::general);
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
      EXPECT_EQ(choice({features, size, true, shared}).width(size), 4) << features;
      EXPECT_EQ(choice({features, size, false, shared}).width(size), 1) << features;
      EXPECT_EQ(choice({features + 2, size, true, shared}).width(size), 1) << features;
    }
}

TEST(LossKernelChoice, LeavesManySetsAndClassesToOthers) {
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
        const int width = row.width(size);
        EXPECT_TRUE(row.has(size));
        EXPECT_LE(features, row.most_features(size));
        EXPECT_EQ(features % width, 0);
        EXPECT_TRUE(width == 1 || (is_aligned && 16 % (width * size) == 0));
        // Wide loads from shared memory know where the row ends.
        const bool is_exact = row.kernel == LossKernel::row_thread && width > 1;
        EXPECT_TRUE(!is_exact || features == row.most_features(size)) << features;
      }
}

/// Every kernel that is compiled is taken by something.
TEST(LossKernelChoice, ReachesEveryRow) {
  for (const index_t size : {2, 4, 8}) {
    std::set<index_t> rows{loss_kernel_rows};  // of the general kernel
    for (index_t row = 0; row < loss_kernel_rows; ++row)
      if (loss_kernel_table[row].has(size)) rows.insert(row);
    std::set<index_t> taken;
    for (const Layout layout : {Layout::rows, Layout::columns})
      for (const bool is_aligned : {true, false})
        for (index_t features = 1; features <= 20'000; ++features)
          taken.insert(choose_loss_kernel({features, size, is_aligned, shared, 1, 0, layout}));
    EXPECT_EQ(taken, rows) << size;
  }
}

/// The kernel for groups, and the most sets of one; none where the general kernel is taken.
struct Group {
  SetGroupKernel kernel;
  index_t sets;
  bool operator==(const Group&) const = default;
};
Group group(const SetGroupQuestion& question) {
  const SetGroupChoice choice = choose_set_group(question);
  if (choice.row == set_group_rows) return {};
  return {set_group_table[choice.row].kernel, choice.sets};
}

TEST(SetGroupChoice, ReadsTheDataAsRarelyAsItCan) {
  using enum SetGroupKernel;
  for (index_t sets = 2; sets <= 4; ++sets) {
    EXPECT_EQ(group({20, 4, sets, 0, shared}), (Group{fma, sets}));
    EXPECT_EQ(group({20, 8, sets, 0, shared}), (Group{fma, sets}));
    EXPECT_EQ(group({20, 2, sets, 0, shared}), (Group{tensor, sets}));
  }
  EXPECT_EQ(group({20, 4, 5, 0, shared}), (Group{tensor, 5}));
  EXPECT_EQ(group({20, 4, 16, 0, shared}), (Group{tensor, 16}));
  EXPECT_EQ(group({20, 4, 17, 0, shared}), (Group{tensor, 9}));
  EXPECT_EQ(group({20, 4, 40, 0, shared}), (Group{tensor, 14}));
  EXPECT_EQ(group({20, 8, 5, 0, shared}), (Group{fma, 3}));
}

TEST(SetGroupChoice, KeepsTheClassesOfASetTogether) {
  using enum SetGroupKernel;
  EXPECT_EQ(group({20, 4, 1, 3, shared}), (Group{fma, 1}));
  EXPECT_EQ(group({20, 4, 1, 10, shared}), (Group{tensor, 1}));
  EXPECT_EQ(group({20, 4, 7, 5, shared}), (Group{tensor, 3}));
  EXPECT_EQ(group({20, 4, 1, 17, shared}), Group{});
  EXPECT_EQ(group({20, 8, 3, 2, shared}), (Group{fma, 2}));
  EXPECT_EQ(group({20, 8, 1, 5, shared}), Group{});
}

TEST(SetGroupChoice, EndsWhereAWarpHasNoMoreColumns) {
  EXPECT_EQ(group({0, 4, 3, 0, shared}), Group{});
  for (const index_t size : {2, 4, 8}) {
    const index_t most = size == 8 ? 256 : 512;
    EXPECT_EQ(group({most, size, 4, 0, shared}).sets, 4);
    EXPECT_EQ(group({most + 1, size, 4, 0, shared}), Group{});
  }
}

/// Whatever is asked, what is answered fits: two stages of the ring at least.
TEST(SetGroupChoice, AsksForNoMoreSharedMemoryThanThereIs) {
  EXPECT_EQ(group({512, 4, 16, 0, shared}).sets, 16);
  for (const index_t bytes : {48 * 1024, 99 * 1024, 163 * 1024, 227 * 1024})
    for (const index_t size : {2, 4, 8})
      for (index_t features = 1; features <= 512; ++features)
        for (const index_t sets : {2, 4, 7, 16, 33}) {
          const SetGroupQuestion question{features, size, sets, 0, bytes};
          const SetGroupChoice choice = choose_set_group(question);
          if (choice.row == set_group_rows) continue;
          const SetGroupRow& row = set_group_table[choice.row];
          EXPECT_LE(choice.sets, row.most_outputs());
          const SetGroupShape one = set_group_shape(row, question, choice.sets, 1, 1);
          EXPECT_GE(one.row_warps, 1);
          const index_t stage =
              one.row_warps * row.rows() * (features * size + 3 * (size == 8 ? 8 : 4) + 4) + 160;
          const SetGroupShape shape = set_group_shape(row, question, choice.sets, stage, 16);
          EXPECT_GE(shape.stages, 2);
          EXPECT_LE(shape.bytes + set_group_static_bytes(size), bytes);
        }
}

}  // namespace
}  // namespace batchgrad::cuda
