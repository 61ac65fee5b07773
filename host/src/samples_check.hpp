#pragma once

#include <batchgrad/loss.hpp>
#include <batchgrad/loss/softmax.hpp>
#include <batchgrad/regression/samples.hpp>

#include <string>
#include <vector>

namespace batchgrad::detail {

/// Throws InvalidArgument unless `size` is `expected`, which has the reason given.
void check_length(const char* name, index_t size, index_t expected, const char* reason);

/// The first target outside the domain; the number of targets where there is none.
template <class T>
index_t first_outside(VectorView<const T> target, TargetDomain domain);

/// "loss 'poisson' needs numbers that are not negative": why a target is refused.
std::string needed_targets(const Loss& loss);

/// The parameters of a loss and whether the targets lie in its domain.
template <class T>
void check_loss(const Samples<T>& samples, const Loss& loss);
/// Also that there are no offsets.
template <class T>
void check_loss(const Samples<T>& samples, const SoftmaxLoss& loss);

/// Checks what LossEvaluator and fit promise to check of a data set and its loss: shapes, the
/// targets' domain, finite offsets, weights, folds. Returns the weight of each fold, summed in
/// virtual blocks; of all samples as one fold where there are none. Reads target, weight, offset
/// and fold once; X is not looked at.
template <class T>
std::vector<double> check_samples(const Samples<T>& samples, const Loss& loss);
template <class T>
std::vector<double> check_samples(const Samples<T>& samples, const SoftmaxLoss& loss);

/// Throws InvalidArgument unless there is a row and each is one of `samples`.
void check_rows(VectorView<const index_t> rows, index_t samples);

/// The weight of each of `folds` folds among some rows, in their order.
template <class T>
std::vector<double> fold_weights(const Samples<T>& samples, VectorView<const index_t> rows,
                                 index_t folds);

#define BATCHGRAD_WITH_STORAGE(T)                                                                \
  extern template std::vector<double> fold_weights(const Samples<T>&, VectorView<const index_t>, \
                                                   index_t);                                     \
  extern template void check_loss(const Samples<T>&, const Loss&);                               \
  extern template std::vector<double> check_samples(const Samples<T>&, const Loss&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE
extern template index_t first_outside(VectorView<const float>, TargetDomain);
extern template index_t first_outside(VectorView<const double>, TargetDomain);

}  // namespace batchgrad::detail
