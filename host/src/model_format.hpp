#pragma once

namespace batchgrad::model_format {

inline constexpr const char* name = "batchgrad-model";
inline constexpr int version = 1;

}  // namespace batchgrad::model_format
