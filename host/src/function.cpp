#include <batchgrad/error.hpp>
#include <batchgrad/function.hpp>

#include <fmt/format.h>

namespace batchgrad {

std::string_view function_name(const Function& function) {
  return std::visit([](const auto& f) { return std::string_view(f.name); }, function);
}

void check_parameter_count(const Function& function, index_t parameters) {
  std::visit(
      [&](const auto& f) {
        if (parameters < f.fewest_parameters)
          throw InvalidArgument(
              fmt::format("points have {} parameters (the function {} takes at least {})",
                          parameters, f.name, f.fewest_parameters));
        if constexpr (requires { f.most_parameters; })
          if (parameters > f.most_parameters)
            throw InvalidArgument(
                fmt::format("points have {} parameters (the function {} takes at most {})",
                            parameters, f.name, f.most_parameters));
      },
      function);
}

}  // namespace batchgrad
