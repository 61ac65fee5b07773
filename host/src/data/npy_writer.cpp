#include <batchgrad/error.hpp>
#include <batchgrad/table_writer.hpp>

#include <bit>
#include <fmt/format.h>
#include <limits>
#include <string_view>
#include <utility>

#include "data/output_file.hpp"

namespace batchgrad {

namespace {

static_assert(std::endian::native == std::endian::little);

// Format 1.0: magic, version, length of the header, the header padded so that data begin at a
// multiple of 64. It is as long as for the largest number of rows, so that it can be written anew.
std::string npy_header(NpyScalar scalar, index_t rows, index_t columns) {
  const auto dictionary = [&](index_t the_rows) {
    return fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}",
                       scalar == NpyScalar::float64 ? "<f8" : "<f4", the_rows, columns);
  };
  constexpr std::size_t preamble = 10;
  constexpr std::size_t line_end = 1;
  const std::size_t longest =
      preamble + dictionary(std::numeric_limits<index_t>::max()).size() + line_end;
  const std::size_t length = (longest + 63) / 64 * 64 - preamble;
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(length & 0xff);
  header += static_cast<char>(length >> 8);
  header += dictionary(rows);
  header.resize(preamble + length - line_end, ' ');
  return header += '\n';
}

template <class Number, class T>
void write_rows(detail::OutputFile& file, MatrixView<const T> values) {
  std::vector<Number> converted(static_cast<std::size_t>(values.columns()));
  for (index_t row = 0; row < values.rows(); ++row) {
    const VectorView<const T> line = values.row(row);
    for (index_t i = 0; i < line.size(); ++i) {
      converted[static_cast<std::size_t>(i)] = static_cast<Number>(line[i]);
    }
    file.write(
        {reinterpret_cast<const char*>(converted.data()), converted.size() * sizeof(Number)});
  }
}

template <class T>
void write_rows(detail::OutputFile& file, NpyScalar scalar, MatrixView<const T> values) {
  if (scalar == NpyScalar::float64) {
    write_rows<double>(file, values);
  } else {
    write_rows<float>(file, values);
  }
}

template <class T>
void write_array(const std::string& path, NpyScalar scalar, MatrixView<const T> values) {
  detail::OutputFile file(path);
  file.write(npy_header(scalar, values.rows(), values.columns()));
  write_rows(file, scalar, values);
  file.commit();
}

}  // namespace

struct NpyWriter::State {
  State(const std::string& path, index_t the_columns, NpyScalar the_scalar)
      : file(path), columns(the_columns), scalar(the_scalar) {}

  template <class T>
  void append(MatrixView<const T> values) {
    if (values.columns() != columns) {
      throw InvalidArgument(fmt::format("the rows have {} columns (the file has {}) pass as many",
                                        values.columns(), columns));
    }
    write_rows(file, scalar, values);
    rows += values.rows();
  }

  detail::OutputFile file;
  index_t columns;
  NpyScalar scalar;
  index_t rows = 0;
};

NpyWriter::NpyWriter(const std::string& path, index_t columns, NpyScalar scalar) {
  if (columns <= 0) {
    throw InvalidArgument(
        fmt::format("{} columns (an array has one or more) pass their number", columns));
  }
  state_ = std::make_unique<State>(path, columns, scalar);
  if (!state_->file.is_rewritable()) {
    throw FileError(
        fmt::format("cannot write {} as .npy (how many rows there are is filled in at "
                    "the end, which needs a file) name a file, or write CSV",
                    path == "-" ? "standard output" : path));
  }
  state_->file.write(npy_header(scalar, 0, columns));
}

NpyWriter::~NpyWriter() = default;
NpyWriter::NpyWriter(NpyWriter&&) noexcept = default;
NpyWriter& NpyWriter::operator=(NpyWriter&&) noexcept = default;

void NpyWriter::rows(MatrixView<const double> values) { state_->append(values); }
void NpyWriter::rows(MatrixView<const float> values) { state_->append(values); }

void NpyWriter::commit() {
  if (!state_->file.is_rewritable()) return;  // committed before
  state_->file.rewrite_beginning(npy_header(state_->scalar, state_->rows, state_->columns));
  state_->file.commit();
}

void write_npy(const std::string& path, MatrixView<const double> values) {
  write_array(path, NpyScalar::float64, values);
}

void write_npy(const std::string& path, MatrixView<const float> values) {
  write_array(path, NpyScalar::float32, values);
}

}  // namespace batchgrad
