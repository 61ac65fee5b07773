#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// A value that is one of several small trivially copyable types: what std::variant is to the host
/// API, OneOf is to kernels, which choose at run time and pass it by value. `visit` calls its
/// argument with the alternative held, by an if-chain the compiler turns into a switch. All the
/// alternatives are members, the others with their defaults: they are a few numbers each, and no
/// byte of a kernel's argument is left without a value, as it would be in a union.
template <class... Alternatives>
class OneOf;

template <>
class OneOf<> {
 public:
  template <class Visitor>
  BATCHGRAD_HD void visit(Visitor&&) const {}
};

template <class First, class... Rest>
class OneOf<First, Rest...> {
 public:
  constexpr OneOf() = default;
  constexpr BATCHGRAD_HD OneOf(const First& value) : first_(value) {}  // NOLINT
  template <class Other>
  requires requires(const Other& value) { OneOf<Rest...>(value); }
  constexpr BATCHGRAD_HD OneOf(const Other& value)  // NOLINT
      : rest_(value), holds_first_(false) {}

  template <class Visitor>
  BATCHGRAD_HD void visit(Visitor&& visitor) const {
    if (holds_first_)
      visitor(first_);
    else
      rest_.visit(visitor);
  }

 private:
  First first_{};
  OneOf<Rest...> rest_{};
  bool holds_first_ = true;
};

}  // namespace batchgrad
