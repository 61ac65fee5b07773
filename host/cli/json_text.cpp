#include "json_text.hpp"

#include <batchgrad/error.hpp>

#include <cmath>
#include <fmt/format.h>

namespace batchgrad::cli {
namespace {

std::string json_string(std::string_view text) {
  try {
    return Json(text).dump();
  } catch (const Json::type_error&) {
    throw InvalidArgument(
        fmt::format("the text '{}' is not UTF-8 (JSON cannot hold it) convert the data, as with "
                    "iconv -f latin1 -t utf-8",
                    text));
  }
}

void append(std::string& out, const Json& value, std::size_t indent) {
  if (value.is_number_float()) {
    out += json_number(value.get<double>());
  } else if (value.is_string()) {
    out += json_string(value.get_ref<const std::string&>());
  } else if (!value.is_structured() || value.empty()) {
    out += value.dump();
  } else {
    const std::string margin(indent + 2, ' ');
    out += value.is_object() ? '{' : '[';
    const char* separator = "\n";
    for (const auto& [key, member] : value.items()) {
      out += separator + margin;
      if (value.is_object()) out += json_string(key) + ": ";
      append(out, member, indent + 2);
      separator = ",\n";
    }
    out += '\n' + std::string(indent, ' ') + (value.is_object() ? '}' : ']');
  }
}

}  // namespace

std::string json_number(double value) {
  if (std::isnan(value)) return "\"nan\"";
  if (std::isinf(value)) return value > 0 ? "\"inf\"" : "\"-inf\"";
  return fmt::format("{:.17g}", value);
}

std::string number_text(double value) {
  return std::isnan(value) ? "nan" : fmt::format("{}", value);
}

std::string json_text(const Json& document) {
  std::string out;
  append(out, document, 0);
  return out + '\n';
}

void check_utf8(std::string_view text) { (void)json_string(text); }

}  // namespace batchgrad::cli
