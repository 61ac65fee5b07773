#pragma once

#include <batchgrad/function/functions.hpp>

#include <string_view>
#include <variant>

namespace batchgrad {

/// A function that every backend knows: Rosenbrock{}, Sphere{}, ...
using Function = EveryFunction<std::variant>;

[[nodiscard]] std::string_view function_name(const Function& function);

/// Throws InvalidArgument where the function is not defined for that many parameters.
void check_parameter_count(const Function& function, index_t parameters);

}  // namespace batchgrad
