#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace batchgrad::detail {

/// "did you mean 'price'?" where a name is close to `wanted`, else a list of the names.
std::string suggest_name(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace batchgrad::detail
