#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::detail {

/// Philox4x32-10: a bijection of 128-bit counters for each 64-bit key. A random number is a
/// function of its place alone, so any thread can make any of them in any order.
/// Reference: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3", SC11 (2011).
class Philox {
 public:
  using Word = unsigned;
  using Key = unsigned long long;
  static_assert(sizeof(Word) == 4 && sizeof(Key) == 8);

  struct Counter {
    Word words[4];

    constexpr BATCHGRAD_HD Word operator[](int i) const { return words[i]; }
    constexpr BATCHGRAD_HD bool operator==(const Counter& other) const {
      return words[0] == other[0] && words[1] == other[1] && words[2] == other[2] &&
             words[3] == other[3];
    }
  };

  explicit constexpr BATCHGRAD_HD Philox(Key key)
      : key_{static_cast<Word>(key), static_cast<Word>(key >> 32)} {}

  [[nodiscard]] constexpr BATCHGRAD_HD Counter operator()(Counter counter) const {
    Word first = key_[0];
    Word second = key_[1];
    for (int round = 0; round < 10; ++round) {
      const Key even = Key{0xD2511F53} * counter[0];
      const Key odd = Key{0xCD9E8D57} * counter[2];
      counter = {{static_cast<Word>(odd >> 32) ^ counter[1] ^ first, static_cast<Word>(odd),
                  static_cast<Word>(even >> 32) ^ counter[3] ^ second, static_cast<Word>(even)}};
      first += 0x9E3779B9;  // the golden ratio, then sqrt(3) - 1: Weyl sequences of round keys
      second += 0xBB67AE85;
    }
    return counter;
  }

 private:
  Word key_[2];
};

/// A number strictly between 0 and 1: the midpoints of 2^52 equal intervals.
[[nodiscard]] constexpr BATCHGRAD_HD double uniform(Philox::Word high, Philox::Word low) {
  const Philox::Key bits = ((Philox::Key{high} << 32) | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

/// A random order of any number of things: for i = n ... 2, entry i - 1 changes places with entry
/// partner(i). Every order is as likely, but for the remainder of 64-bit numbers, less than one in
/// 2^64 / n.
/// Reference: D. E. Knuth, The Art of Computer Programming 2 (1997), 3.4.2, algorithm P.
struct RandomOrder {
  Philox::Key seed;
  Philox::Word kind;  ///< orders of different kinds or rounds are independent
  Philox::Word round;

  /// Below i.
  [[nodiscard]] constexpr BATCHGRAD_HD index_t partner(index_t i) const {
    const auto place = static_cast<Philox::Key>(i);
    const auto bits = Philox(seed)(
        {{static_cast<Philox::Word>(place), static_cast<Philox::Word>(place >> 32), round, kind}});
    const Philox::Key drawn = (Philox::Key{bits[0]} << 32) | bits[1];
    return static_cast<index_t>(drawn % place);
  }
};

}  // namespace batchgrad::detail
