#pragma once

#include <batchgrad/derivative/derivative_output.hpp>
#include <batchgrad/derivative/difference_rule.hpp>

#include <string_view>
#include <vector>

namespace batchgrad {

/// How derivatives are computed. `automatic`: symbolic for expressions, richardson for functors.
enum class Method : unsigned char {
  automatic,
  forward,
  backward,
  central,
  richardson,
  adaptive,
  forward_ad,
  symbolic
};

/// "forward-ad" as users write it; parse_method also takes underscores.
/// Errors: InvalidArgument listing the methods.
[[nodiscard]] std::string_view method_name(Method method);
[[nodiscard]] Method parse_method(std::string_view name);
[[nodiscard]] std::string_view status_name(Status status);

/// Which derivatives of f: R^P -> R^Q are wanted, C of them at each point.
///   gradient      C = Q P     d^order f_q / d x_i^order        (order 1 and Q > 1: the Jacobian)
///   hessian       C = Q P P   d^2 f_q / d x_i d x_j
///   directional   C = Q       d^order/dt^order f_q(x + t v) at t = 0
///   laplacian     C = Q       sum_i d^2 f_q / d x_i^2
enum class Quantity : unsigned char { gradient, hessian, directional, laplacian };

/// In what float points are differenced. Cancellation eats two thirds of the digits of a central
/// difference, so double is the default; `native` computes differences in the type of the points.
/// forward_ad and symbolic always compute in double.
enum class Arithmetic : unsigned char { wide, native };

struct DerivativeOptions {
  Quantity quantity = Quantity::gradient;
  Method method = Method::automatic;
  int order = 1;       ///< of the derivative, for gradient and directional; forward_ad: up to 4
  int accuracy = 0;    ///< of forward, backward, central; 0: 1 for one-sided ones, 2 for central
  StepRule step = {};  ///< `typical` here is the default of those in `typical`
  std::vector<double> typical = {};    ///< P sizes of the parameters, or none
  std::vector<Interval> bounds = {};   ///< P intervals, or none; a stencil never leaves them
  std::vector<double> direction = {};  ///< P entries, for directional
  double tolerance = 0;  ///< relative error above which a component is `noisy`; 0: default
  Arithmetic arithmetic = Arithmetic::wide;
};

}  // namespace batchgrad
