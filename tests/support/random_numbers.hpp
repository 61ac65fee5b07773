#pragma once

#include <batchgrad/core/portability.hpp>

#include <cstdint>
#include <vector>

namespace batchgrad::test {

/// Seeded uniform numbers, the same on every platform (splitmix64: Steele, Lea, Flood, OOPSLA
/// 2014).
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : state_(seed) {}

  /// Uniform in [low, high).
  double operator()(double low = -1, double high = 1) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    z ^= z >> 31U;
    return low + (high - low) * static_cast<double>(z >> 11U) * 0x1p-53;
  }

  template <class T>
  std::vector<T> vector(index_t size, double low = -1, double high = 1) {
    std::vector<T> numbers(static_cast<std::size_t>(size));
    for (T& number : numbers) number = static_cast<T>((*this)(low, high));
    return numbers;
  }

 private:
  std::uint64_t state_;
};

}  // namespace batchgrad::test
