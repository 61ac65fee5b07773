#pragma once

#include <batchgrad/loss/softmax.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {

/// How far the softmax results of two backends may differ, as LossGradientBound, with
///   prediction  of each class: e_mc as there; e_m the largest of them
///   derivative  predictions that move by up to e multiply p_c and 1 - p_c by something between
///               exp(-2e) and exp(2e): it moves by at most min(p_c, 1 - p_c) (exp(2e) - 1)
///   value       its slopes' magnitudes add up to at most 2: it moves by at most 2 e
template <class T>
class SoftmaxBound {
 public:
  SoftmaxBound(const Samples<T>& samples, index_t classes,
               VectorView<const computing_t<T>> parameters, fold_t held_out,
               Products products = Products::plain)
      : samples_(samples),
        loss_{classes},
        parameters_(parameters),
        held_out_(held_out),
        products_(products) {}

  /// Adds the bounds of one set: objective, derivative_rms, held-out loss, gradient.
  void append(std::vector<double>& bounds) {
    slope_.assign(static_cast<std::size_t>(parameters_.size()), 0.0);
    for (index_t m = 0; m < samples_.count(); ++m) add_sample(m);
    bounds.push_back(2 * value_error_ / weight_);
    const double mean = square_ / weight_;
    const double off = 2 * square_error_ / weight_;
    bounds.push_back(mean > off ? off / std::sqrt(mean) + gamma<double>(4) * std::sqrt(mean)
                                : std::sqrt(off) * 2);
    bounds.push_back(held_out_weight_ > 0 ? 2 * held_out_error_ / held_out_weight_ : 0.0);
    for (const double slope : slope_) bounds.push_back(2 * slope / weight_);
  }

 private:
  [[nodiscard]] index_t block_size() const { return parameters_.size() / loss_.classes; }

  void add_sample(index_t m) {
    const index_t features = samples_.feature_count();
    const auto classes = static_cast<double>(loss_.classes);
    const double weight = samples_.weight.empty() ? 1.0 : samples_.weight[m];
    const auto target = static_cast<index_t>(samples_.target[m]);
    std::vector<double> eta;
    double error = 0;
    double size = 1;
    for (index_t c = 0; c < loss_.classes; ++c) {
      const auto [value, value_error] = prediction(m, c);
      eta.push_back(value);
      error = std::max(error, value_error);
      size = std::max(size, std::fabs(value));
    }
    const double in_double = gamma<double>(static_cast<double>(samples_.count()) + classes + 32);
    const double in_chain = gamma<computing_t<T>>(260) + in_double;
    const double rounding = gamma<double>(classes + 16 + 2 * size);
    const double value = loss_.value<double>(eta, target);
    const double value_error = weight * (2 * error + (in_double + rounding) * (value + 2 * size));
    if (held_out_ != no_fold && samples_.fold[m] == held_out_) {
      held_out_weight_ += weight;
      held_out_error_ += value_error;
      return;
    }
    weight_ += weight;
    value_error_ += value_error;
    for (index_t c = 0; c < loss_.classes; ++c) {
      const double p = loss_.probability<double>(eta, c);
      const double d = loss_.derivative<double>(eta, c, target);
      const double d_error = std::min(p, 1 - p) * std::expm1(2 * error) + rounding * std::fabs(d);
      const double d_size = std::fabs(d) + d_error;
      square_ += weight * d * d;
      square_error_ += weight * d_size * (2 * d_error + in_double * d_size);
      double* slope = slope_.data() + c * block_size();
      for (index_t j = 0; j < features; ++j)
        slope[j] += weight * std::fabs(feature(m, j)) * (d_error + in_chain * d_size);
      if (block_size() > features) slope[features] += weight * (d_error + in_double * d_size);
    }
  }

  [[nodiscard]] double feature(index_t m, index_t j) const {
    const double centre = samples_.centre.empty() ? 0.0 : samples_.centre[j];
    return static_cast<double>(samples_.features(m, j)) - centre;
  }

  struct Prediction {
    double value;
    double error;
  };
  [[nodiscard]] Prediction prediction(index_t m, index_t c) const {
    const index_t features = samples_.feature_count();
    const computing_t<T>* block = parameters_.data() + c * block_size();
    double value = 0;
    double size = 0;
    for (index_t j = 0; j < features; ++j) {
      const double product = feature(m, j) * static_cast<double>(block[j]);
      value += product;
      size += std::fabs(product);
    }
    const double intercept = block_size() > features ? block[features] : 0;
    const double roundings = product_roundings(products_, static_cast<double>(features)) + 3;
    return {value + intercept, gamma<computing_t<T>>(roundings) * size +
                                   gamma<double>(4) * (size + std::fabs(intercept))};
  }

  Samples<T> samples_;
  SoftmaxLoss loss_;
  VectorView<const computing_t<T>> parameters_;
  fold_t held_out_;
  Products products_;
  double weight_ = 0;
  double value_error_ = 0;
  double held_out_weight_ = 0;
  double held_out_error_ = 0;
  double square_ = 0;
  double square_error_ = 0;
  std::vector<double> slope_;
};

}  // namespace batchgrad::test
