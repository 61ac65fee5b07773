#include "path_fit.hpp"

#include <batchgrad/fit_path.hpp>
#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "fit_report.hpp"
#include "names.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

/// A signal stops every fit at its next iteration.
FitOptions stoppable(FitOptions options) {
  options.observer = [](const Iteration&) {
    return pending_signal() == 0 ? Continue::yes : Continue::no;
  };
  return options;
}

/// A set for each value of l2.
template <class L>
std::vector<FitSetOf<L>> sets_of(const PathFit& path, const L& loss) {
  std::vector<FitSetOf<L>> sets;
  for (const double l2 : path.arguments.l2_path.l2) {
    sets.push_back({loss, stoppable(path.options)});
    sets.back().options.l2 = l2;
  }
  return sets;
}

SoftmaxLoss softmax_of(const PathFit& path) { return {static_cast<index_t>(path.classes.size())}; }

/// The fits of a path, for output.
class PathReport {
 public:
  PathReport(const PathFit& path, const std::vector<FitResult>& fits,
             const std::vector<std::string>& features)
      : path_(path),
        fits_(fits),
        features_(features),
        terms_{path.classes, features, path.options.intercept} {}

  [[nodiscard]] std::string json() const {
    Json rows = Json::array();
    for (std::size_t s = 0; s < fits_.size(); ++s) rows.push_back(json_of(s));
    return json_text(Json{{"path", rows}});
  }

  [[nodiscard]] std::string text() const {
    std::string text = fmt::format("{:>12}  {:>16}  {:>16}  ", "l2", "objective", "|w|");
    if (holds_out()) text += fmt::format("{:>16}  ", "held-out loss");
    text += fmt::format("{:>10}  {}\n", has_batches() ? "epochs" : "iterations", "stopped");
    for (std::size_t s = 0; s < fits_.size(); ++s) {
      text += fmt::format("{:>12.6g}  {:>16.10g}  {:>16.10g}  ", l2(s), fits_[s].objective,
                          length_of(fits_[s].coefficients));
      if (holds_out()) text += fmt::format("{:>16.10g}  ", fits_[s].held_out_loss);
      text += fmt::format("{:>10}  {}\n", fits_[s].iterations, stop_name(fits_[s].stop));
    }
    return text;
  }

  void write_csv() const {
    std::vector<std::string> columns = {"l2", "converged", "iterations", "loss"};
    if (holds_out()) columns.emplace_back("held_out_loss");
    const std::vector<std::string> names = term_names();
    columns.insert(columns.end(), names.begin(), names.end());
    CsvWriter writer("-", columns);
    for (std::size_t s = 0; s < fits_.size(); ++s) {
      writer.number(l2(s));
      writer.number(fits_[s].converged() ? 1 : 0);
      writer.number(static_cast<double>(fits_[s].iterations));
      writer.number(fits_[s].objective);
      if (holds_out()) writer.number(fits_[s].held_out_loss);
      for (const double value : estimates(fits_[s])) writer.number(value);
      writer.end_row();
    }
    writer.commit();
  }

 private:
  [[nodiscard]] double l2(std::size_t fit) const { return path_.arguments.l2_path.l2[fit]; }
  [[nodiscard]] bool holds_out() const { return path_.options.holdout > 0; }
  [[nodiscard]] bool has_batches() const { return path_.options.batch_size > 0; }
  [[nodiscard]] bool has_intercept() const { return path_.options.intercept == Intercept::fitted; }

  [[nodiscard]] Json json_of(std::size_t s) const {
    const FitResult& fit = fits_[s];
    Json row = {{"l2", l2(s)},
                {"converged", fit.converged()},
                {"stop", stop_name(fit.stop)},
                {"iterations", fit.iterations},
                {"loss", fit.objective},
                {"gradient_norm", fit.gradient_norm}};
    add_batch_results(path_.arguments.batches, fit, row);
    row["coefficients"] = coefficients_json(fit);
    return row;
  }
  [[nodiscard]] Json coefficients_json(const FitResult& fit) const {
    if (!path_.classes.empty()) return class_coefficients_json(terms_, fit);
    Json coefficients = Json::object();
    const std::vector<std::string> names = term_names();
    const std::vector<double> values = estimates(fit);
    for (std::size_t i = 0; i < names.size(); ++i) coefficients[names[i]] = values[i];
    return coefficients;
  }
  /// The intercept first where there is one.
  [[nodiscard]] std::vector<std::string> term_names() const {
    if (!path_.classes.empty()) return class_term_names(terms_);
    std::vector<std::string> names = features_;
    if (has_intercept()) names.insert(names.begin(), intercept_name);
    return names;
  }
  [[nodiscard]] std::vector<double> estimates(const FitResult& fit) const {
    if (!path_.classes.empty()) return class_coefficients(terms_, fit);
    std::vector<double> values = fit.coefficients;
    if (has_intercept()) values.insert(values.begin(), fit.intercept);
    return values;
  }
  static double length_of(const std::vector<double>& coefficients) {
    double square = 0;
    for (const double value : coefficients) square += value * value;
    return std::sqrt(square);
  }

  const PathFit& path_;
  const std::vector<FitResult>& fits_;
  const std::vector<std::string>& features_;
  ClassTerms terms_;
};

void print(const PathReport& report, Format format) {
  if (format == Format::csv)
    report.write_csv();
  else
    write_text("-", format == Format::json ? report.json() : report.text());
}

/// Warns of each fit that lacks something; the exit code is that of the worst.
int exit_code(const PathFit& path, const std::vector<FitResult>& fits,
              const std::vector<std::string>& features) {
  int code = done;
  for (std::size_t s = 0; s < fits.size(); ++s) {
    const auto warn = [&](const std::string& text) {
      print_message("warning", fmt::format("l2 = {}: {}", path.arguments.l2_path.l2[s], text));
    };
    for (const std::string& warning : dependency_warnings(features, fits[s])) warn(warning);
    if (fits[s].converged()) continue;
    warn(stop_explanation(fits[s].stop));
    const bool is_lost = fits[s].stop == Stop::diverged || !all_finite(fits[s]);
    code = std::max<int>(code, is_lost ? not_finite : not_converged);
  }
  return code;
}

}  // namespace

template <class T>
int print_path(Context& context, const Dataset<T>& dataset, const PathFit& path, Format format) {
  const auto fitted = [&](const auto& loss) {
    return fit_path(context, dataset.samples(), loss, stoppable(path.options),
                    path.arguments.l2_path.l2);
  };
  const std::vector<FitResult> fits =
      path.arguments.is_softmax ? fitted(softmax_of(path)) : fitted(path.arguments.loss);
  if (const int signal = pending_signal()) return 128 + signal;
  print(PathReport(path, fits, dataset.feature_names()), format);
  return exit_code(path, fits, dataset.feature_names());
}

template <class T>
CrossValidation score_path(Context& context, const Dataset<T>& dataset, const PathFit& path) {
  const CrossValidationOptions options{*path.arguments.l2_path.folds, path.options.seed};
  if (path.arguments.is_softmax)
    return cross_validate(context, dataset.samples(), sets_of(path, softmax_of(path)), options);
  return cross_validate(context, dataset.samples(), sets_of(path, path.arguments.loss), options);
}

#define BATCHGRAD_WITH_STORAGE(T)                                               \
  template int print_path(Context&, const Dataset<T>&, const PathFit&, Format); \
  template CrossValidation score_path(Context&, const Dataset<T>&, const PathFit&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cli
