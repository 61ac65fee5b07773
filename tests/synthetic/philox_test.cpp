#include <batchgrad/core/philox.hpp>

#include <gtest/gtest.h>

namespace batchgrad::detail {
namespace {

/// The known answers of Random123, the authors' own implementation.
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_EQ(Philox(0)({0, 0, 0, 0}),
            (Philox::Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox(0xffffffffffffffff)({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}),
            (Philox::Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox(0x299f31d0a4093822)({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
            (Philox::Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, UniformNumbersStayInsideTheInterval) {
  EXPECT_GT(uniform(0, 0), 0.0);
  EXPECT_LT(uniform(0xffffffff, 0xffffffff), 1.0);
  EXPECT_EQ(uniform(0x80000000, 0) - 0.5, 0x1p-53);
}

}  // namespace
}  // namespace batchgrad::detail
