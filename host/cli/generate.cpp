#include <batchgrad/error.hpp>
#include <batchgrad/synthetic.hpp>
#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <memory>
#include <optional>
#include <thread>

#include "arguments.hpp"
#include "commands.hpp"
#include "json_text.hpp"
#include "ordered_work.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

struct GenerateOptions {
  SyntheticModel model = SyntheticModel::linear;
  index_t samples = 0;
  index_t features = 0;
  std::uint64_t seed = 1;
  std::optional<double> noise;
  std::string output = "-";
  std::string truth;
};

int thread_count(const CommonOptions& common) {
  const int given = common.thread_count();
  return given > 0 ? given : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// Some 64 Ki values: the text of a piece fits into the second-level cache.
index_t rows_per_piece(const GenerateOptions& options) {
  return std::max<index_t>(1, 65536 / (options.features + 1));
}

void append_csv(std::string& text, MatrixView<const double> rows) {
  std::array<char, 32> cell{};
  for (index_t i = 0; i < rows.rows(); ++i)
    for (index_t j = 0; j < rows.columns(); ++j) {
      const auto end = std::to_chars(cell.data(), cell.data() + cell.size(), rows(i, j)).ptr;
      text.append(cell.data(), end);
      text += j + 1 < rows.columns() ? ',' : '\n';
    }
}

void generate_csv(const Synthetic& synthetic, const GenerateOptions& options, int threads,
                  Progress& progress) {
  TextWriter writer(options.output);
  writer.write(fmt::format("{}\n", fmt::join(synthetic.column_names(), ",")));
  const index_t piece_rows = rows_per_piece(options);
  const index_t pieces = (options.samples - 1) / piece_rows + 1;
  const auto make = [&](index_t piece, std::string& text) {
    const index_t first = piece * piece_rows;
    const index_t count = std::min(piece_rows, options.samples - first);
    const index_t columns = options.features + 1;
    std::vector<double> values(static_cast<std::size_t>(count * columns));
    const MatrixView<double> rows(values.data(), count, columns);
    synthetic.make(first, rows);
    append_csv(text, rows);
  };
  const auto consume = [&](index_t piece, const std::string& text) {
    stop_if_interrupted();
    writer.write(text);
    progress.update(std::min(options.samples, (piece + 1) * piece_rows));
  };
  make_in_order(pieces, threads, make, consume);
  writer.commit();
}

void generate_npy(const Synthetic& synthetic, const GenerateOptions& options, int threads,
                  Progress& progress) {
  const index_t columns = options.features + 1;
  std::vector<double> values(static_cast<std::size_t>(options.samples * columns));
  const MatrixView<double> rows(values.data(), options.samples, columns);
  const index_t piece_rows = rows_per_piece(options);
  const auto make = [&](index_t piece, std::string&) {
    const index_t first = piece * piece_rows;
    synthetic.make(first, rows.row_range(first, std::min(piece_rows, options.samples - first)));
  };
  const auto consume = [&](index_t piece, const std::string&) {
    stop_if_interrupted();
    progress.update(std::min(options.samples, (piece + 1) * piece_rows));
  };
  make_in_order((options.samples - 1) / piece_rows + 1, threads, make, consume);
  write_npy(options.output, rows);
}

void print_truth(const Synthetic& synthetic, const std::string& model) {
  fmt::print(stderr, "truth of the {} model:\n  {:<12} {:>24.17g}\n", model, "(intercept)",
             synthetic.intercept());
  for (std::size_t j = 0; j < synthetic.coefficients().size(); ++j)
    fmt::print(stderr, "  {:<12} {:>24.17g}\n", fmt::format("x{}", j + 1),
               synthetic.coefficients()[j]);
}

std::string truth_json(const Synthetic& synthetic, const GenerateOptions& options) {
  Json coefficients = {{"(intercept)", synthetic.intercept()}};
  for (std::size_t j = 0; j < synthetic.coefficients().size(); ++j)
    coefficients[fmt::format("x{}", j + 1)] = synthetic.coefficients()[j];
  Json root;
  root["model"] = synthetic_model_name(options.model);
  root["samples"] = options.samples;
  root["features"] = options.features;
  root["seed"] = options.seed;
  root["noise"] = options.noise.value();
  root["coefficients"] = coefficients;
  return json_text(root);
}

void check_options(const GenerateOptions& options, const CommonOptions& common) {
  require_host_device(common, "generate");
  const Format format = common.format.value_or(Format::csv);
  if (format != Format::csv)
    throw UsageError(
        "--format text and json do not go with generate (it writes CSV, or .npy where "
        "the name of -o ends so)");
  if (common.format && ends_with_npy(options.output))
    throw UsageError(
        fmt::format("--format csv does not go with -o {} (the name says .npy)", options.output));
  constexpr index_t most_values = std::numeric_limits<index_t>::max() / 64;
  if (options.samples > most_values / (options.features + 1))
    throw UsageError(fmt::format("--samples {} times --features {} is too large", options.samples,
                                 options.features));
  check_outputs({}, {{"-o", options.output}, {"--truth", options.truth}});
}

int run_generate(GenerateOptions options, const CommonOptions& common) {
  check_options(options, common);
  if (!options.noise) options.noise = options.model == SyntheticModel::linear ? 1.0 : 0.0;
  const auto synthetic = [&] {
    try {
      return Synthetic({options.model, options.features, options.seed, *options.noise});
    } catch (const InvalidArgument& error) {
      throw UsageError(error.what());
    }
  }();
  const DeferSignals deferred;
  {
    Progress progress("generate", "rows", options.samples,
                      common.quiet ? Progress::Show::no : Progress::Show::yes);
    const int threads = thread_count(common);
    if (ends_with_npy(options.output))
      generate_npy(synthetic, options, threads, progress);
    else
      generate_csv(synthetic, options, threads, progress);
  }
  if (!options.truth.empty()) write_text(options.truth, truth_json(synthetic, options));
  if (!common.quiet) print_truth(synthetic, std::string(synthetic_model_name(options.model)));
  stop_if_interrupted();
  return done;
}

}  // namespace

Runner add_generate(CLI::App& program, CommonOptions& common) {
  CLI::App* command =
      program.add_subcommand("generate", "Make data of a known truth: columns x1 .. xD, y");
  const auto options = std::make_shared<GenerateOptions>();
  add_parsed(*command, "MODEL", options->model, parse_synthetic_model,
             "How y depends on x: linear, logistic or poisson")
      ->required();
  add_parsed(*command, "--samples", options->samples, CountBetween{1, index_t{1} << 50},
             "Number of rows, 1e6 or so")
      ->type_name("N")
      ->required();
  add_parsed(*command, "--features", options->features, CountBetween{1, 1000000},
             "Number of columns x1 .. xD")
      ->type_name("D")
      ->required();
  add_parsed(*command, "--seed", options->seed, parse_seed,
             "Which data; the same seed gives the same file everywhere. Default: 1")
      ->type_name("K");
  add_parsed(*command, "--noise", options->noise,
             NumberBetween{0, std::numeric_limits<double>::max()},
             "Standard deviation of normal noise on the linear prediction. Default: 1 for linear, "
             "0 for logistic and poisson, whose targets are random by themselves")
      ->type_name("NUMBER");
  command
      ->add_option("-o,--output", options->output,
                   "Where to: a CSV file, a .npy file by its name (then made in memory), or - for "
                   "standard output, the default")
      ->type_name("FILE");
  command->add_option("--truth", options->truth, "Also write the coefficients to a JSON file")
      ->type_name("FILE");
  add_common_options(*command, common);
  command->footer(
      "Features are independent standard normal numbers; so are the coefficients, scaled.\n"
      "They are printed on standard error.\n\n"
      "Examples:\n"
      "  batchgrad generate linear --samples 1e6 --features 16 --seed 1 -o data.csv\n"
      "  batchgrad generate logistic --samples 5000 --features 3 --truth truth.json > data.csv");
  return [options, &common] { return run_generate(*options, common); };
}

}  // namespace batchgrad::cli
