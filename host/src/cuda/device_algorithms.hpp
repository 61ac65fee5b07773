#pragma once

#include "cuda/runtime.hpp"

// CUB, in the one file that includes it: it takes seconds to compile.

namespace batchgrad::cuda {

/// Queues item(i) for each i of [0, items), in any order. For the items that device_algorithms.cu
/// lists.
template <class Item>
void for_each_item_on_device(index_t items, const Item& item, const Stream& stream);

/// Keeps the rows of a compact matrix that are to stay, in their order, one after the other.
///   stays   on the device, one for each row: 0, or 1 for those
class RowCompaction {
 public:
  /// The workspace grows to some bytes for each thousand elements; it must outlive the work queued.
  void keep_rows(double* matrix, index_t rows, index_t columns, const char* stays,
                 const Stream& stream);

 private:
  DeviceBuffer<char> workspace_;
  DeviceBuffer<index_t> kept_;
};

}  // namespace batchgrad::cuda
