#include "fold_split.hpp"

#include <algorithm>

namespace batchgrad::detail {

template <class T>
FoldSplit<T>::FoldSplit(const Samples<T>& samples, fold_t fold) : samples_(samples) {
  if (fold == no_fold) return;
  using Weight = computing_t<T>;
  for (index_t m = 0; m < samples.count(); ++m) {
    const Weight weight = samples.weight.empty() ? Weight(1) : samples.weight[m];
    const bool is_held_out = samples.fold[m] == fold;
    rest_weight_.push_back(is_held_out ? Weight(0) : weight);
    fold_weight_.push_back(is_held_out ? weight : Weight(0));
  }
}

template <class T>
bool FoldSplit<T>::has_fold() const {
  return std::any_of(fold_weight_.begin(), fold_weight_.end(),
                     [](auto weight) { return weight > 0; });
}

template <class T>
Samples<T> FoldSplit<T>::part(VectorView<const computing_t<T>> weight) const {
  if (weight.empty()) return samples_;
  Samples<T> part = samples_;
  part.weight = weight;
  part.fold = {};
  return part;
}

#define BATCHGRAD_WITH_STORAGE(T) template class FoldSplit<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
