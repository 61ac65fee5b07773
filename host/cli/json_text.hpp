#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace batchgrad::cli {

/// Keys stay in the order in which they are set.
using Json = nlohmann::ordered_json;

/// A number with 17 significant digits, which read back to the same bits; "nan", "inf" and "-inf"
/// in quotes, since JSON has no such numbers.
[[nodiscard]] std::string json_number(double value);

/// The shortest text that reads back to the same bits, for people: "nan" without a sign.
[[nodiscard]] std::string number_text(double value);

/// The document, indented by two spaces, its numbers as json_number writes them.
/// Errors: InvalidArgument for text that is not UTF-8.
[[nodiscard]] std::string json_text(const Json& document);

/// Refuses text that is not UTF-8, before work whose result could not be printed.
void check_utf8(std::string_view text);

}  // namespace batchgrad::cli
