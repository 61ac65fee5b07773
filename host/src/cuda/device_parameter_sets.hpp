#pragma once

#include <batchgrad/regression/parameter_sets.hpp>

#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// Parameter sets on the device. They must stay as they are until the stream is synchronised.
template <class T>
class DeviceParameterSets {
 public:
  ParameterSets<T> copy(const ParameterSets<T>& sets, const Stream& stream) {
    coefficients_.reserve(sets.rows() * sets.coefficients.columns());
    copy_rows_to_device(coefficients_.data(), sets.coefficients, stream);
    return {{coefficients_.data(), sets.rows(), sets.coefficients.columns()},
            copy(intercepts_, sets.intercepts, stream),
            copy(losses_, sets.losses, stream),
            copy(held_out_, sets.held_out, stream),
            sets.classes};
  }

 private:
  template <class Element>
  static VectorView<const Element> copy(DeviceBuffer<Element>& to, VectorView<const Element> from,
                                        const Stream& stream) {
    to.reserve(from.size());
    copy_to_device(to.data(), from.data(), from.size(), stream);
    return {to.data(), from.size()};
  }

  DeviceBuffer<computing_t<T>> coefficients_;
  DeviceBuffer<computing_t<T>> intercepts_;
  DeviceBuffer<AnyLoss> losses_;
  DeviceBuffer<fold_t> held_out_;
};

}  // namespace batchgrad::cuda
