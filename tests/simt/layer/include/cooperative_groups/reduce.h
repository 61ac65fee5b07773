#pragma once

#include <cooperative_groups.h>

namespace cooperative_groups {

template <class T>
struct plus {
  T operator()(T a, T b) const { return a + b; }
};
template <class T>
struct less {
  T operator()(T a, T b) const { return b < a ? b : a; }
};
template <class T>
struct greater {
  T operator()(T a, T b) const { return a < b ? b : a; }
};

template <unsigned Size, class T, class Operation>
T reduce(const thread_block_tile<Size>& tile, T value, Operation operation, SIMT_HERE) {
  for (unsigned bit = Size / 2; bit > 0; bit /= 2)
    value = operation(value, tile.shfl_xor(value, bit, simt_file, simt_line));
  return value;
}

}  // namespace cooperative_groups
