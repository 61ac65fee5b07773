#include <batchgrad/error.hpp>
#include <batchgrad/expression.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

// Any bytes are an expression or a ParseError; the text of an expression reads back to the same
// text and values; derivatives are made, printed and evaluated. Longer texts make this slow and
// find nothing new: the limits have tests of their own.

namespace {

using batchgrad::Expression;

constexpr std::size_t longest_text = 400;

void require(bool holds, const char* what, const std::string& text, const std::string& other) {
  if (holds) return;
  std::fprintf(stderr, "%s\n  %s\n  %s\n", what, text.c_str(), other.c_str());
  std::abort();
}

void check_text(const Expression& f) {
  const std::string text = f.text();
  const Expression read(text, f.variables());
  require(read.text() == text, "the text reads back to another text", text, read.text());
  const std::vector<double> x(f.variables().size(), 0.75);
  const auto values = f(x);
  const auto again = read(x);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_same = values[i] == again[i] || (std::isnan(values[i]) && std::isnan(again[i]));
    require(is_same, "the text reads back to another value", text, read.text());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > longest_text) return 0;
  try {
    const Expression f(std::string_view(reinterpret_cast<const char*>(data), size));
    check_text(f);
    if (f.variables().empty() || f.results() > 8) return 0;
    const Expression slope = f.derivative(f.variables()[0]);
    if (slope.text().size() < 60'000) check_text(slope);
    (void)f.expanded().text();
  } catch (const batchgrad::Error&) {
    // what it refuses, it refuses with a message
  }
  return 0;
}
