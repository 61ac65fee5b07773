#pragma once

#include <batchgrad/minimize.hpp>
#include <batchgrad/table_writer.hpp>

#include <string>
#include <vector>

namespace batchgrad {

/// The way of each start as a CSV file, one line for each step:
///   start, iteration, the variables, value, d_x for each variable x, step
/// For an observer: options.observer = [&](const MinimizeStep& step) { trace.write(step); ... }.
/// The file appears under its name at commit(), complete and on the disk.
class MinimizeTrace {
 public:
  /// Errors: InvalidArgument where two columns would have one name, FileError as CsvWriter's.
  MinimizeTrace(const std::string& path, const std::vector<std::string>& variables);

  void write(const MinimizeStep& step);
  void commit() { writer_.commit(); }

 private:
  CsvWriter writer_;
};

}  // namespace batchgrad
