#pragma once

#include <batchgrad/loss_gradient.hpp>

#include <cmath>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {

/// How far objective, derivative_rms, held-out loss and gradient of two backends may differ:
/// first-order bounds of rounding (Higham 2002, chapter 3), for products in T, or float for T of 16
/// bits, and sums carried on in double.
///   prediction  D products and sums in T, the centre's subtraction among them:
///               e_m = gamma_T(D + 3) sum_j |x_mj - c_j| |w_j| + gamma_64(4) (|b| + |o_m|);
///               gamma_T of product_roundings where floats are split
///   derivative  every loss is convex, so its derivative is monotone and errs no more than at the
///               ends of [eta - e, eta + e]; likewise the value. Its own operations are on numbers
///               up to the target and the result; exponentials of rounded arguments err by |eta|
///               units more
///   gradient    one rounding of the derivative to T, up to 256 products summed in T, or 128
///               split ones, the rest, at most M terms, in double
/// Both backends err, so bounds count twice.
template <class T>
class LossGradientBound {
 public:
  LossGradientBound(const Samples<T>& samples, VectorView<const computing_t<T>> parameters,
                    Intercept intercept, fold_t held_out, Products products = Products::plain)
      : samples_(samples),
        parameters_(parameters),
        intercept_(intercept),
        held_out_(held_out),
        products_(products) {}

  /// Adds the bounds of one set: objective, derivative_rms, held-out loss, gradient.
  template <class L>
  void append(const L& loss, std::vector<double>& bounds) const {
    const index_t features = samples_.feature_count();
    const double in_double = gamma<double>(static_cast<double>(samples_.count()) + 16);
    const double in_chain = gamma<computing_t<T>>(260) + in_double;
    double weight_sum = 0;
    double value_error = 0;
    double held_out_weight = 0;
    double held_out_error = 0;
    double square_error = 0;
    double square = 0;
    std::vector<double> gradient(static_cast<std::size_t>(features + 1));
    for (index_t m = 0; m < samples_.count(); ++m) {
      const double weight = samples_.weight.empty() ? 1.0 : samples_.weight[m];
      const auto [eta, error] = prediction(m);
      const double target = samples_.target[m];
      const double d = loss.derivative(eta, target);
      const double d_error =
          std::max(d - loss.derivative(eta - error, target),
                   loss.derivative(eta + error, target) - d) +
          gamma<double>(8) * (1 + std::fabs(eta)) * (1 + std::fabs(target) + std::fabs(d));
      const double d_size = std::fabs(d) + d_error;
      const double value_size = (1 + std::fabs(eta)) * (1 + std::fabs(target) + std::fabs(d)) +
                                std::fabs(loss.value(eta, target));
      const double this_error =
          weight * (d_size * error + (in_double + gamma<double>(8)) * value_size);
      if (held_out_ != no_fold && samples_.fold[m] == held_out_) {
        held_out_weight += weight;
        held_out_error += this_error;
        continue;
      }
      weight_sum += weight;
      value_error += this_error;
      square += weight * d * d;
      square_error += weight * d_size * (2 * d_error + in_double * d_size);
      for (index_t j = 0; j < features; ++j)
        gradient[static_cast<std::size_t>(j)] +=
            weight * std::fabs(feature(m, j)) * (d_error + in_chain * d_size);
      gradient[static_cast<std::size_t>(features)] += weight * (d_error + in_double * d_size);
    }
    bounds.push_back(2 * value_error / weight_sum);
    // sqrt is concave: |sqrt(a) - sqrt(b)| <= |a - b| / sqrt(a), and <= sqrt|a - b|.
    const double mean = square / weight_sum;
    const double off = 2 * square_error / weight_sum;
    bounds.push_back(mean > off ? off / std::sqrt(mean) + gamma<double>(4) * std::sqrt(mean)
                                : std::sqrt(off) * 2);
    bounds.push_back(held_out_weight > 0 ? 2 * held_out_error / held_out_weight : 0.0);
    const index_t count = parameters_.size();
    for (index_t j = 0; j < count; ++j)
      bounds.push_back(2 * gradient[static_cast<std::size_t>(j)] / weight_sum);
  }

  struct Prediction {
    double value;
    double error;
  };
  Prediction prediction(index_t m) const {
    const index_t features = samples_.feature_count();
    double value = 0;
    double size = 0;
    for (index_t j = 0; j < features; ++j) {
      const double product = feature(m, j) * static_cast<double>(parameters_[j]);
      value += product;
      size += std::fabs(product);
    }
    const double intercept = intercept_ == Intercept::fitted ? parameters_[features] : 0;
    const double offset = samples_.offset.empty() ? 0.0 : samples_.offset[m];
    const double rest = std::fabs(intercept) + std::fabs(offset);
    return {value + intercept + offset,
            gamma<computing_t<T>>(product_roundings(products_, static_cast<double>(features)) + 3) *
                    size +
                gamma<double>(4) * (size + rest)};
  }

 private:
  double feature(index_t m, index_t j) const {
    const double centre = samples_.centre.empty() ? 0.0 : samples_.centre[j];
    return static_cast<double>(samples_.features(m, j)) - centre;
  }

  Samples<T> samples_;
  VectorView<const computing_t<T>> parameters_;
  Intercept intercept_;
  fold_t held_out_;
  Products products_;
};

/// The bounds of every entry that LossGradientCase::evaluate returns, in its order.
template <class T>
std::vector<double> loss_gradient_bounds(const Samples<T>& samples, const Loss& loss,
                                         MatrixView<const computing_t<T>> parameters,
                                         Intercept intercept, VectorView<const fold_t> held_out,
                                         Products products = Products::plain) {
  std::vector<double> bounds;
  for (index_t s = 0; s < parameters.rows(); ++s)
    std::visit(
        [&](const auto& l) {
          LossGradientBound<T>(samples, parameters.row(s), intercept,
                               held_out.empty() ? no_fold : held_out[s], products)
              .append(l, bounds);
        },
        loss);
  return bounds;
}

/// How a context multiplies where each sample has so many predictions: on cuda more than four in
/// float, and more than one of features of 16 bits, are for tensor cores.
template <class T>
Products products_on(const Context& context, index_t predictions) {
  const bool is_split = context.device().starts_with("cuda") && sizeof(computing_t<T>) == 4 &&
                        predictions > (sizeof(T) == 2 ? 1 : 4);
  return is_split ? Products::split : Products::plain;
}

}  // namespace batchgrad::test
