#include "data_options.hpp"

#include <batchgrad/error.hpp>

#include <fmt/format.h>

#include "arguments.hpp"

namespace batchgrad::cli {
namespace {

constexpr const char* group = "How the data is read";

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

}  // namespace

void add_data_options(CLI::App& app, DataOptions& options, DataCommand command) {
  const bool fits = command == DataCommand::fit;
  add_parsed(app, "--delimiter", options.delimiter, parse_delimiter,
             "The byte between cells, or its name (comma, tab, semicolon, bar, space); default: "
             "found from the first line")
      ->type_name("BYTE")
      ->group(group);
  add_parsed(app, "--header", options.header, parse_header,
             fits ? "Whether the first line names the columns: yes or no; without names they are "
                    "c1, c2, ... Default: yes"
                  : "Whether the first line names the columns: yes or no; without names they are "
                    "c1, c2, ... Default: as for the fit")
      ->type_name("yes|no")
      ->group(group);
  add_parsed(app, "--na", options.missing, parse_missing,
             fits ? "What a missing value in a column that is used does: error, or drop its row. "
                    "Default: error"
                  : "What a missing value in a column that is used does: error, or drop its row; "
                    "then the output has a first column 'line', the line of the file each "
                    "prediction is for. Default: error")
      ->type_name("error|drop")
      ->group(group);
  if (!fits) return;
  add_list(app, "--na-strings", options.missing_texts,
           "The cells that mean \"no value\", a comma-separated list; default: empty and NA")
      ->type_name("LIST")
      ->group(group);
  add_list(app, "--categorical", options.categorical,
           "Columns of text: each level but the first, by sorting, becomes a feature that is 1 "
           "where the column has it and 0 elsewhere")
      ->type_name("COLUMNS")
      ->group(group);
}

ReadOptions read_options(const DataOptions& options, const CommonOptions& common) {
  ReadOptions read;
  read.delimiter = options.delimiter.value_or(read.delimiter);
  read.header = options.header.value_or(read.header);
  read.missing = options.missing.value_or(read.missing);
  if (!options.missing_texts.empty()) read.missing_texts = options.missing_texts;
  read.categorical = options.categorical;
  read.threads = common.thread_count();
  return read;
}

}  // namespace batchgrad::cli
