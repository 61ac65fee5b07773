#include "cuda/derivative_source.hpp"

#include <fmt/format.h>
#include <type_traits>

#include "expression/cuda_source.hpp"

namespace batchgrad::cuda {
namespace {

/// In the place of the generated functors where only the number of items is asked for.
struct NoFunctor {};

template <class T>
constexpr const char* type_name() {
  return std::is_same_v<T, float> ? "float" : "double";
}

}  // namespace

DerivativeSource::DerivativeSource(const detail::DerivativePlan& plan,
                                   const detail::DerivativePrograms& programs)
    : method_(plan.method),
      order_(plan.rule.order),
      arithmetic_(plan.arithmetic),
      functors_(detail::function_source(programs.results)) {
  if (method_ == Method::symbolic) functors_ += detail::outputs_source(programs.symbolic);
}

/// What one thread does, made of the generated functors.
std::string DerivativeSource::item(const char* type, Effort effort) const {
  const char* scalar = effort == Effort::estimate ? "RunningError<double>" : "double";
  if (method_ == Method::symbolic)
    return fmt::format(
        "SymbolicItem<{}, Outputs, Function, {}>{{Outputs{{}}, Function{{0}}, request}}", scalar,
        type);
  if (method_ == Method::forward_ad)
    return fmt::format("ForwardItem<{}, {}, Function, {}>{{Function{{0}}, request}}", scalar,
                       order_, type);
  return fmt::format("DifferenceItem<{}, Function, {}>{{Function{{0}}, request}}",
                     arithmetic_ == Arithmetic::native ? type : "double", type);
}

template <class T>
std::string DerivativeSource::text(Effort effort) const {
  return fmt::format(
      "#include <batchgrad/cuda/derivative_kernel.cuh>\n"
      "#include <batchgrad/expression/operation.hpp>\n"
      "namespace batchgrad {{\n"
      "namespace {{\n"
      "{0}"
      "}}\n"
      "static_assert(sizeof(DerivativeRequest<{1}>) == {2});\n"
      "extern \"C\" __global__ void __launch_bounds__({3})\n"
      "    {4}(index_t items, const __grid_constant__ DerivativeRequest<{1}> request) {{\n"
      "  cuda::for_each_item(items, {5});\n"
      "}}\n"
      "}}\n",
      functors_, type_name<T>(), sizeof(DerivativeRequest<T>), most_threads, kernel_name,
      item(type_name<T>(), effort));
}

template <class T>
index_t DerivativeSource::items(const DerivativeRequest<T>& request) const {
  if (method_ == Method::symbolic)
    return SymbolicItem<double, NoFunctor, NoFunctor, T>::items(request);
  if (method_ != Method::forward_ad) return DifferenceItem<double, NoFunctor, T>::items(request);
  return AnyForwardItem<double, NoFunctor, T>::items(request);
}

template std::string DerivativeSource::text<float>(Effort) const;
template std::string DerivativeSource::text<double>(Effort) const;
template index_t DerivativeSource::items(const DerivativeRequest<float>&) const;
template index_t DerivativeSource::items(const DerivativeRequest<double>&) const;

}  // namespace batchgrad::cuda
