#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace batchgrad::cuda {

/// 128 bits of everything added, the same on every machine: names of cached kernels, and a check
/// that a file is whole. Two FNV-1a hashes (Fowler, Noll, Vo) with different starts and last mixes;
/// not meant to withstand somebody who makes collisions.
class Fingerprint {
 public:
  Fingerprint& add(std::string_view text) {
    add_bytes(text);
    add_bytes({"\0", 1});  // "ab" + "c" is not "a" + "bc"
    return *this;
  }
  /// 32 hexadecimal digits.
  [[nodiscard]] std::string text() const { return digits(mixed(first_)) + digits(mixed(~second_)); }

 private:
  void add_bytes(std::string_view text) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      first_ = (first_ ^ byte) * 0x100000001b3U;
      second_ = (second_ ^ byte) * 0x9e3779b97f4a7c15U;
    }
  }
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  static std::string digits(std::uint64_t value) {
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; value >>= 4U)
      text[i] = "0123456789abcdef"[value & 15U];
    return text;
  }

  std::uint64_t first_ = 0xcbf29ce484222325U;
  std::uint64_t second_ = 0x2545f4914f6cdd1dU;
};

}  // namespace batchgrad::cuda
