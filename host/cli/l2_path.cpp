#include "l2_path.hpp"

#include <batchgrad/error.hpp>
#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "arguments.hpp"
#include "names.hpp"

namespace batchgrad::cli {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr NumberBetween not_negative{0, infinity};
constexpr NumberBetween positive{0, infinity, NumberBetween::End::open};
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

Json fit_json(double l2, const FitResult& fit, const std::vector<std::string>& features,
              Intercept intercept) {
  Json coefficients = Json::object();
  if (intercept == Intercept::fitted) coefficients[intercept_name] = fit.intercept;
  for (std::size_t j = 0; j < features.size(); ++j) coefficients[features[j]] = fit.coefficients[j];
  return {{"l2", l2},
          {"converged", fit.converged()},
          {"stop", stop_name(fit.stop)},
          {"iterations", fit.iterations},
          {"loss", fit.objective},
          {"gradient_norm", fit.gradient_norm},
          {"coefficients", coefficients}};
}

double length_of(const std::vector<double>& coefficients) {
  double square = 0;
  for (const double value : coefficients) square += value * value;
  return std::sqrt(square);
}

void print_rows(const PathArguments& arguments, const std::vector<FitResult>& fits,
                const std::vector<std::string>& features, Intercept intercept) {
  std::vector<std::string> columns = {"l2", "converged", "iterations", "loss"};
  if (intercept == Intercept::fitted) columns.push_back(intercept_name);
  columns.insert(columns.end(), features.begin(), features.end());
  CsvWriter writer("-", columns);
  for (std::size_t s = 0; s < fits.size(); ++s) {
    writer.number(arguments.l2[s]);
    writer.number(fits[s].converged() ? 1 : 0);
    writer.number(static_cast<double>(fits[s].iterations));
    writer.number(fits[s].objective);
    if (intercept == Intercept::fitted) writer.number(fits[s].intercept);
    for (const double value : fits[s].coefficients) writer.number(value);
    writer.end_row();
  }
  writer.commit();
}

}  // namespace

void add_path_options(CLI::App& command, PathArguments& arguments) {
  constexpr const char* group = "Several penalties";
  add_parsed(command, "--path", arguments.l2, parse_path,
             "Fit with each of these l2 at once: a list as 0,0.1,1, or FROM:TO:COUNT, as "
             "1e-4:1:20, in equal ratios. Prints a row for each, or with --cv the best")
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

std::vector<FitSet> path_sets(const PathArguments& arguments, const Loss& loss,
                              const FitOptions& options) {
  std::vector<FitSet> sets;
  for (const double l2 : arguments.l2) {
    sets.push_back({loss, options});
    sets.back().options.l2 = l2;
  }
  return sets;
}

void print_path(const PathArguments& arguments, const std::vector<FitResult>& fits,
                const std::vector<std::string>& features, Intercept intercept, Format format) {
  if (format == Format::csv) return print_rows(arguments, fits, features, intercept);
  if (format == Format::json) {
    Json path = Json::array();
    for (std::size_t s = 0; s < fits.size(); ++s)
      path.push_back(fit_json(arguments.l2[s], fits[s], features, intercept));
    return write_text("-", json_text(Json{{"path", path}}));
  }
  std::string text = fmt::format("{:>12}  {:>16}  {:>16}  {:>10}  {}\n", "l2", "objective", "|w|",
                                 "iterations", "stopped");
  for (std::size_t s = 0; s < fits.size(); ++s)
    text += fmt::format("{:>12.6g}  {:>16.10g}  {:>16.10g}  {:>10}  {}\n", arguments.l2[s],
                        fits[s].objective, length_of(fits[s].coefficients), fits[s].iterations,
                        stop_name(fits[s].stop));
  write_text("-", text);
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
