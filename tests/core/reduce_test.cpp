#include <batchgrad/core/reduce.hpp>

#include <gtest/gtest.h>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

TEST(VirtualBlocks, CoverEverySampleOnceAndInOrder) {
  for (const index_t samples : {1, 15, 16, 17, 1000, 65536, 1000003})
    for (const index_t features : {0, 1, 7, 64, 5000}) {
      const auto blocks = VirtualBlocks::of(samples, features, 4);
      ASSERT_GT(blocks.count, 0);
      EXPECT_EQ(blocks.first(0), 0);
      for (index_t b = 0; b + 1 < blocks.count; ++b) {
        ASSERT_LT(blocks.first(b), blocks.last(b));
        ASSERT_EQ(blocks.last(b), blocks.first(b + 1));
        ASSERT_EQ(blocks.first(b) % 16, 0);
      }
      EXPECT_LT(blocks.first(blocks.count - 1), samples);
      EXPECT_EQ(blocks.last(blocks.count - 1), samples);
    }
}

TEST(VirtualBlocks, AreNoneForNoSamples) { EXPECT_EQ(VirtualBlocks::of(0, 8, 8).count, 0); }

TEST(VirtualBlocks, KeepTheirPartialSumsWithinThirtyTwoMebibytes) {
  const auto narrow = VirtualBlocks::of(100'000'000, 8, 4);
  EXPECT_LE(narrow.count, VirtualBlocks::most_blocks);
  EXPECT_GE(narrow.count, VirtualBlocks::most_blocks - 1);
  const auto wide = VirtualBlocks::of(1'000'000, 100'000, 4);
  EXPECT_LE(wide.count * 8 * 100'001, 32 * 1024 * 1024);
}

TEST(TreeSum, AddsNeighboursFirst) {
  // (1 + 2^-53) rounds to 1 each time: left to right the small terms are lost, by pairs one is not.
  std::vector<double> values{1, 0x1p-53, 0x1p-53, 0x1p-53};
  EXPECT_EQ(tree_sum(values.data(), 4), 1 + 0x1p-52);
}

TEST(TreeSum, EqualsTheSumOfIntegersForEveryCount) {
  for (index_t count = 0; count <= 70; ++count) {
    std::vector<double> values;
    for (index_t i = 0; i < count; ++i) values.push_back(static_cast<double>(i * i));
    EXPECT_EQ(tree_sum(values.data(), count),
              static_cast<double>((count - 1) * count * (2 * count - 1) / 6));
  }
}

TEST(TreeSum, AddsRowsAsItAddsNumbers) {
  constexpr index_t count = 37;
  constexpr index_t stride = 5;
  std::vector<double> rows;
  for (index_t i = 0; i < count * stride; ++i) rows.push_back(1.0 / static_cast<double>(i + 1));
  std::vector<double> column;
  for (index_t i = 0; i < count; ++i)
    column.push_back(rows[static_cast<std::size_t>(i * stride + 2)]);
  tree_sum(rows.data() + 1, count, stride, 3);
  EXPECT_EQ(rows[2], tree_sum(column.data(), count));
}

}  // namespace
}  // namespace batchgrad::test
