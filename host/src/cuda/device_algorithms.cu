#include <cub/device/device_for.cuh>
#include <cub/device/device_select.cuh>
#include <iterator>

#include "cuda/descent.cuh"
#include "cuda/device_algorithms.hpp"
#include "cuda/random_order.cuh"

namespace batchgrad::cuda {

/// Whether each element of a matrix stays: what is said of its row.
class ElementFlags {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = char;
  using difference_type = index_t;
  using pointer = const char*;
  using reference = char;

  ElementFlags(const char* stays, index_t columns) : stays_(stays), columns_(columns) {}

  BATCHGRAD_HD char operator*() const { return stays_[element_ / columns_]; }
  BATCHGRAD_HD char operator[](index_t i) const { return stays_[(element_ + i) / columns_]; }
  BATCHGRAD_HD ElementFlags operator+(index_t elements) const {
    ElementFlags moved(*this);
    moved.element_ += elements;
    return moved;
  }

 private:
  const char* stays_;
  index_t columns_;
  index_t element_ = 0;
};

template <class Item>
void for_each_item_on_device(index_t items, const Item& item, const Stream& stream) {
  if (items > 0) check(cub::DeviceFor::Bulk(items, item, stream.handle()));
}

template void for_each_item_on_device(index_t, const BeginIteration&, const Stream&);
template void for_each_item_on_device(index_t, const RoundVariables<double>&, const Stream&);
template void for_each_item_on_device(index_t, const RoundVariables<float>&, const Stream&);
template void for_each_item_on_device(index_t, const UpdateVariable&, const Stream&);
template void for_each_item_on_device(index_t, const LinkExchange&, const Stream&);
template void for_each_item_on_device(index_t, const FollowExchanges&, const Stream&);

void RowCompaction::keep_rows(double* matrix, index_t rows, index_t columns, const char* stays,
                              const Stream& stream) {
  const ElementFlags flags(stays, columns);
  const index_t elements = rows * columns;
  kept_.reserve(1);
  std::size_t bytes = 0;
  check(cub::DeviceSelect::Flagged(nullptr, bytes, matrix, flags, kept_.data(), elements,
                                   stream.handle()));
  workspace_.reserve(static_cast<index_t>(bytes));
  check(cub::DeviceSelect::Flagged(workspace_.data(), bytes, matrix, flags, kept_.data(), elements,
                                   stream.handle()));
}

}  // namespace batchgrad::cuda
