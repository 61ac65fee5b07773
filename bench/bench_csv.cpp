// Reading a CSV file of numbers, every check on, against what number parsing alone costs.
//
//   ReadCsv        file to table, by threads; bytes/s are bytes of text
//   ScanNumbers    fast_float over the same bytes in memory, one thread, results summed: the limit
//   WriteCsv       table to file, through fsync and rename
//
// The file is made once in the temporary directory and removed at the end.

#include <batchgrad/table.hpp>
#include <batchgrad/table_writer.hpp>

#include <benchmark/benchmark.h>
#include <cstdint>
#include <fast_float/fast_float.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

using batchgrad::index_t;

constexpr index_t rows = 1'000'000;
constexpr index_t columns = 16;

/// A file of uniform numbers of 8 to 17 significant digits, as data sets mix them.
class NumberFile {
 public:
  NumberFile()
      : path_((std::filesystem::temp_directory_path() / "batchgrad_bench.csv").string()),
        values_(static_cast<std::size_t>(rows * columns)) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> uniform(-1000.0, 1000.0);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double value = uniform(random);
      const double scale = i % 2 == 0 ? 1e5 : 1e13;
      values_[i] = static_cast<double>(static_cast<std::int64_t>(value * scale)) / scale;
    }
    for (index_t i = 1; i <= columns; ++i) names_.emplace_back("x").append(std::to_string(i));
    batchgrad::write_csv(path_, names_, view());
  }
  ~NumberFile() { std::filesystem::remove(path_); }
  NumberFile(const NumberFile&) = delete;
  NumberFile& operator=(const NumberFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] batchgrad::MatrixView<const double> view() const {
    return {values_.data(), rows, columns};
  }
  [[nodiscard]] std::int64_t bytes() const {
    return static_cast<std::int64_t>(std::filesystem::file_size(path_));
  }

 private:
  std::string path_;
  std::vector<std::string> names_;
  std::vector<double> values_;
};

const NumberFile& number_file() {
  static const NumberFile file;
  return file;
}

void read_csv(benchmark::State& state) {
  batchgrad::ReadOptions options;
  options.threads = state.range(0);
  (void)number_file();  // made outside the clock
  for (auto _ : state) {
    const batchgrad::Table table = batchgrad::read_table(number_file().path(), options);
    benchmark::DoNotOptimize(table.values().data());
  }
  state.SetBytesProcessed(state.iterations() * number_file().bytes());
}

void scan_numbers(benchmark::State& state) {
  std::ifstream file(number_file().path(), std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const char* const end = text.data() + text.size();
  for (auto _ : state) {
    double sum = 0;
    for (const char* at = text.data() + text.find('\n') + 1; at < end;) {
      double value = 0;
      at = fast_float::from_chars(at, end, value).ptr + 1;
      sum += value;
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void write_csv(benchmark::State& state) {
  const std::string path = number_file().path() + ".copy";  // made outside the clock
  for (auto _ : state) batchgrad::write_csv(path, number_file().names(), number_file().view());
  std::filesystem::remove(path);
  state.SetBytesProcessed(state.iterations() * number_file().bytes());
}

BENCHMARK(read_csv)
    ->Name("ReadCsv/rows:1000000/columns:16")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(scan_numbers)
    ->Name("ScanNumbers/rows:1000000/columns:16")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(write_csv)
    ->Name("WriteCsv/rows:1000000/columns:16")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
