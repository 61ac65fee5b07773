#include "row_writer.hpp"

#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <utility>

#include "json_text.hpp"
#include "paths.hpp"

namespace batchgrad::cli {
namespace {

std::vector<std::string> names_of(const std::vector<ResultColumn>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const ResultColumn& column : columns) names.push_back(column.name);
  return names;
}

class CsvRows final : public RowWriter {
 public:
  CsvRows(const std::string& path, std::vector<ResultColumn> columns, Format format)
      : columns_(std::move(columns)),
        writer_(path, format == Format::csv ? names_of(columns_) : std::vector<std::string>(),
                format == Format::csv ? ',' : ' ') {}

  void rows(MatrixView<const double> block) override {
    const auto is_status = [](const ResultColumn& column) { return column.is_status; };
    if (std::none_of(columns_.begin(), columns_.end(), is_status)) {
      writer_.rows(block);
      return;
    }
    for (index_t n = 0; n < block.rows(); ++n) {
      for (index_t c = 0; c < block.columns(); ++c)
        if (columns_[static_cast<std::size_t>(c)].is_status)
          writer_.text(status_text(block(n, c)));
        else
          writer_.number(block(n, c));
      writer_.end_row();
    }
  }

  void commit() override { writer_.commit(); }

 private:
  std::vector<ResultColumn> columns_;
  CsvWriter writer_;
};

class JsonRows final : public RowWriter {
 public:
  JsonRows(const std::string& path, std::vector<ResultColumn> columns)
      : columns_(std::move(columns)), writer_(path) {
    for (const ResultColumn& column : columns_) check_utf8(column.name);
    writer_.write("{\n  \"columns\": " + Json(names_of(columns_)).dump() + ",\n  \"rows\": [");
  }

  void rows(MatrixView<const double> block) override {
    std::string text;
    for (index_t n = 0; n < block.rows(); ++n) {
      text += is_empty_ ? "\n    [" : ",\n    [";
      is_empty_ = false;
      for (index_t c = 0; c < block.columns(); ++c) {
        if (c > 0) text += ", ";
        if (columns_[static_cast<std::size_t>(c)].is_status)
          text.append("\"").append(status_text(block(n, c))).append("\"");
        else
          text += json_number(block(n, c));
      }
      text += ']';
    }
    writer_.write(text);
  }

  void commit() override {
    writer_.write(is_empty_ ? "]\n}\n" : "\n  ]\n}\n");
    writer_.commit();
  }

 private:
  std::vector<ResultColumn> columns_;
  TextWriter writer_;
  bool is_empty_ = true;
};

class NpyRows final : public RowWriter {
 public:
  NpyRows(const std::string& path, index_t columns, NpyScalar scalar)
      : writer_(path, columns, scalar) {}
  void rows(MatrixView<const double> block) override { writer_.rows(block); }
  void commit() override { writer_.commit(); }

 private:
  NpyWriter writer_;
};

}  // namespace

std::string_view status_text(double code) {
  return status_name(static_cast<Status>(static_cast<int>(code)));
}

std::unique_ptr<RowWriter> make_row_writer(const std::string& path, Format format,
                                           std::vector<ResultColumn> columns, NpyScalar scalar) {
  if (ends_with_npy(path))
    return std::make_unique<NpyRows>(path, static_cast<index_t>(columns.size()), scalar);
  if (format == Format::json) return std::make_unique<JsonRows>(path, std::move(columns));
  return std::make_unique<CsvRows>(path, std::move(columns), format);
}

}  // namespace batchgrad::cli
