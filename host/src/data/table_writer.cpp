#include <batchgrad/table_writer.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "data/output_file.hpp"

namespace batchgrad {

namespace {

// The longest shortest double, "-2.2250738585072014e-308", has 24 characters.
constexpr std::size_t number_room = 32;

// Prints at `at` and returns the end.
char* print_number(double value, char* at) {
  if (!std::isfinite(value)) {
    const std::string_view word = std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    return std::copy(word.begin(), word.end(), at);
  }
  // Whole numbers as people write them (100000, not 1e+05), and several times faster.
  constexpr double exact_limit = 1e15;
  const bool is_whole = std::abs(value) < exact_limit && value == std::trunc(value) &&
                        (value != 0 || !std::signbit(value));
  return is_whole ? std::to_chars(at, at + number_room, static_cast<long long>(value)).ptr
                  : std::to_chars(at, at + number_room, value).ptr;
}

// Prints rows into `text`, which keeps its size from call to call; returns what was printed.
std::string_view print_rows(MatrixView<const double> rows, char delimiter, std::string& text) {
  const auto room = static_cast<std::size_t>(rows.rows() * rows.columns()) * number_room;
  if (text.size() < room) text.resize(room);
  char* at = text.data();
  for (index_t row = 0; row < rows.rows(); ++row) {
    for (const double value : rows.row(row)) {
      at = print_number(value, at);
      *at++ = delimiter;
    }
    at[-1] = '\n';
  }
  return {text.data(), static_cast<std::size_t>(at - text.data())};
}

/// Threads print blocks of rows; each writes its block when its turn comes. They sleep until then:
/// OpenMP's ordered loops spin, which stalls on a machine that others use too.
class RowPrinter {
 public:
  RowPrinter(detail::OutputFile& file, char delimiter, MatrixView<const double> values)
      : file_(file),
        delimiter_(delimiter),
        values_(values),
        block_rows_(std::max<index_t>(1, 4096 / values.columns())),
        blocks_((values.rows() + block_rows_ - 1) / block_rows_) {}

  void print() {
    const auto cores = static_cast<index_t>(std::thread::hardware_concurrency());
    std::vector<std::thread> helpers;
    for (index_t i = 1; i < std::min(cores, blocks_); ++i) {
      try {
        helpers.emplace_back([this] { work(); });
      } catch (const std::system_error&) {
        break;  // fewer threads do the same work
      }
    }
    work();
    for (auto& helper : helpers) helper.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work() {
    std::string text;
    for (index_t block = next_block_++; block < blocks_; block = next_block_++) {
      std::string_view printed;
      std::exception_ptr failure;
      try {
        const index_t first = block * block_rows_;
        const index_t count = std::min(block_rows_, values_.rows() - first);
        printed = print_rows(values_.row_range(first, count), delimiter_, text);
      } catch (...) {
        failure = std::current_exception();
      }
      std::unique_lock lock(mutex_);
      turn_comes_.wait(lock, [&] { return turn_ == block; });
      if (!failure_) failure_ = failure;
      try {
        if (!failure_) file_.write(printed);
      } catch (...) {
        failure_ = std::current_exception();
      }
      if (failure_) next_block_ = blocks_;  // blocks in hand still take their turns
      ++turn_;
      lock.unlock();
      turn_comes_.notify_all();
    }
  }

  detail::OutputFile& file_;
  char delimiter_;
  MatrixView<const double> values_;
  index_t block_rows_;
  index_t blocks_;
  std::atomic<index_t> next_block_ = 0;
  std::mutex mutex_;
  std::condition_variable turn_comes_;
  index_t turn_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

struct CsvWriter::State {
  State(const std::string& path, char the_delimiter) : file(path), delimiter(the_delimiter) {}

  void separate() {
    if (!at_row_begin) file.write({&delimiter, 1});
    at_row_begin = false;
  }

  detail::OutputFile file;
  char delimiter;
  bool at_row_begin = true;
};

CsvWriter::CsvWriter(const std::string& path, const std::vector<std::string>& names, char delimiter)
    : state_(std::make_unique<State>(path, delimiter)) {
  if (names.empty()) return;
  for (const auto& name : names) text(name);
  end_row();
}

CsvWriter::~CsvWriter() = default;
CsvWriter::CsvWriter(CsvWriter&&) noexcept = default;
CsvWriter& CsvWriter::operator=(CsvWriter&&) noexcept = default;

void CsvWriter::number(double value) {
  std::array<char, number_room> text;
  state_->separate();
  const char* end = print_number(value, text.data());
  state_->file.write({text.data(), static_cast<std::size_t>(end - text.data())});
}

void CsvWriter::text(std::string_view value) {
  state_->separate();
  const std::array<char, 5> special = {state_->delimiter, '"', '\n', '\r', ' '};
  const bool is_plain = value.find_first_of({special.data(), 4}) == std::string_view::npos &&
                        !value.starts_with(' ') && !value.ends_with(' ');
  if (is_plain) {
    state_->file.write(value);
    return;
  }
  std::string quoted = "\"";
  for (const char c : value) {
    quoted += c;
    if (c == '"') quoted += c;
  }
  state_->file.write(quoted += '"');
}

void CsvWriter::end_row() {
  state_->file.write("\n");
  state_->at_row_begin = true;
}

void CsvWriter::commit() { state_->file.commit(); }

void CsvWriter::rows(MatrixView<const double> values) {
  if (!values.empty()) RowPrinter(state_->file, state_->delimiter, values).print();
}

void write_csv(const std::string& path, const std::vector<std::string>& names,
               MatrixView<const double> values, char delimiter) {
  if (!names.empty() && static_cast<index_t>(names.size()) != values.columns()) {
    throw InvalidArgument(fmt::format("{} names (the matrix has {} columns) pass one each, or none",
                                      names.size(), values.columns()));
  }
  CsvWriter writer(path, names, delimiter);
  writer.rows(values);
  writer.commit();
}

}  // namespace batchgrad
