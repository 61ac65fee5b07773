#include <batchgrad/dataset.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <vector>

#include "data/csv_field.hpp"
#include "data/label_text.hpp"

namespace batchgrad {

namespace {

using detail::label_text;

template <class T>
[[noreturn]] void throw_many_values(const Dataset<T>& dataset, index_t third) {
  const auto target = dataset.target();
  std::vector<computing_t<T>> values(target.begin(), target.end());
  std::sort(values.begin(), values.end());
  const auto distinct = std::unique(values.begin(), values.end()) - values.begin();
  throw DataError(
      dataset.position(third),
      fmt::format("the target has {} distinct values, {} here is the third (a binary target has "
                  "two) choose another --target or --loss",
                  distinct, detail::quote_for_message(label_text(dataset, target[third]))));
}

}  // namespace

template <class T>
BinaryLabels encode_binary_target(Dataset<T>& dataset, const std::string& positive) {
  const VectorView<computing_t<T>> target = dataset.mutable_target();
  if (target.empty()) {
    throw DataError(dataset.position(0),
                    "there is no target (only features were read) name it "
                    "with --target");
  }
  using Target = computing_t<T>;
  const Target first = target[0];
  std::optional<Target> other;
  for (index_t row = 0; row < target.size(); ++row) {
    if (target[row] == first) continue;
    if (!other) other = target[row];
    if (target[row] != *other) throw_many_values(dataset, row);
  }
  if (!other) {
    throw DataError(dataset.position(0),
                    fmt::format("the target has 1 distinct value, {} in all rows from here on (a "
                                "binary target has two) choose another --target or --loss",
                                detail::quote_for_message(label_text(dataset, first))));
  }
  Target one = std::max(first, *other);
  Target zero = std::min(first, *other);
  if (!positive.empty()) {
    const auto number = detail::parse_number(positive);
    const bool is_text = !dataset.rules().target_levels.empty();
    const auto stands_for = [&](Target value) {
      if (is_text) return label_text(dataset, value) == positive;
      return number && static_cast<Target>(*number) == value;
    };
    if (!stands_for(one)) std::swap(one, zero);
    if (!stands_for(one)) {
      throw DataError(
          {dataset.file()},
          fmt::format("--positive {} is no value of the target (it has {} and {}) name "
                      "one of them",
                      positive, detail::quote_for_message(label_text(dataset, std::min(zero, one))),
                      detail::quote_for_message(label_text(dataset, std::max(zero, one)))));
    }
  }
  BinaryLabels labels{label_text(dataset, zero), label_text(dataset, one)};
  for (Target& value : target) value = value == one ? Target{1} : Target{0};
  return labels;
}

#define BATCHGRAD_WITH_STORAGE(T) \
  template BinaryLabels encode_binary_target(Dataset<T>&, const std::string&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
