#include <batchgrad/error.hpp>
#include <batchgrad/minimize_trace.hpp>

#include <fmt/format.h>
#include <set>

namespace batchgrad {
namespace {

std::vector<std::string> column_names(const std::vector<std::string>& variables) {
  std::vector<std::string> names = {"start", "iteration"};
  names.insert(names.end(), variables.begin(), variables.end());
  names.emplace_back("value");
  for (const std::string& variable : variables) names.push_back("d_" + variable);
  names.emplace_back("step");
  std::set<std::string> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second)
      throw InvalidArgument(fmt::format(
          "the trace would have two columns '{}' (one of them is a variable) rename the variable",
          name));
  return names;
}

}  // namespace

MinimizeTrace::MinimizeTrace(const std::string& path, const std::vector<std::string>& variables)
    : writer_(path, column_names(variables)) {}

void MinimizeTrace::write(const MinimizeStep& step) {
  writer_.number(static_cast<double>(step.start));
  writer_.number(static_cast<double>(step.iteration));
  for (const double x : step.x) writer_.number(x);
  writer_.number(step.value);
  for (const double slope : step.gradient) writer_.number(slope);
  writer_.number(step.step);
  writer_.end_row();
}

}  // namespace batchgrad
