#pragma once

#include <batchgrad/regression/samples.hpp>

#include <vector>

namespace batchgrad::detail {

/// A copy of some samples of a data set, one after the other. The views of `gather` are valid until
/// its next call.
template <class T>
class GatheredSamples {
 public:
  /// Shapes: rows at least 1, each a sample of `samples`. The centre is not copied.
  /// Cost: reads the rows' samples; what is there already is used again.
  Samples<T> gather(const Samples<T>& samples, VectorView<const index_t> rows) {
    const index_t features = samples.feature_count();
    features_.resize(static_cast<std::size_t>(rows.size() * features));
    T* to = features_.data();
    for (const index_t row : rows) {
      for (index_t j = 0; j < features; ++j) to[j] = samples.features(row, j);
      to += features;
    }
    return {{features_.data(), rows.size(), features},
            gather(target_, samples.target, rows),
            gather(weight_, samples.weight, rows),
            gather(offset_, samples.offset, rows),
            samples.centre,
            gather(fold_, samples.fold, rows)};
  }

 private:
  template <class Element>
  static VectorView<const Element> gather(std::vector<Element>& to, VectorView<const Element> from,
                                          VectorView<const index_t> rows) {
    to.clear();
    if (from.empty()) return {};
    for (const index_t row : rows) to.push_back(from[row]);
    return {to.data(), rows.size()};
  }

  std::vector<T> features_;
  std::vector<computing_t<T>> target_;
  std::vector<computing_t<T>> weight_;
  std::vector<computing_t<T>> offset_;
  std::vector<fold_t> fold_;
};

}  // namespace batchgrad::detail
