#include <batchgrad/table_writer.hpp>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "data/output_file.hpp"

namespace batchgrad {

namespace {

// The longest shortest double, "-2.2250738585072014e-308", has 24 characters.
constexpr std::size_t number_room = 32;

std::string_view print_number(double value, std::array<char, number_room>& text) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  // Whole numbers as people write them (100000, not 1e+05), and several times faster.
  constexpr double exact_limit = 1e15;
  const bool is_whole = std::abs(value) < exact_limit && value == std::trunc(value) &&
                        (value != 0 || !std::signbit(value));
  char* const end = text.data() + text.size();
  const auto result = is_whole ? std::to_chars(text.data(), end, static_cast<long long>(value))
                               : std::to_chars(text.data(), end, value);
  return {text.data(), static_cast<std::size_t>(result.ptr - text.data())};
}

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
  state_->file.write(print_number(value, text));
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

void write_csv(const std::string& path, const std::vector<std::string>& names,
               MatrixView<const double> values, char delimiter) {
  if (!names.empty() && static_cast<index_t>(names.size()) != values.columns()) {
    throw InvalidArgument(fmt::format("{} names (the matrix has {} columns) pass one each, or none",
                                      names.size(), values.columns()));
  }
  CsvWriter writer(path, names, delimiter);
  for (index_t row = 0; row < values.rows(); ++row) {
    for (const double value : values.row(row)) writer.number(value);
    writer.end_row();
  }
  writer.commit();
}

namespace {

// Format 1.0: magic, version, length of the header, the header padded so that data begin at a
// multiple of 64.
std::string npy_header(std::string_view type, index_t rows, index_t columns) {
  std::string dictionary = fmt::format(
      "{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}", type, rows, columns);
  constexpr std::size_t preamble = 10;
  while ((preamble + dictionary.size() + 1) % 64 != 0) dictionary += ' ';
  dictionary += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(dictionary.size() & 0xff);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

template <class T>
void write_array(const std::string& path, std::string_view type, MatrixView<const T> values) {
  static_assert(std::endian::native == std::endian::little);
  detail::OutputFile file(path);
  file.write(npy_header(type, values.rows(), values.columns()));
  for (index_t row = 0; row < values.rows(); ++row) {
    const VectorView<const T> line = values.row(row);
    file.write({reinterpret_cast<const char*>(line.data()),
                static_cast<std::size_t>(line.size()) * sizeof(T)});
  }
  file.commit();
}

}  // namespace

void write_npy(const std::string& path, MatrixView<const double> values) {
  write_array(path, "<f8", values);
}

void write_npy(const std::string& path, MatrixView<const float> values) {
  write_array(path, "<f4", values);
}

}  // namespace batchgrad
