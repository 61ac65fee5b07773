#include "solver/batches.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numeric>

namespace batchgrad::detail {
namespace {

std::vector<index_t> numbers(index_t count) {
  std::vector<index_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), index_t{0});
  return rows;
}

std::vector<index_t> epoch_of(Batches& batches, index_t epoch) {
  batches.shuffle(epoch);
  std::vector<index_t> rows;
  for (index_t b = 0; b < batches.count(); ++b)
    rows.insert(rows.end(), batches[b].begin(), batches[b].end());
  return rows;
}

TEST(Batches, HoldEachRowOnceAnEpoch) {
  for (const index_t rows : {1, 2, 9, 10, 11, 100})
    for (const index_t size : {1, 3, 10, 1000}) {
      Batches batches(numbers(rows), size, 1);
      EXPECT_EQ(batches.count(), (rows + size - 1) / size);
      for (const index_t epoch : {0, 1, 2}) {
        std::vector<index_t> drawn = epoch_of(batches, epoch);
        for (index_t b = 0; b + 1 < batches.count(); ++b) EXPECT_EQ(batches[b].size(), size);
        std::sort(drawn.begin(), drawn.end());
        EXPECT_EQ(drawn, numbers(rows));
      }
    }
}

TEST(Batches, OfTheLargestSizeAreOne) {
  Batches batches(numbers(3), std::numeric_limits<index_t>::max(), 1);
  EXPECT_EQ(batches.count(), 1);
  EXPECT_EQ(epoch_of(batches, 0).size(), 3U);
}

TEST(Batches, OrderIsOfTheSeedAndTheEpochAlone) {
  Batches first(numbers(50), 7, 1);
  Batches second(numbers(50), 11, 1);
  Batches other(numbers(50), 7, 2);
  const std::vector<index_t> late = epoch_of(first, 5);
  EXPECT_NE(epoch_of(first, 0), late);
  EXPECT_EQ(epoch_of(second, 5), late);
  EXPECT_NE(epoch_of(other, 5), late);
}

TEST(Shuffle, MakesAllOrdersAsOften) {
  std::map<std::vector<index_t>, int> seen;
  constexpr int rounds = 24000;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    std::vector<index_t> values = numbers(4);
    shuffle(3, Order::epoch, round, values);
    ++seen[values];
  }
  ASSERT_EQ(seen.size(), 24U);
  double chi_square = 0;
  for (const auto& [order, count] : seen) chi_square += std::pow(count - 1000.0, 2) / 1000;
  EXPECT_LE(chi_square, 49.7);  // the 99.9 % point of 23 degrees of freedom
}

TEST(Shuffle, OfOneOrNoneChangesNothing) {
  std::vector<index_t> none;
  shuffle(1, Order::holdout, 0, none);
  EXPECT_TRUE(none.empty());
  std::vector<index_t> one = {7};
  shuffle(1, Order::holdout, 0, one);
  EXPECT_EQ(one, (std::vector<index_t>{7}));
}

}  // namespace
}  // namespace batchgrad::detail
