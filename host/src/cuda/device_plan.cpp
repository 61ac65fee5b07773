#include <batchgrad/device_plan.hpp>

#include <vector>

#include "cuda/runtime.hpp"

namespace batchgrad::cuda {
namespace {

template <class T>
DeviceBuffer<T> copy(const std::vector<T>& values, const Stream& stream) {
  DeviceBuffer<T> buffer(static_cast<index_t>(values.size()));
  copy_to_device(buffer.data(), values.data(), buffer.size(), stream);
  return buffer;
}

template <class T>
VectorView<const T> view(const DeviceBuffer<T>& buffer) {
  return {buffer.data(), buffer.size()};
}

}  // namespace

struct DevicePlan::Memory {
  Memory(const detail::DerivativePlan& plan, const Stream& stream)
      : columns(copy(plan.columns, stream)),
        typical(copy(plan.typical, stream)),
        bounds(copy(plan.bounds, stream)),
        direction(copy(plan.direction, stream)) {
    stream.synchronize();
  }

  DeviceBuffer<DerivativeColumn> columns;
  DeviceBuffer<double> typical;
  DeviceBuffer<Interval> bounds;
  DeviceBuffer<double> direction;
};

DevicePlan::DevicePlan(const detail::DerivativePlan& plan)
    : memory_(std::make_shared<const Memory>(plan, Stream())),
      results_(plan.results),
      columns_(view(memory_->columns)),
      rule_(plan.rule),
      typical_(view(memory_->typical)),
      bounds_(view(memory_->bounds)),
      direction_(view(memory_->direction)) {}

}  // namespace batchgrad::cuda
