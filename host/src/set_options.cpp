#include "set_options.hpp"

#include <batchgrad/error.hpp>

#include <cmath>
#include <fmt/format.h>

#include "samples_check.hpp"

namespace batchgrad::detail {
namespace {

/// The entry of a set in a view of one for each set, of one for all, or of none.
template <class T>
T entry_of(VectorView<const T> values, index_t set, T otherwise) {
  return values.empty() ? otherwise : values[values.size() == 1 ? 0 : set];
}

template <class T>
void check_size(const char* name, VectorView<const T> values, index_t sets) {
  if (values.size() > 1)
    check_length(name, values.size(), sets, "one for each parameter set, or one");
}

void check_penalties(const char* name, VectorView<const double> values, index_t sets) {
  check_size(name, values, sets);
  for (const double value : values)
    if (!(value >= 0 && std::isfinite(value)))
      throw InvalidArgument(
          fmt::format("{} is {} (a penalty is finite and not negative)", name, value));
}

void check_folds(VectorView<const fold_t> held_out, const std::vector<double>& fold_weights) {
  const auto folds = static_cast<fold_t>(fold_weights.size());
  for (const fold_t fold : held_out) {
    if (fold == no_fold) continue;
    if (fold < 0 || fold >= folds)
      throw InvalidArgument(
          fmt::format("held_out is {} (the samples' folds go from 0 to {}) use no_fold for none",
                      fold, folds - 1));
    if (!(weights_of(fold_weights, {&fold, 1}, 0).seen > 0))
      throw InvalidArgument(
          fmt::format("fold {} is held out (the other samples weigh nothing) spread the weight "
                      "over several folds",
                      fold));
  }
}

}  // namespace

Penalty penalty_of(const SetOptions& options, index_t set) {
  return {entry_of(options.l2, set, 0.0), entry_of(options.l1, set, 0.0)};
}

SetWeights weights_of(const std::vector<double>& fold_weights, VectorView<const fold_t> held_out,
                      index_t set) {
  SetWeights result;
  const fold_t hidden = entry_of(held_out, set, no_fold);
  for (std::size_t fold = 0; fold < fold_weights.size(); ++fold)
    (static_cast<fold_t>(fold) == hidden ? result.held_out : result.seen) += fold_weights[fold];
  return result;
}

void check_set_options(const SetOptions& options, index_t sets,
                       const std::vector<double>& fold_weights) {
  check_penalties("l2", options.l2, sets);
  check_penalties("l1", options.l1, sets);
  check_size("loss", options.loss, sets);
  check_size("held_out", options.held_out, sets);
  check_folds(options.held_out, fold_weights);
}

ExpandedSetOptions::ExpandedSetOptions(const SetOptions& options, const Loss& loss, index_t sets) {
  const auto to_kernel = [](const Loss& any) {
    return std::visit([](const auto& l) { return AnyLoss(l); }, any);
  };
  bool holds_out = false;
  for (index_t s = 0; s < sets; ++s) {
    losses.push_back(to_kernel(entry_of(options.loss, s, loss)));
    held_out.push_back(entry_of(options.held_out, s, no_fold));
    holds_out = holds_out || held_out.back() != no_fold;
  }
  if (!holds_out) held_out.clear();
}

}  // namespace batchgrad::detail
