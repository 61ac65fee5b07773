#include <batchgrad/dataset.hpp>

#include <fmt/format.h>

#include "samples_check.hpp"

namespace batchgrad {

template <class T>
void check_target(const Dataset<T>& dataset, const Loss& loss) {
  const VectorView<const computing_t<T>> target = dataset.target();
  const index_t bad = detail::first_outside(target, target_domain(loss));
  if (bad == target.size()) return;
  throw DataError(
      dataset.position(bad),
      fmt::format("the target {} in column '{}' is outside the loss's domain ({}) correct the "
                  "row, or choose another --target or --loss",
                  target[bad], dataset.rules().target, detail::needed_targets(loss)));
}

#define BATCHGRAD_WITH_STORAGE(T) template void check_target(const Dataset<T>&, const Loss&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
