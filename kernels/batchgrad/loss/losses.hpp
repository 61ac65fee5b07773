#pragma once

#include <batchgrad/core/one_of.hpp>
#include <batchgrad/loss/absolute.hpp>
#include <batchgrad/loss/gamma.hpp>
#include <batchgrad/loss/huber.hpp>
#include <batchgrad/loss/log_cosh.hpp>
#include <batchgrad/loss/logistic.hpp>
#include <batchgrad/loss/poisson.hpp>
#include <batchgrad/loss/quantile.hpp>
#include <batchgrad/loss/squared.hpp>
#include <batchgrad/loss/squared_hinge.hpp>
#include <batchgrad/loss/tweedie.hpp>

namespace batchgrad {

/// The list of losses. Every backend, the command line, the model files, the tests and the
/// benchmarks iterate over it: a new loss is its header and one word here.
template <template <class...> class Of>
using EveryLoss = Of<SquaredLoss, AbsoluteLoss, HuberLoss, LogCoshLoss, QuantileLoss, LogisticLoss,
                     SquaredHingeLoss, PoissonLoss, GammaLoss, TweedieLoss>;

/// What kernels take: the loss is chosen at run time, once per tile of rows.
using AnyLoss = EveryLoss<OneOf>;

}  // namespace batchgrad
