#pragma once

#include <memory>
#include <vector>

#include "cuda/descent.cuh"
#include "cuda/device.hpp"
#include "cuda/epoch_order.hpp"
#include "cuda/runtime.hpp"
#include "descents.hpp"

namespace batchgrad::cuda {

/// Some of the sets under way, as sums over samples take them.
class DescentGroup {
 public:
  /// The host's copies stay as they are until the next call.
  void assign(std::vector<index_t> places, const std::vector<DescentSet>& sets,
              const Stream& stream);

  [[nodiscard]] index_t size() const { return static_cast<index_t>(places_.size()); }
  [[nodiscard]] DescentPlaces places() const { return {device_places_.data(), size()}; }

  /// The parameters, which are on the device either way, with losses and folds on the host or
  /// there.
  template <class T>
  [[nodiscard]] ParameterSets<T> on_host(ParameterSets<T> parameters) const {
    parameters.losses = {losses_.data(), size()};
    parameters.held_out = {held_out_.data(), static_cast<index_t>(held_out_.size())};
    return parameters;
  }
  template <class T>
  [[nodiscard]] ParameterSets<T> on_device(ParameterSets<T> parameters) const {
    parameters.losses = {device_losses_.data(), size()};
    if (!held_out_.empty()) parameters.held_out = {device_held_out_.data(), size()};
    return parameters;
  }

 private:
  // Before the device's memory: freeing that waits for the copies.
  std::vector<index_t> places_;
  std::vector<AnyLoss> losses_;
  std::vector<fold_t> held_out_;  // empty where none holds out a fold
  DeviceBuffer<index_t> device_places_;
  DeviceBuffer<AnyLoss> device_losses_;
  DeviceBuffer<fold_t> device_held_out_;
};

/// The sums over samples on a device, as its descents see them. What is returned is valid until the
/// next call.
class DeviceSums {
 public:
  virtual ~DeviceSums() = default;

  [[nodiscard]] virtual const Device& device() const = 0;
  [[nodiscard]] virtual const Stream& stream() const = 0;
  /// Whether batches may be gathered by rows that are on the device.
  [[nodiscard]] virtual bool are_resident() const = 0;

  /// Queues the sums of the group's sets at their latest iterates over all samples; `classes` as
  /// ParameterSets::classes.
  virtual const double* add_all(const DescentTask& task, const DescentGroup& group,
                                index_t classes) = 0;
  /// Over those of a batch, whatever fold a set holds out.
  virtual const double* add_batch(const DescentTask& task, const DescentGroup& group,
                                  index_t classes, const BatchRows& batch) = 0;
};

/// `sums` must outlive the descents.
std::unique_ptr<Descents> make_descents(DeviceSums& sums, const DescentPlan& plan);

}  // namespace batchgrad::cuda
