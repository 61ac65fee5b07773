#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "cli_test.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

/// At (2, 3): value 39, gradient (12, 31), second derivatives 6, 4, 18.
inline constexpr const char* cubic = "x^2*y + y^3";

/// The lines of a CSV text, cut at the commas.
inline std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

/// The numbers below the header, NaN where a cell is none.
inline std::vector<std::vector<double>> numbers_of(const std::string& csv) {
  std::vector<std::vector<double>> rows;
  for (const auto& cells : cells_of(csv)) {
    rows.emplace_back();
    for (const std::string& cell : cells) {
      char* end = nullptr;
      const double value = std::strtod(cell.c_str(), &end);
      rows.back().push_back(*end == '\0' ? value : std::numeric_limits<double>::quiet_NaN());
    }
  }
  rows.erase(rows.begin());
  return rows;
}

/// A .npy file of two dimensions; T is float or double.
template <class T>
std::string npy_text(std::size_t rows, std::size_t columns, const std::vector<T>& values) {
  std::string header = "{'descr': '<f" + std::to_string(sizeof(T)) +
                       "', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", " +
                       std::to_string(columns) + "), }";
  header.resize(117, ' ');
  header += '\n';
  std::string text("\x93NUMPY\x01\x00\x76\x00", 10);
  text += header;
  return text.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

/// What a .npy file says about its type and shape.
inline std::string npy_header(const std::string& npy) { return npy.substr(0, npy.find('\n')); }

template <class T>
std::vector<T> npy_values(const std::string& npy) {
  std::vector<T> values((npy.size() - npy.find('\n') - 1) / sizeof(T));
  std::memcpy(values.data(), npy.data() + npy.find('\n') + 1, values.size() * sizeof(T));
  return values;
}

}  // namespace batchgrad::test
