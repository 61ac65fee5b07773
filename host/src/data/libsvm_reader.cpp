#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <mutex>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "as_size.hpp"
#include "data/column_plan.hpp"
#include "data/csv_chunks.hpp"
#include "data/libsvm_parser.hpp"
#include "data/read_table.hpp"
#include "data/row_source.hpp"
#include "data/thread_count.hpp"

namespace batchgrad::detail {

namespace {

/// All chunks of a text, parsed on several threads: how many columns there are shows at its end.
class SparseReading {
 public:
  SparseReading(ChunkSource& source, const ReadOptions& options)
      : source_(source), options_(options) {}

  /// In the order of the text; the first one with an error or failure is the last.
  std::vector<SparseRows> read(index_t threads) {
    std::vector<std::thread> helpers;
    try {
      for (index_t i = 1; i < threads; ++i) helpers.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // Fewer threads do the same work.
    }
    work();
    for (auto& helper : helpers) helper.join();
    std::sort(pieces_.begin(), pieces_.end(),
              [](const SparseRows& a, const SparseRows& b) { return a.number < b.number; });
    const auto bad = std::find_if(pieces_.begin(), pieces_.end(), is_bad);
    if (bad != pieces_.end()) pieces_.erase(bad + 1, pieces_.end());
    return std::move(pieces_);
  }

 private:
  static bool is_bad(const SparseRows& piece) { return piece.error || piece.failure; }

  // Chunks in front of a bad one were all taken, so the first error of the text is always found.
  void work() {
    Chunk chunk;
    LibsvmParser parser(options_);
    for (;;) {
      SparseRows piece;
      bool has_chunk = true;
      try {
        has_chunk = source_.next(chunk);
        if (has_chunk) piece = parser.parse(chunk);
      } catch (...) {
        piece.number = chunk.index;
        piece.failure = std::current_exception();
      }
      if (!has_chunk) return;
      const std::lock_guard lock(mutex_);
      if (is_bad(piece)) {
        ended_ = true;
        source_.stop();  // a helper may wait for what a pipe never sends
      }
      pieces_.push_back(std::move(piece));
      if (ended_) return;
    }
  }

  ChunkSource& source_;
  const ReadOptions& options_;
  std::mutex mutex_;
  bool ended_ = false;
  std::vector<SparseRows> pieces_;
};

/// Lines count in the file from here on. Throws the first error of the text.
void number_lines(std::vector<SparseRows>& pieces, const std::string& file) {
  index_t first = 1;
  for (auto& piece : pieces) {
    if (piece.failure) std::rethrow_exception(piece.failure);
    if (piece.error) {
      throw DataError({file, first + piece.error->line, piece.error->column}, piece.error->problem);
    }
    for (auto& start : piece.row_lines) start.second += first;
    for (auto& missing : piece.missing) missing.line += first;
    piece.largest_line += first;
    first += piece.lines;
  }
}

/// The piece that holds the largest index first, or null where there is none.
const SparseRows* find_largest(const std::vector<SparseRows>& pieces) {
  const auto largest = std::max_element(
      pieces.begin(), pieces.end(),
      [](const SparseRows& a, const SparseRows& b) { return a.largest_index < b.largest_index; });
  return largest == pieces.end() || largest->largest_index == 0 ? nullptr : &*largest;
}

/// The rows are read dense: refuses what the machine cannot hold, before the names are made.
void check_memory(const std::string& file, index_t rows, const SparseRows& largest,
                  bool reads_all) {
  constexpr double name_bytes = 256;  // a name, its place in tables of names, its field
  constexpr double copies = 2;        // the table and the data set that is made of it
  const auto columns = static_cast<double>(largest.largest_index);
  const double bytes =
      columns *
      (name_bytes + (reads_all ? copies * sizeof(double) * static_cast<double>(rows) : 0));
  const double memory = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
                        static_cast<double>(::sysconf(_SC_PAGE_SIZE));
  if (bytes <= memory) return;
  throw DataError(
      {file, largest.largest_line, largest.largest_column},
      fmt::format("index {} makes {} rows of as many columns, {:.3g} GiB (rows are held "
                  "dense, and this machine has {:.3g} GiB) correct it, or read some "
                  "columns only with --features",
                  largest.largest_index, rows, bytes / 0x1p30, memory / 0x1p30));
}

/// How many features the columns are made of.
index_t count_features(const std::string& file, const std::vector<SparseRows>& pieces,
                       const TableRequest& request) {
  const SparseRows* largest = find_largest(pieces);
  const index_t known = request.libsvm_features;
  if (largest == nullptr && known == 0) {
    throw DataError({file},
                    "no line has a pair index:value (there is no feature) check the format");
  }
  if (largest == nullptr) return known;
  if (known > 0 && largest->largest_index > known) {
    throw DataError({file, largest->largest_line, largest->largest_column},
                    fmt::format("index {} is beyond the {} features of the data the model was "
                                "fitted on (its coefficient is not known) leave it out, or fit "
                                "again with data that have it",
                                largest->largest_index, known));
  }
  index_t rows = 0;
  for (const auto& piece : pieces) rows += piece.rows();
  check_memory(file, rows, *largest, request.selection.columns.empty());
  return known > 0 ? known : static_cast<index_t>(largest->largest_index);
}

/// Makes dense rows of the selected columns, a block at a time.
class LibsvmRows : public RowSource {
 public:
  LibsvmRows(std::vector<SparseRows> pieces, ColumnPlan plan)
      : RowSource(std::move(plan)), pieces_(std::move(pieces)) {
    for (const auto& piece : pieces_) row_count_ += piece.rows();
  }

  [[nodiscard]] index_t expected_rows(const RowBlock& /*first*/) const override {
    return row_count_;
  }

 private:
  bool read(RowBlock& block) override {
    while (piece_ < pieces_.size() && row_ == pieces_[piece_].rows()) {
      pieces_[piece_++] = SparseRows();  // its memory goes to the dense rows
      row_ = 0;
      missing_ = 0;
    }
    if (piece_ == pieces_.size()) return false;
    const SparseRows& piece = pieces_[piece_];
    constexpr index_t block_values = index_t{1} << 16;
    const auto width = static_cast<index_t>(plan().outputs.size());
    const index_t most = std::max<index_t>(1, block_values / width);
    const index_t end = std::min(piece.rows(), row_ + most);
    values_.assign(as_size((end - row_) * width), 0.0);
    index_t kept = 0;
    index_t last_line = 0;
    for (; row_ < end; ++row_) {
      if (lacks_value(piece)) {
        block.gaps.emplace_back(kept, 1);
        ++block.dropped_rows;
        continue;
      }
      const index_t line = line_of(piece);
      if (kept == 0 || line != last_line + 1) block.lines.emplace_back(kept, line);
      last_line = line;
      fill(piece, values_.data() + kept * width);
      ++kept;
    }
    block.values = {values_.data(), kept, width};
    return true;
  }

  void fill(const SparseRows& piece, double* row) const {
    const auto put = [&](std::uint32_t index, double value) {
      const Field& field = plan().fields[index];
      if (field.use != Field::Use::skip) row[field.output] = value;
    };
    put(0, piece.labels[as_size(row_)]);
    const index_t begin = row_ == 0 ? 0 : piece.row_ends[as_size(row_ - 1)];
    for (index_t i = begin; i < piece.row_ends[as_size(row_)]; ++i) {
      put(piece.indices[as_size(i)], piece.values[as_size(i)]);
    }
  }

  // Whether the row is to be left out.
  bool lacks_value(const SparseRows& piece) {
    bool lacks = false;
    for (; missing_ < piece.missing.size() && piece.missing[missing_].row == row_; ++missing_) {
      const auto& cell = piece.missing[missing_];
      if (plan().fields[cell.index].use == Field::Use::skip) continue;
      if (plan().missing == Missing::error) {
        throw DataError({plan().file, cell.line, cell.column},
                        fmt::format("no value of '{}' (what stands here means a missing one) leave "
                                    "such rows out with --na drop, or the column with --ignore {}",
                                    plan().names[cell.index], plan().names[cell.index]));
      }
      lacks = true;
    }
    return lacks;
  }

  [[nodiscard]] index_t line_of(const SparseRows& piece) const {
    const auto after =
        std::upper_bound(piece.row_lines.begin(), piece.row_lines.end(), row_,
                         [](index_t wanted, const auto& start) { return wanted < start.first; });
    const auto& [row, line] = *std::prev(after);
    return line + (row_ - row);
  }

  std::vector<SparseRows> pieces_;
  std::vector<double> values_;
  index_t row_count_ = 0;
  std::size_t piece_ = 0;    // the one at hand
  index_t row_ = 0;          // its next row
  std::size_t missing_ = 0;  // its next missing value
};

}  // namespace

std::unique_ptr<RowSource> open_libsvm(std::unique_ptr<ByteSource> source, std::string head,
                                       const TableRequest& request) {
  const std::string file = source->name();
  if (!request.options.categorical.empty()) {
    throw DataError({file}, fmt::format("--categorical {} does not go with libsvm files (they hold "
                                        "numbers, no text) give the data as CSV",
                                        request.options.categorical.front()));
  }
  if (request.keeps_columns) {
    throw DataError({file},
                    "--id does not go with libsvm files (they have a label and numbered features, "
                    "no identifiers) give the data as CSV");
  }
  ChunkSource chunks(*source, std::move(head), RecordScanner::no_quotes, request.chunk_size);
  std::vector<SparseRows> pieces =
      SparseReading(chunks, request.options).read(thread_count(request.options.threads));
  number_lines(pieces, file);
  const index_t features = count_features(file, pieces, request);
  std::vector<std::string> names = {"label"};
  names.reserve(as_size(features + 1));
  for (index_t i = 1; i <= features; ++i) names.push_back(fmt::format("c{}", i));
  ColumnPlan plan = plan_columns(request, file, std::move(names), ' ');
  plan.libsvm_features = features;
  return std::make_unique<LibsvmRows>(std::move(pieces), std::move(plan));
}

}  // namespace batchgrad::detail
