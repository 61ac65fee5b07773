#include <batchgrad/core/view.hpp>

#include <array>
#include <gtest/gtest.h>
#include <type_traits>
#include <vector>

namespace batchgrad::test {
namespace {

TEST(VectorView, SeesTheElementsOfItsOwner) {
  std::vector<double> owner{1, 2, 3};
  const VectorView<double> view(owner);
  view[1] = 5;
  EXPECT_EQ(owner[1], 5);
  EXPECT_EQ(view.size(), 3);
  const VectorView<const double> read_only = view;
  EXPECT_EQ(read_only[2], 3);
  static_assert(!std::is_constructible_v<VectorView<double>, const std::vector<double>&>);
  static_assert(!std::is_constructible_v<VectorView<double>, VectorView<const double>>);
}

TEST(VectorView, IsEmptyByDefault) {
  EXPECT_TRUE(VectorView<float>().empty());
  EXPECT_EQ(VectorView<float>().begin(), VectorView<float>().end());
}

TEST(MatrixView, StepsOverThePaddingOfItsRows) {
  std::array<int, 8> storage{1, 2, 3, -1, 4, 5, 6, -1};
  const MatrixView<int> view(storage.data(), 2, 3, 4);
  EXPECT_EQ(view(1, 0), 4);
  EXPECT_EQ(view.row(1)[2], 6);
  EXPECT_EQ(view.row(0).size(), 3);
  EXPECT_EQ(view.row_range(1, 1)(0, 1), 5);
  EXPECT_EQ(view.row_range(1, 1).row_stride(), 4);
}

TEST(MatrixView, IsEmptyWithoutRowsOrWithoutColumns) {
  int element = 0;
  EXPECT_TRUE(MatrixView<int>(&element, 0, 3).empty());
  EXPECT_TRUE(MatrixView<int>(&element, 3, 0).empty());
  EXPECT_FALSE(MatrixView<int>(&element, 1, 1).empty());
}

}  // namespace
}  // namespace batchgrad::test
