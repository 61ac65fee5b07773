#pragma once

#include <batchgrad/regression/parameter_sets.hpp>

#include "cuda/device_algorithms.hpp"
#include "cuda/device_descents.hpp"
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

  /// Those of descents: made there of their latest iterates. Losses and folds are the group's.
  ParameterSets<T> round(const DescentTask& task, const DescentGroup& group, index_t classes,
                         const Stream& stream) {
    const index_t rows_per_set = classes == 0 ? 1 : classes;
    const index_t rows = group.size() * rows_per_set;
    const index_t features = task.variables.features;
    coefficients_.reserve(rows * features);
    intercepts_.reserve(rows);
    for_each_item_on_device(
        rows * (features + 1),
        RoundVariables<computing_t<T>>{task, group.places(), rows_per_set, coefficients_.data(),
                                       intercepts_.data()},
        stream);
    return {{coefficients_.data(), rows, features}, {intercepts_.data(), rows}, {}, {}, classes};
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
