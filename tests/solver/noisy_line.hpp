#pragma once

#include <batchgrad/core/philox.hpp>

#include "random/portable_math.hpp"
#include "small_data.hpp"

namespace batchgrad::test {

/// y = 2 x + 1 + 20 N(0, 1) at 100 points on [0, 100].
inline SmallData<> noisy_line() {
  const detail::Philox random(1);
  SmallData<> data;
  data.features = 1;
  for (std::uint32_t m = 0; m < 100; ++m) {
    const detail::Philox::Counter bits = random({m, 0, 0, 0});
    const double noise = detail::normal_quantile(detail::uniform(bits[0], bits[1]));
    const double x = 100.0 * m / 99;
    data.x.push_back(x);
    data.y.push_back(2 * x + 1 + 20 * noise);
  }
  return data;
}

}  // namespace batchgrad::test
