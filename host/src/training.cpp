#include "training.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "solver/second_order_fit.hpp"

namespace batchgrad::detail {
namespace {

constexpr fold_t held_out_fold = 1;

/// What a solver without updates of its own choosing cannot do, in words; empty where it can.
template <class Options>
const char* why_no_batches(const Options& solver) {
  if constexpr (!requires { solver.learning_rate; })
    return "compares values from step to step, which no two batches share";
  else if constexpr (std::is_same_v<Options, GradientDescent>)
    return solver.learning_rate ? "" : "without a learning_rate compares values from step to step";
  else
    return "";
}

void check_batches(const FitOptions& options) {
  if (options.batch_size < 0)
    throw InvalidArgument(
        fmt::format("batch_size is {} (a batch has at least 1 sample) use 0 for all samples",
                    options.batch_size));
  if (options.batch_size == 0 && options.max_epochs)
    throw InvalidArgument(
        "max_epochs is set but batch_size is 0 (an epoch is a pass over the batches) set "
        "batch_size, or max_iterations instead");
  if (options.max_epochs.value_or(0) < 0)
    throw InvalidArgument(
        fmt::format("max_epochs is {} (it cannot be negative) use 0 to evaluate the start alone",
                    *options.max_epochs));
  if (options.batch_size == 0) return;
  const std::string reason = std::visit(
      [](const auto& solver) { return std::string(why_no_batches(solver)); }, options.solver);
  if (!reason.empty())
    throw InvalidArgument(
        fmt::format("batch_size is {} (solver {} {}) use gradient-descent with a learning_rate, "
                    "adam, adagrad or rmsprop, or batch_size 0",
                    options.batch_size, solver_name(options.solver), reason));
}

}  // namespace

void check_training(const FitOptions& options) {
  check_batches(options);
  if (!(options.holdout >= 0 && options.holdout < 1))
    throw InvalidArgument(
        fmt::format("holdout is {} (a share of the samples is at least 0 and below 1) try 0.1",
                    options.holdout));
  if (options.holdout > 0 && is_second_order(options.solver))
    throw InvalidArgument(
        fmt::format("holdout is {} (solver {} is done in a few steps, too few to stop between) use "
                    "another solver, or a holdout of 0",
                    options.holdout, solver_name(options.solver)));
  if (options.patience < 1)
    throw InvalidArgument(
        fmt::format("patience is {} (the first iteration without a lower held-out loss is the "
                    "earliest to stop at) use at least 1",
                    options.patience));
}

index_t most_iterations(const FitOptions& options) {
  constexpr index_t epochs = 100;
  return options.batch_size > 0 ? options.max_epochs.value_or(epochs) : options.max_iterations;
}

template <class T>
Training<T>::Training(const Samples<T>& samples, const FitOptions& options) : samples_(samples) {
  if (options.batch_size == 0 && options.holdout == 0) return;
  std::vector<index_t> rows;
  for (index_t m = 0; m < samples.count(); ++m)
    if (samples.weight.empty() || samples.weight[m] > 0) rows.push_back(m);
  if (options.holdout > 0) hold_out(rows, options);
  if (options.batch_size == 0) return;
  mean_weight_ = mean_weight(rows);
  batches_.emplace(std::move(rows), options.batch_size, options.seed);
}

/// Leaves the others in `rows`, in their order.
template <class T>
void Training<T>::hold_out(std::vector<index_t>& rows, const FitOptions& options) {
  std::vector<index_t> order = rows;
  shuffle(options.seed, Order::holdout, 0, order);
  const auto count = static_cast<double>(rows.size());
  const auto held_out = static_cast<index_t>(std::round(options.holdout * count));
  if (held_out == 0 || held_out == static_cast<index_t>(rows.size()))
    throw InvalidArgument(fmt::format(
        "holdout is {} ({} of {} samples that weigh anything leaves nothing to {}) "
        "choose another share",
        options.holdout, held_out, rows.size(), held_out == 0 ? "judge the fit by" : "learn from"));
  fold_.assign(static_cast<std::size_t>(samples_.count()), 0);
  if (samples_.weight.empty())
    weight_.assign(fold_.size(), 1);
  else
    weight_.assign(samples_.weight.begin(), samples_.weight.end());
  for (const index_t row : VectorView<const index_t>(order.data(), held_out)) {
    fold_[static_cast<std::size_t>(row)] = held_out_fold;
    weight_[static_cast<std::size_t>(row)] = 0;
  }
  std::erase_if(rows, [&](index_t row) { return fold_[static_cast<std::size_t>(row)] != 0; });
}

template <class T>
Samples<T> Training<T>::seen() const {
  Samples<T> samples = samples_;
  samples.fold = fold_;
  return samples;
}

template <class T>
Samples<T> Training<T>::learnt() const {
  Samples<T> samples = samples_;
  if (!weight_.empty()) samples.weight = weight_;
  return samples;
}

template <class T>
VectorView<const fold_t> Training<T>::held_out() const {
  return {&held_out_fold, fold_.empty() ? 0 : 1};
}

template <class T>
double Training<T>::relative_weight(VectorView<const index_t> rows) const {
  return samples_.weight.empty() ? 1.0 : mean_weight(rows) / mean_weight_;
}

template <class T>
double Training<T>::mean_weight(VectorView<const index_t> rows) const {
  if (samples_.weight.empty()) return 1;
  double sum = 0;
  for (const index_t row : rows) sum += static_cast<double>(samples_.weight[row]);
  return sum / static_cast<double>(rows.size());
}

#define BATCHGRAD_WITH_STORAGE(T) template class Training<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
