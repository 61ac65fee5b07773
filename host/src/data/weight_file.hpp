#pragma once

#include <string>
#include <vector>

namespace batchgrad::detail {

/// The numbers of a weight file, one on each line, plain or gzip; blank lines may end it.
/// Errors: FileError; DataError naming file and line for a line that is no finite number >= 0.
[[nodiscard]] std::vector<double> read_weight_file(const std::string& path);

}  // namespace batchgrad::detail
