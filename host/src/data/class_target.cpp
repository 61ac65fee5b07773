#include <batchgrad/dataset.hpp>
#include <batchgrad/loss/softmax.hpp>

#include <algorithm>
#include <vector>

#include "data/csv_field.hpp"
#include "data/label_text.hpp"

namespace batchgrad {

template <class T>
std::vector<std::string> encode_class_target(Dataset<T>& dataset) {
  using Target = computing_t<T>;
  const VectorView<Target> target = dataset.mutable_target();
  if (target.empty())
    throw DataError(dataset.position(0),
                    "there is no target (only features were read) name it with --target");
  std::vector<Target> values(target.begin(), target.end());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const auto classes = static_cast<index_t>(values.size());
  if (classes < 2)
    throw DataError(dataset.position(0),
                    fmt::format("the target has 1 distinct value, {} in all rows from here on "
                                "(loss softmax tells at least two apart) choose another --target",
                                detail::quote_for_message(detail::label_text(dataset, target[0]))));
  if (classes > SoftmaxLoss::most_classes)
    throw DataError({dataset.file()},
                    fmt::format("the target has {} distinct values (loss softmax tells at most {} "
                                "classes apart) choose another --target or --loss",
                                classes, SoftmaxLoss::most_classes));
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const Target value : values) names.push_back(detail::label_text(dataset, value));
  for (Target& value : target)
    value =
        static_cast<Target>(std::lower_bound(values.begin(), values.end(), value) - values.begin());
  return names;
}

#define BATCHGRAD_WITH_STORAGE(T) \
  template std::vector<std::string> encode_class_target(Dataset<T>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
