#pragma once

#include <cmath>
#include <vector>

#include "random_numbers.hpp"

namespace batchgrad::test {

/// A value with its first and second derivative in long double: the truth for random functions.
struct Jet {
  long double value;
  long double first;
  long double second;

  Jet(double constant) : Jet(constant, 0, 0) {}  // NOLINT(google-explicit-constructor)
  Jet(long double v, long double d, long double dd) : value(v), first(d), second(dd) {}

  /// g of this, given g, g', g'' at its value.
  [[nodiscard]] Jet chain(long double g, long double d, long double dd) const {
    return {g, d * first, d * second + dd * first * first};
  }
  friend Jet operator+(const Jet& a, const Jet& b) {
    return {a.value + b.value, a.first + b.first, a.second + b.second};
  }
  friend Jet operator*(const Jet& a, const Jet& b) {
    return {a.value * b.value, a.first * b.value + a.value * b.first,
            a.second * b.value + 2 * a.first * b.first + a.value * b.second};
  }
  friend Jet operator/(const Jet& a, const Jet& b) {
    const long double r = 1 / b.value;
    return a * b.chain(r, -r * r, 2 * r * r * r);
  }
  friend Jet sin(const Jet& a) {
    return a.chain(std::sin(a.value), std::cos(a.value), -std::sin(a.value));
  }
  friend Jet cos(const Jet& a) {
    return a.chain(std::cos(a.value), -std::sin(a.value), -std::cos(a.value));
  }
  friend Jet exp(const Jet& a) {
    const long double e = std::exp(a.value);
    return a.chain(e, e, e);
  }
};

/// A random composition of sums, products, sines, exponentials, a logistic, a rational and a bell.
class SmoothFunction {
 public:
  explicit SmoothFunction(RandomNumbers& random) {
    const int terms = 3 + static_cast<int>(random(0, 6));
    for (int k = 0; k < terms; ++k) {
      const auto known = static_cast<double>(terms_.size() + 2);
      const bool is_chained = random(0, 1) < 0.6;
      const auto a = static_cast<std::size_t>(is_chained ? known - 1 : random(0, known));
      terms_.push_back({static_cast<int>(random(0, 9)), a,
                        static_cast<std::size_t>(random(0, known)), random(-2, 2)});
    }
  }

  template <class T>
  T operator()(const T& x) const {
    std::vector<T> v{x, T(1.25)};
    for (const Term& term : terms_)
      v.push_back(value(term.operation, v[term.a], v[term.b], T(term.c)));
    return v.back();
  }

 private:
  struct Term {
    int operation;
    std::size_t a;
    std::size_t b;
    double c;
  };
  template <class T>
  static T value(int operation, const T& a, const T& b, const T& c) {
    using std::cos;
    using std::exp;
    using std::sin;
    switch (operation) {
      case 0:
        return a + b;
      case 1:
        return a * b;
      case 2:
        return c * a;
      case 3:
        return sin(a);
      case 4:
        return cos(a);
      case 5:
        return exp(T(0.5) * sin(a));
      case 6:
        return T(1) / (T(1) + exp(T(-1) * a));
      case 7:
        return T(1) / (T(1.5) + a * a);
      default:
        return exp(T(-0.5) * a * a);
    }
  }

  std::vector<Term> terms_;
};

}  // namespace batchgrad::test
