#pragma once

#include <batchgrad/loss.hpp>
#include <batchgrad/regression/samples.hpp>

namespace batchgrad::detail {

/// Throws InvalidArgument unless `size` is `expected`, which has the reason given.
void check_length(const char* name, index_t size, index_t expected, const char* reason);

/// Checks what LossEvaluator and fit promise to check of a data set and its loss: shapes, the
/// targets' domain, finite offsets, weights. Returns the sum of the weights, summed in virtual
/// blocks. Reads target, weight and offset once; X is not looked at.
template <class T>
double check_samples(const Samples<T>& samples, const Loss& loss);

extern template double check_samples(const Samples<float>&, const Loss&);
extern template double check_samples(const Samples<double>&, const Loss&);

}  // namespace batchgrad::detail
