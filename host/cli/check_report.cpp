#include "check_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "derivative_rows.hpp"
#include "json_text.hpp"

namespace batchgrad::cli {
namespace {

std::vector<std::string_view> method_names(const CheckOptions& options) {
  std::vector<std::string_view> names;
  for (const Method method : options.methods) names.push_back(method_name(method));
  return names;
}

std::string criterion(const CheckOptions& options) {
  return fmt::format("|a - b| <= {:g} + {:g} max(|a|, |b|) + error(a) + error(b)",
                     options.absolute_tolerance, options.relative_tolerance);
}

constexpr Cause cause_of(std::size_t place) { return static_cast<Cause>(place); }

}  // namespace

std::string CheckSummary::label(const Disagreement& disagreement) const {
  const auto columns = static_cast<index_t>(labels.size());
  const std::string& label = labels[static_cast<std::size_t>(disagreement.column % columns)];
  return f.results() == 1 ? label : label_of_result(label, disagreement.column / columns);
}

std::string CheckSummary::text() const {
  const index_t wrong = report.disagreement_count();
  std::string text = fmt::format(
      "methods    {}\ncriterion  {}\nchecked    {} points, {} derivatives\nagree      {}\n",
      fmt::join(method_names(options), ", "), criterion(options), report.points, report.derivatives,
      report.derivatives - wrong);
  if (report.not_finite > 0)
    text += fmt::format("           {} of them not finite, f or the derivative by every method\n",
                        report.not_finite);
  if (report.doubtful > 0)
    text += fmt::format("           {} of them with a status that is not ok\n", report.doubtful);
  text += fmt::format("disagree   {}\n", wrong);
  for (std::size_t i = 0; i < report.disagreements.size(); ++i)
    if (report.disagreements[i] > 0)
      text += fmt::format("           {} {}\n", report.disagreements[i], cause_name(cause_of(i)));
  for (const Disagreement& disagreement : report.worst) {
    std::string where;
    for (std::size_t i = 0; i < disagreement.x.size(); ++i)
      where += fmt::format("{}{} = {}", i == 0 ? "" : ", ", f.variables()[i], disagreement.x[i]);
    text +=
        fmt::format("\n{} at point {}: {}\n", label(disagreement), disagreement.point + 1, where);
    for (std::size_t m = 0; m < options.methods.size(); ++m) {
      const Estimate<double>& estimate = disagreement.estimates[m];
      text +=
          fmt::format("  {:<10}  {:<24}  error {:<8.2g}  {}\n", method_name(options.methods[m]),
                      number_text(estimate.value), estimate.error, status_name(estimate.status));
    }
    text += fmt::format("  {}: {}\n", cause_name(disagreement.cause), disagreement.explanation);
  }
  return text;
}

std::string CheckSummary::json() const {
  Json root;
  root["agree"] = report.disagreement_count() == 0;
  root["methods"] = method_names(options);
  root["absolute_tolerance"] = options.absolute_tolerance;
  root["relative_tolerance"] = options.relative_tolerance;
  root["criterion"] = criterion(options);
  root["points"] = report.points;
  root["derivatives"] = report.derivatives;
  root["not_finite"] = report.not_finite;
  root["doubtful"] = report.doubtful;
  for (std::size_t i = 0; i < report.disagreements.size(); ++i)
    root["disagreements"][std::string(cause_name(cause_of(i)))] = report.disagreements[i];
  root["worst"] = Json::array();
  for (const Disagreement& disagreement : report.worst) {
    Json entry;
    entry["derivative"] = label(disagreement);
    entry["point"] = disagreement.point + 1;
    for (std::size_t i = 0; i < disagreement.x.size(); ++i)
      entry["at"][f.variables()[i]] = disagreement.x[i];
    for (std::size_t m = 0; m < options.methods.size(); ++m) {
      const Estimate<double>& estimate = disagreement.estimates[m];
      entry["methods"][std::string(method_name(options.methods[m]))] = {
          {"value", estimate.value},
          {"error", estimate.error},
          {"status", status_name(estimate.status)},
          {"step", estimate.step},
          {"left", estimate.left},
          {"right", estimate.right}};
    }
    entry["excess"] = disagreement.excess;
    entry["cause"] = cause_name(disagreement.cause);
    entry["explanation"] = disagreement.explanation;
    root["worst"].push_back(entry);
  }
  return json_text(root);
}

}  // namespace batchgrad::cli
