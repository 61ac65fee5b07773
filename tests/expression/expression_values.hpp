#pragma once

#include <batchgrad/expression.hpp>

#include <vector>

namespace batchgrad::test {

/// The only result at a point.
inline double value_of(const Expression& f, const std::vector<double>& x = {}) { return f(x)[0]; }

}  // namespace batchgrad::test
