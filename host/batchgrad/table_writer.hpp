#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/error.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad {

/// Writes a CSV file cell by cell. Numbers are the shortest text that reads back to the same bits;
/// text is quoted where it has to be. Regular files appear under their name only at commit(),
/// complete and on the disk; a writer destroyed before leaves no trace. "-" is standard output;
/// it, pipes and devices are written as they are.
class CsvWriter {
 public:
  /// Opens the file and writes `names` as its first line (no line where there are none).
  /// Errors: FileError where the file cannot be created.
  CsvWriter(const std::string& path, const std::vector<std::string>& names, char delimiter = ',');
  ~CsvWriter();
  CsvWriter(CsvWriter&&) noexcept;
  CsvWriter& operator=(CsvWriter&&) noexcept;

  void number(double value);
  void text(std::string_view value);
  void end_row();
  /// Whole rows of numbers, printed by all cores: much faster than one by one.
  void rows(MatrixView<const double> values);

  /// Errors: FileError where anything could not be written, synchronised, closed or renamed.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes a matrix with named columns as CSV.
///
/// Shapes: values N x names.size(); without names there is no header line.
/// Memory: a buffer of fixed size for each thread.
/// Blocking: returns when the file is complete on the disk and has its name.
/// Errors: InvalidArgument where the names do not match the columns, FileError as CsvWriter's.
/// Cost: one pass by all cores, bound by printing: 200 to 300 MB/s of text each.
void write_csv(const std::string& path, const std::vector<std::string>& names,
               MatrixView<const double> values, char delimiter = ',');

/// The number types of .npy files that are written.
enum class NpyScalar { float64, float32 };

/// Writes a .npy file, format 1.0, C order, two dimensions, a block of rows at a time: the number
/// of rows is filled into the header at commit(). Files appear as CsvWriter's do. Errors: FileError
/// as CsvWriter's, and for standard output, pipes and devices: their beginning
///   cannot be written last.
class NpyWriter {
 public:
  /// Errors: InvalidArgument where `columns` is not positive.
  NpyWriter(const std::string& path, index_t columns, NpyScalar scalar = NpyScalar::float64);
  ~NpyWriter();
  NpyWriter(NpyWriter&&) noexcept;
  NpyWriter& operator=(NpyWriter&&) noexcept;

  /// Numbers of the other type are converted; doubles beyond float32 become infinite.
  /// Errors: InvalidArgument where the view has another number of columns.
  void rows(MatrixView<const double> values);
  void rows(MatrixView<const float> values);

  /// Errors: FileError where anything could not be written, synchronised, closed or renamed.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes a matrix as .npy, format 1.0, C order, <f8 or <f4.
///
/// Shapes: any; the array has two dimensions.
/// Memory: a buffer of fixed size.
/// Blocking, Errors: as write_csv.
/// Cost: one pass, bound by the disk.
void write_npy(const std::string& path, MatrixView<const double> values);
void write_npy(const std::string& path, MatrixView<const float> values);

}  // namespace batchgrad
