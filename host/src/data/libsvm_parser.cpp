#include "data/libsvm_parser.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fast_float/fast_float.h>
#include <fmt/format.h>
#include <utility>

#include "characters.hpp"
#include "data/csv_field.hpp"

namespace batchgrad::detail {

namespace {

bool is_between_tokens(char c) { return is_blank(c) || c == '\r'; }

/// Cuts the next token off the front of a text; empty at its end.
std::string_view take_token(std::string_view& text) {
  std::size_t begin = 0;
  while (begin < text.size() && is_between_tokens(text[begin])) ++begin;
  std::size_t end = begin;
  while (end < text.size() && !is_between_tokens(text[end])) ++end;
  const std::string_view token = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return token;
}

// The end of what a line says: its line feed, or the comment in front of that.
std::string_view without_comment(const char* begin, const char* end) {
  const void* comment = std::memchr(begin, '#', static_cast<std::size_t>(end - begin));
  if (comment != nullptr) end = static_cast<const char*>(comment);
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

bool looks_like_libsvm(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = without_comment(text.data(), text.data() + end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view label = take_token(line);
    if (label.empty()) continue;
    if (!parse_number(label)) return false;
    const std::string_view pair = take_token(line);
    if (pair.empty()) continue;
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view index = pair.substr(0, colon);
    return index == "qid" || std::all_of(index.begin(), index.end(), is_digit);
  }
  return false;
}

LibsvmParser::LibsvmParser(const ReadOptions& options) : missing_texts_(options.missing_texts) {
  for (const auto& text : missing_texts_) {
    if (const auto number = parse_number(text)) missing_numbers_.push_back(*number);
  }
}

SparseRows LibsvmParser::parse(const Chunk& chunk) {
  rows_ = SparseRows();
  rows_.number = chunk.index;
  const char* at = chunk.buffer.data();
  const char* end = at + chunk.size;
  line_begin_ = at;
  if (chunk.is_cut) {
    fail(at, "a line of more than 256 MiB begins here (no line ends) check that this is text");
    return std::move(rows_);
  }
  for (; at < end; at = line_begin_) {
    // The byte behind the chunk is a line feed.
    const auto* line_end =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at + 1)));
    if (parse_line(line_end) == Parse::failed) break;
    line_begin_ = line_end + 1;
    ++rows_.lines;
  }
  return std::move(rows_);
}

LibsvmParser::Parse LibsvmParser::parse_line(const char* end) {
  std::string_view text = without_comment(line_begin_, end);
  const std::string_view label = take_token(text);
  if (label.empty()) return Parse::done;
  if (parse_label(label) == Parse::failed) return Parse::failed;
  index_ = 0;
  for (;;) {
    const std::string_view pair = take_token(text);
    if (pair.empty()) break;
    if (parse_pair(pair) == Parse::failed) return Parse::failed;
  }
  rows_.row_ends.push_back(static_cast<index_t>(rows_.indices.size()));
  const index_t row = rows_.rows() - 1;
  const auto& starts = rows_.row_lines;
  const bool goes_on =
      !starts.empty() && starts.back().second + (row - starts.back().first) == rows_.lines;
  if (!goes_on) rows_.row_lines.emplace_back(row, rows_.lines);
  return Parse::done;
}

LibsvmParser::Parse LibsvmParser::parse_label(std::string_view token) {
  if (token.find(':') != std::string_view::npos) {
    fail(token.data(), fmt::format("{} where the label is due (it comes first in each line) write "
                                   "the label, 0 where it is not known",
                                   quote_for_message(token)));
    return Parse::failed;
  }
  double value = 0;
  if (is_missing(token)) {
    rows_.labels.push_back(0);
    add_missing(token.data(), 0);
    return Parse::done;
  }
  if (!parse_value(token, value)) return Parse::failed;
  rows_.labels.push_back(value);
  if (is_missing(value)) add_missing(token.data(), 0);
  return Parse::done;
}

LibsvmParser::Parse LibsvmParser::parse_pair(std::string_view token) {
  const std::size_t colon = token.find(':');
  if (colon == std::string_view::npos) {
    fail(token.data(), fmt::format("{} has no colon (a line is a label and pairs index:value) "
                                   "complete it, or put a # in front of a comment",
                                   quote_for_message(token)));
    return Parse::failed;
  }
  if (!parse_index(token, colon)) return Parse::failed;
  const std::string_view text = token.substr(colon + 1);
  double value = 0;
  if (is_missing(text)) {
    add_missing(text.data(), index_);
  } else {
    if (!parse_value(text, value)) return Parse::failed;
    if (is_missing(value)) add_missing(text.data(), index_);
  }
  rows_.indices.push_back(index_);
  rows_.values.push_back(value);
  return Parse::done;
}

bool LibsvmParser::parse_index(std::string_view token, std::size_t colon) {
  const std::string_view text = token.substr(0, colon);
  if (text == "qid") {
    fail(token.data(),
         "qid groups the lines of a ranking (no loss here compares lines) remove it, as by "
         "sed 's/ qid:[0-9]*//'");
    return false;
  }
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
    fail(token.data(),
         fmt::format("{} in {} is no index (they are whole numbers from 1) correct it",
                     quote_for_message(text), quote_for_message(token)));
    return false;
  }
  std::uint32_t index = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), index);
  if (result.ec != std::errc() || index > largest_libsvm_index) {
    fail(token.data(), fmt::format("index {} is out of range (the largest is {}) correct it",
                                   quote_for_message(text), largest_libsvm_index));
    return false;
  }
  if (index == 0) {
    fail(token.data(), "index 0 (indices count from 1) add 1 to all indices of the file");
    return false;
  }
  if (index <= index_) {
    fail(token.data(),
         index == index_
             ? fmt::format(
                   "index {} occurs twice in this line (a feature has one value) remove one", index)
             : fmt::format("index {} follows {} (indices ascend within a line) sort the pairs",
                           index, index_));
    return false;
  }
  index_ = index;
  if (index > rows_.largest_index) {
    rows_.largest_index = index;
    rows_.largest_line = rows_.lines;
    rows_.largest_column = column_of(token.data());
  }
  return true;
}

bool LibsvmParser::parse_value(std::string_view text, double& value) {
  const auto fast = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (fast.ec == std::errc() && fast.ptr == text.data() + text.size() && std::isfinite(value))
    return true;
  const auto number = parse_number(text);  // also knows a leading '+'
  if (number && std::isfinite(*number)) {
    value = *number;
    return true;
  }
  const std::string shown = quote_for_message(text);
  if (!number) {
    fail(text.data(), text.empty() ? "no value behind the colon (pairs are index:value) write it, "
                                     "or leave a 0 out with its index"
                                   : fmt::format("{} is not a number (labels and values are) "
                                                 "correct it",
                                                 shown));
  } else if (std::none_of(text.begin(), text.end(), is_digit)) {
    fail(text.data(), fmt::format("{} is not finite (no sum over it would be) leave such rows out "
                                  "with --na-strings {} --na drop, or correct it",
                                  shown, text));
  } else {
    fail(text.data(), fmt::format("{} is out of range (the largest double is about 1.8e308) "
                                  "rescale it",
                                  shown));
  }
  return false;
}

bool LibsvmParser::is_missing(std::string_view text) const {
  return std::find(missing_texts_.begin(), missing_texts_.end(), text) != missing_texts_.end();
}

bool LibsvmParser::is_missing(double value) const {
  return std::find(missing_numbers_.begin(), missing_numbers_.end(), value) !=
         missing_numbers_.end();
}

void LibsvmParser::add_missing(const char* at, std::uint32_t index) {
  const auto row = static_cast<index_t>(rows_.row_ends.size());
  rows_.missing.push_back({row, index, rows_.lines, column_of(at)});
}

void LibsvmParser::fail(const char* at, std::string problem) {
  rows_.error = ChunkError{rows_.lines, column_of(at), std::move(problem)};
}

}  // namespace batchgrad::detail
