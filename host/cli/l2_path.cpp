#include "l2_path.hpp"

#include <batchgrad/error.hpp>

#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "arguments.hpp"

namespace batchgrad::cli {
namespace {

constexpr index_t most_values = 10'000;

std::vector<double> geometric_path(const std::string& from, const std::string& to,
                                   const std::string& count) {
  const double first = positive(from);
  const double last = positive(to);
  const index_t values = CountBetween{2, most_values}(count);
  std::vector<double> path;
  for (index_t i = 0; i < values; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(values - 1);
    path.push_back(std::exp((1 - share) * std::log(first) + share * std::log(last)));
  }
  path.front() = first;
  path.back() = last;
  return path;
}

}  // namespace

void add_path_options(CLI::App& command, PathArguments& arguments) {
  constexpr const char* group = "Several penalties";
  add_parsed(command, "--path", arguments.l2, parse_path,
             "Fit with each of these l2 at once: a list as 0,0.1,1, or FROM:TO:COUNT, as "
             "1e-4:1:20, in equal ratios, with any loss and solver; all but newton and gram share "
             "their reads of the data. Prints a row for each, or with --cv the best")
      ->type_name("L2S")
      ->group(group);
  add_parsed(command, "--cv", arguments.folds, CountBetween{2, 65535},
             "With --path: fit each without each of N parts of the samples, drawn at random by "
             "--seed, and take the l2 whose loss over the parts left out is lowest")
      ->type_name("N")
      ->group(group);
}

std::vector<double> parse_path(const std::string& text) {
  const auto first = text.find(':');
  if (first == std::string::npos) {
    std::vector<double> path;
    for (const std::string& value : split_list(text))
      path.push_back(not_negative(trim_spaces(value)));
    if (path.empty()) throw InvalidArgument("the list is empty (a path has values of l2)");
    return path;
  }
  const auto second = text.find(':', first + 1);
  if (second == std::string::npos || text.find(':', second + 1) != std::string::npos)
    throw InvalidArgument(
        fmt::format("'{}' is neither a list nor FROM:TO:COUNT write it as 1e-4:1:20", text));
  return geometric_path(text.substr(0, first), text.substr(first + 1, second - first - 1),
                        text.substr(second + 1));
}

std::string cross_validation_text(const PathArguments& arguments, const CrossValidation& found) {
  const CrossValidationScore& best = found.scores[found.best];
  return fmt::format("{} folds: l2 = {} of {} values, loss {:.6g} +- {:.2g}", *arguments.folds,
                     arguments.l2[found.best], arguments.l2.size(), best.loss, best.standard_error);
}

Json cross_validation_json(const PathArguments& arguments, const CrossValidation& found) {
  Json path = Json::array();
  for (std::size_t c = 0; c < found.scores.size(); ++c)
    path.push_back({{"l2", arguments.l2[c]},
                    {"loss", found.scores[c].loss},
                    {"standard_error", found.scores[c].standard_error},
                    {"converged", found.scores[c].converged}});
  return {{"folds", *arguments.folds}, {"l2", arguments.l2[found.best]}, {"path", path}};
}

}  // namespace batchgrad::cli
