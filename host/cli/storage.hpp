#pragma once

#include <string>

namespace batchgrad::cli {

/// What the features are held in.
enum class Storage { f64, f32, bf16, f16 };

/// "f64", "f32", "bf16", "f16". Errors: InvalidArgument for another text.
[[nodiscard]] Storage parse_storage(const std::string& text);
[[nodiscard]] const char* storage_name(Storage storage);

}  // namespace batchgrad::cli
