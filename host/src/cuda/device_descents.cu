#include <algorithm>
#include <utility>

#include "cuda/descent_judge.cuh"
#include "cuda/device_algorithms.hpp"
#include "cuda/device_descents.hpp"

namespace batchgrad::cuda {

void DescentGroup::assign(std::vector<index_t> places, const std::vector<DescentSet>& sets,
                          const Stream& stream) {
  places_ = std::move(places);
  losses_.clear();
  held_out_.clear();
  for (const index_t place : places_) {
    const DescentSet& set = sets[static_cast<std::size_t>(place)];
    losses_.push_back(set.loss);
    held_out_.push_back(set.held_out);
  }
  if (std::all_of(held_out_.begin(), held_out_.end(), [](fold_t f) { return f == no_fold; }))
    held_out_.clear();
  device_places_.reserve(size());
  device_losses_.reserve(size());
  device_held_out_.reserve(static_cast<index_t>(held_out_.size()));
  copy_to_device(device_places_.data(), places_.data(), size(), stream);
  copy_to_device(device_losses_.data(), losses_.data(), size(), stream);
  copy_to_device(device_held_out_.data(), held_out_.data(), static_cast<index_t>(held_out_.size()),
                 stream);
}

namespace {

template <class T, class From>
DeviceBuffer<T> device_copy(const From& from, const Stream& stream) {
  DeviceBuffer<T> buffer(static_cast<index_t>(from.size()));
  copy_to_device(buffer.data(), from.data(), buffer.size(), stream);
  return buffer;
}

class CudaDescents final : public Descents {
 public:
  CudaDescents(DeviceSums& sums, const DescentPlan& plan)
      : sums_((sums.device().select(), sums)),
        stream_(sums.stream()),
        classes_(plan.classes),
        sets_(plan.sets),
        variables_(plan.variables),
        shape_{nullptr, plan.start.columns(),
               DescentPlanes::held_out + (plan.keeps_held_out ? 1 : 0)},
        host_state_(first_state(plan.start)),
        centre_(device_copy<double>(variables_.centre, stream_)),
        scale_(device_copy<double>(variables_.scale, stream_)),
        vanishes_(device_copy<char>(variables_.vanishes, stream_)),
        state_(device_copy<double>(host_state_, stream_)),
        facts_(size()),
        orders_(size()),
        reports_(size()),
        share_(size()),
        stays_(size()) {
    variables_.centre = {centre_.data(), centre_.size()};
    variables_.scale = {scale_.data(), scale_.size()};
    variables_.vanishes = {vanishes_.data(), vanishes_.size()};
    for (const DescentSet& set : sets_)
      if (set.batches != nullptr && order_of(set.batches) == nullptr)
        epochs_.push_back(std::make_unique<Epochs>(*set.batches, sums_.are_resident(), stream_));
    place_sets();
    stream_.synchronize();
    host_state_.clear();
  }

  void start(VectorView<DescentReport> reports) override {
    sums_.device().select();
    evaluate(reports);
  }

  void advance(VectorView<const DescentOrder> orders, index_t epoch,
               VectorView<DescentReport> reports) override {
    sums_.device().select();
    copy_to_device(orders_.data(), orders.data(), size(), stream_);
    for_each_item_on_device(size() * shape_.variables, BeginIteration{task()}, stream_);
    update(by_all_samples_);
    for (const auto& epochs : epochs_) {
      if (epochs->group.size() == 0) continue;
      epochs->order.shuffle(epoch, stream_);
      for (index_t b = 0; b < epochs->order.count(); ++b)
        take_batch(epochs->group, epochs->order[b]);
    }
    evaluate(reports);
  }

  void read(index_t place, detail::Iterate which, VectorView<double> variables) override {
    sums_.device().select();
    const index_t plane = which == detail::Iterate::latest ? DescentPlanes::latest
                          : which == detail::Iterate::best ? DescentPlanes::best
                                                           : DescentPlanes::held_out;
    copy_to_host(variables.data(), task().state.plane(place, plane), variables.size(), stream_);
    stream_.synchronize();
  }

  void retire(VectorView<const char> stays) override {
    sums_.device().select();
    copy_to_device(stays_.data(), stays.data(), size(), stream_);
    compaction_.keep_rows(state_.data(), size(), shape_.width(), stays_.data(), stream_);
    std::vector<DescentSet> kept;
    for (index_t place = 0; place < size(); ++place)
      if (stays[place] != 0) kept.push_back(sets_[static_cast<std::size_t>(place)]);
    sets_ = std::move(kept);
    place_sets();
    stream_.synchronize();
  }

 private:
  /// Sets that take the same batches.
  struct Epochs {
    EpochOrder order;
    DescentGroup group;

    Epochs(detail::Batches& batches, bool on_device, const Stream& stream)
        : order(batches, on_device, stream) {}
  };

  [[nodiscard]] index_t size() const { return static_cast<index_t>(sets_.size()); }

  [[nodiscard]] std::vector<double> first_state(MatrixView<const double> start) const {
    std::vector<double> state(static_cast<std::size_t>(start.rows() * shape_.width()));
    const DescentState view{state.data(), shape_.variables, shape_.planes};
    for (index_t s = 0; s < start.rows(); ++s) {
      std::copy_n(start.row(s).begin(), shape_.variables, view.plane(s, DescentPlanes::latest));
      std::fill_n(view.decay(s), 2, 1.0);
    }
    return state;
  }

  Epochs* order_of(const detail::Batches* batches) {
    const auto found = std::find_if(epochs_.begin(), epochs_.end(), [&](const auto& epochs) {
      return epochs->order.batches() == batches;
    });
    return found == epochs_.end() ? nullptr : found->get();
  }

  /// Tells the device which sets are where. The host's copies stay until the next call.
  void place_sets() {
    host_facts_.clear();
    for (const DescentSet& set : sets_) host_facts_.push_back(set.facts);
    copy_to_device(facts_.data(), host_facts_.data(), size(), stream_);
    assign(all_, [](const DescentSet&) { return true; });
    assign(by_all_samples_, [](const DescentSet& set) { return set.batches == nullptr; });
    for (const auto& epochs : epochs_)
      assign(epochs->group,
             [&](const DescentSet& set) { return set.batches == epochs->order.batches(); });
  }
  template <class Condition>
  void assign(DescentGroup& group, const Condition& belongs) {
    std::vector<index_t> places;
    for (index_t place = 0; place < size(); ++place)
      if (belongs(sets_[static_cast<std::size_t>(place)])) places.push_back(place);
    group.assign(std::move(places), sets_, stream_);
  }

  [[nodiscard]] DescentTask task() const {
    return {{state_.data(), shape_.variables, shape_.planes},
            variables_,
            facts_.data(),
            orders_.data(),
            reports_.data(),
            share_.data()};
  }

  template <class... Parameters, class... Arguments>
  void launch(void (*kernel)(Parameters...), const DescentGroup& group,
              const Arguments&... arguments) {
    const index_t wanted = std::min(group.size(), sums_.device().item_blocks());
    launch_kernel(kernel, {sums_.device().grid_size(wanted), descent_threads}, stream_, task(),
                  group.places(), arguments...);
  }

  void update(const DescentGroup& group) {
    if (group.size() == 0) return;
    launch(descent_update_kernel, group);
    for_each_item_on_device(group.size() * shape_.variables, UpdateVariable{task(), group.places()},
                            stream_);
  }

  void take_batch(const DescentGroup& group, const BatchRows& batch) {
    judge(group, sums_.add_batch(task(), group, classes_, batch), batch.rows.size());
    update(group);
  }

  void evaluate(VectorView<DescentReport> reports) {
    if (size() == 0) return;
    judge(all_, sums_.add_all(task(), all_, classes_), 0);
    copy_to_host(reports.data(), reports_.data(), size(), stream_);
    stream_.synchronize();
  }

  void judge(const DescentGroup& group, const double* sums, index_t batch_rows) {
    launch(descent_judge_kernel, group,
           DescentSums{sums, std::max<index_t>(classes_, 1), batch_rows});
  }

  DeviceSums& sums_;
  const Stream& stream_;
  index_t classes_;
  std::vector<DescentSet> sets_;
  StandardisedVariables variables_;  // of the device
  DescentState shape_;               // without its rows
  // Before the device's memory: freeing that waits for copies under way.
  std::vector<double> host_state_;
  std::vector<DescentFacts> host_facts_;
  DeviceBuffer<double> centre_;
  DeviceBuffer<double> scale_;
  DeviceBuffer<char> vanishes_;
  DeviceBuffer<double> state_;
  DeviceBuffer<DescentFacts> facts_;
  DeviceBuffer<DescentOrder> orders_;
  DeviceBuffer<DescentReport> reports_;
  DeviceBuffer<double> share_;
  DeviceBuffer<char> stays_;
  RowCompaction compaction_;
  DescentGroup all_;
  DescentGroup by_all_samples_;
  std::vector<std::unique_ptr<Epochs>> epochs_;
};

}  // namespace

std::unique_ptr<Descents> make_descents(DeviceSums& sums, const DescentPlan& plan) {
  return std::make_unique<CudaDescents>(sums, plan);
}

}  // namespace batchgrad::cuda
