#include "data_options.hpp"

#include <batchgrad/error.hpp>

#include <fmt/format.h>

#include "arguments.hpp"

namespace batchgrad::cli {
namespace {

constexpr const char* reading_group = "How the data is read";

Header parse_header(const std::string& text) {
  if (text == "yes") return Header::present;
  if (text == "no") return Header::absent;
  throw InvalidArgument(fmt::format("'{}' is neither yes nor no", text));
}

Missing parse_missing(const std::string& text) {
  if (text == "error") return Missing::error;
  if (text == "drop") return Missing::drop;
  throw InvalidArgument(fmt::format("'{}' is neither error nor drop", text));
}

FileFormat parse_file_format(const std::string& text) {
  if (text == "auto") return FileFormat::automatic;
  if (text == "csv") return FileFormat::csv;
  if (text == "npy") return FileFormat::npy;
  if (text == "libsvm") return FileFormat::libsvm;
  throw InvalidArgument(fmt::format("'{}' is none of auto, csv, npy, libsvm", text));
}

/// Options of CSV make no sense for files that have neither delimiters nor a header.
void check_format(const DataOptions& options) {
  const FileFormat format = options.format.value_or(FileFormat::automatic);
  if (format != FileFormat::npy && format != FileFormat::libsvm) return;
  const char* name = format == FileFormat::npy ? "npy" : "libsvm";
  const auto refuse = [&](bool given, const char* option) {
    if (given)
      throw UsageError(
          fmt::format("{} does not go with --format-in {} (it is about CSV) leave it "
                      "out",
                      option, name));
  };
  refuse(options.delimiter.has_value(), "--delimiter");
  refuse(options.header.has_value(), "--header");
  refuse(!options.categorical.empty(), "--categorical");
}

}  // namespace

void add_data_options(CLI::App& app, DataOptions& options, DataCommand command) {
  add_parsed(app, "--format-in", options.format, parse_file_format,
             "The format: csv (also TSV), npy, libsvm (columns label, c1, c2, ...), or auto, the "
             "default: found from the content")
      ->type_name("FORMAT")
      ->group(reading_group);
  add_parsed(app, "--delimiter", options.delimiter, parse_delimiter,
             "The byte between cells, or its name (comma, tab, semicolon, bar, space); default: "
             "found from the first line")
      ->type_name("BYTE")
      ->group(reading_group);
  add_parsed(app, "--header", options.header, parse_header,
             fmt::format("Whether the first line names the columns: yes or no; without names they "
                         "are c1, c2, ... Default: {}",
                         command == DataCommand::predict ? "as for the fit" : "yes"))
      ->type_name("yes|no")
      ->group(reading_group);
  add_parsed(app, "--na", options.missing, parse_missing,
             fmt::format("What a missing value in a column that is used does: error, or drop its "
                         "row{}. Default: error",
                         command == DataCommand::predict
                             ? "; then the output has a first column 'line', the line of the file "
                               "each prediction is for"
                             : ""))
      ->type_name("error|drop")
      ->group(reading_group);
  if (command == DataCommand::predict) return;
  add_list(app, "--na-strings", options.missing_texts,
           "The cells that mean \"no value\", a comma-separated list; default: empty and NA")
      ->type_name("LIST")
      ->group(reading_group);
  if (command == DataCommand::points) return;
  add_list(app, "--categorical", options.categorical,
           "Columns of text: each level but the first, by sorting, becomes a feature that is 1 "
           "where the column has it and 0 elsewhere")
      ->type_name("COLUMNS")
      ->group(reading_group);
}

ReadOptions read_options(const DataOptions& options, const CommonOptions& common) {
  check_format(options);
  ReadOptions read;
  read.format = options.format.value_or(read.format);
  read.delimiter = options.delimiter.value_or(read.delimiter);
  read.header = options.header.value_or(read.header);
  read.missing = options.missing.value_or(read.missing);
  if (!options.missing_texts.empty()) read.missing_texts = options.missing_texts;
  read.categorical = options.categorical;
  read.threads = common.thread_count();
  return read;
}

}  // namespace batchgrad::cli
