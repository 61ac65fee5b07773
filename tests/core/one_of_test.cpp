#include <batchgrad/core/one_of.hpp>

#include <gtest/gtest.h>
#include <string>
#include <type_traits>

namespace batchgrad::test {
namespace {

struct First {
  double value = 1;
};
struct Second {
  double value = 2;
};
struct Third {
  float value = 3;
};
using Any = OneOf<First, Second, Third>;

double value_of(const Any& any) {
  double result = 0;
  int calls = 0;
  any.visit([&](const auto& held) {
    result = static_cast<double>(held.value);
    ++calls;
  });
  EXPECT_EQ(calls, 1);
  return result;
}

TEST(OneOf, VisitsTheAlternativeItHolds) {
  EXPECT_EQ(value_of(Any()), 1);
  EXPECT_EQ(value_of(Any(First{10})), 10);
  EXPECT_EQ(value_of(Any(Second{20})), 20);
  EXPECT_EQ(value_of(Any(Third{30})), 30);
}

TEST(OneOf, IsCopiedAsBytes) {
  static_assert(std::is_trivially_copyable_v<Any>);
  const Any any(Third{7});
  const Any copy = any;
  EXPECT_EQ(value_of(copy), 7);
}

}  // namespace
}  // namespace batchgrad::test
