#pragma once

#include <batchgrad/derivative/derivative_item.hpp>
#include <batchgrad/derivative_plan.hpp>

#include <string>

#include "expression/derivative_programs.hpp"

namespace batchgrad::cuda {

/// CUDA C++ of the kernel that differentiates one expression as one plan asks for:
///   batchgrad_derivative(index_t items, DerivativeRequest<T> request)
/// in blocks of at most most_threads threads.
class DerivativeSource {
 public:
  static constexpr const char* kernel_name = "batchgrad_derivative";
  static constexpr int most_threads = 256;

  /// Errors: InvalidArgument for an expression that is too long to compile.
  DerivativeSource(const detail::DerivativePlan& plan, const detail::DerivativePrograms& programs);

  /// For points of type T, float or double; whether error estimates are wanted matters to
  /// derivatives by rules, differences are told at run time.
  template <class T>
  [[nodiscard]] std::string text(Effort effort) const;

  /// The kernel's number of items.
  template <class T>
  [[nodiscard]] index_t items(const DerivativeRequest<T>& request) const;

 private:
  [[nodiscard]] std::string item(const char* type, Effort effort) const;

  Method method_;
  int order_;
  Arithmetic arithmetic_;
  std::string functors_;
};

}  // namespace batchgrad::cuda
