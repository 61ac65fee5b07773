#include "data/csv_parser.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include "as_size.hpp"

namespace batchgrad::detail {

namespace {

bool ends_line(const char* at) { return at[0] == '\n' || (at[0] == '\r' && at[1] == '\n'); }

}  // namespace

ChunkParser::ChunkParser(const ColumnPlan& plan) : plan_(plan) {
  has_skipped_fields_ = std::any_of(plan.fields.begin(), plan.fields.end(), [](const Field& field) {
    return field.use == Field::Use::skip;
  });
}

Block ChunkParser::parse(const Chunk& chunk) {
  block_ = Block();
  begin_ = at_ = chunk.buffer.data();
  end_ = begin_ + chunk.size;
  // Cells that are read show a NUL byte by themselves; the skipped ones are passed over.
  has_nul_ = has_skipped_fields_ && std::memchr(begin_, '\0', as_size(chunk.size)) != nullptr;
  is_first_ = chunk.index == 0;
  for (const index_t output : plan_.level_outputs) {
    LevelSet& set = block_.levels.emplace_back();
    for (const auto& level : plan_.outputs[as_size(output)].levels) set.find_or_add(level);
  }
  const auto width = static_cast<index_t>(plan_.outputs.size());
  // No value takes less than a byte; one more row is for one that is not kept.
  if (scratch_capacity_ < chunk.size + width + 1) {
    scratch_capacity_ = chunk.size + width + 1;
    scratch_ = std::make_unique_for_overwrite<double[]>(as_size(scratch_capacity_));
  }
  double* row = scratch_.get();
  index_t expected_line = -1;
  while (skip_blank_lines()) {
    quoted_lines_ = 0;
    const Row outcome = parse_row(row);
    if (outcome == Row::failed) break;
    if (outcome == Row::kept) {
      if (block_.lines != expected_line) block_.row_lines.emplace_back(block_.rows, block_.lines);
      expected_line = block_.lines + 1;
      row += width;
      ++block_.rows;
    } else {
      if (block_.gaps.empty() || block_.gaps.back().first != block_.rows) {
        block_.gaps.emplace_back(block_.rows, 0);
      }
      ++block_.gaps.back().second;
      ++block_.dropped_rows;
    }
    block_.lines += 1 + quoted_lines_;
  }
  if (chunk.is_cut && !block_.error) {
    fail(begin_, "a row of more than 256 MiB begins here (no line ends) check that this is text");
  }
  block_.values = scratch_.get();
  return std::move(block_);
}

bool ChunkParser::skip_blank_lines() {
  while (at_ < end_ && ends_line(at_)) {
    if (!block_.blank_line) block_.blank_line = block_.lines;
    ++block_.lines;
    at_ += *at_ == '\r' ? 2 : 1;
  }
  if (at_ >= end_) return false;
  if (block_.blank_line) {
    block_.error = ChunkError{*block_.blank_line, 1, blank_line_problem};
    return false;
  }
  return true;
}

ChunkParser::Row ChunkParser::parse_row(double* row) {
  const char* row_begin = at_;
  const std::size_t count = plan_.fields.size();
  Row outcome = Row::kept;
  for (std::size_t place = 0; place < count; ++place) {
    const Field& field = plan_.fields[place];
    const char terminator = place + 1 < count ? plan_.delimiter : '\n';
    if (field.use == Field::Use::number && parse_plain_number(terminator, row[field.output]))
        [[likely]] {
      continue;
    }
    if (field.use == Field::Use::skip) {
      if (!skip_field(place)) return Row::failed;
    } else {
      const Cell cell = parse_cell(place, row);
      if (cell == Cell::failed) return Row::failed;
      if (cell == Cell::missing) outcome = Row::dropped;
    }
    if (*at_ != terminator) {
      fail_row_length(row_begin);
      return Row::failed;
    }
    ++at_;
  }
  return outcome;
}

// The cell as nearly all are: digits, then at once the byte that ends it. Everything else is
// looked at by parse_cell, from the cell's first byte on.
inline bool ChunkParser::parse_plain_number(char terminator, double& value) {
  const auto result = fast_float::from_chars(at_, end_, value);
  if (result.ec != std::errc() || !std::isfinite(value)) return false;
  const char* next = result.ptr;
  if (*next == '\r' && terminator == '\n') ++next;
  if (*next != terminator) return false;
  if (!plan_.missing_numbers.empty() && is_missing(value)) return false;
  at_ = next + 1;
  return true;
}

ChunkParser::Cell ChunkParser::parse_cell(std::size_t place, double* row) {
  const RawField raw = read_field(at_, end_, plan_.delimiter);
  if (!check_text(raw, place)) return Cell::failed;
  const Field& field = plan_.fields[place];
  double& value = row[field.output];
  const Cell outcome = field.use == Field::Use::number ? parse_number_cell(raw, place, value)
                                                       : parse_level_cell(raw, place, value);
  at_ = raw.next;
  return outcome;
}

ChunkParser::Cell ChunkParser::parse_number_cell(const RawField& raw, std::size_t place,
                                                 double& value) {
  if (is_missing(raw.text)) return missing_cell(raw, place);
  const auto number = parse_number(raw.text);
  if (number && is_missing(*number)) return missing_cell(raw, place);
  if (number && std::isfinite(*number)) {
    value = *number;
    return Cell::value;
  }
  std::string problem =
      plan_.fields[place].is_argument
          ? fmt::format(
                "{} in column '{}' is not a finite number (an expression computes with it) "
                "correct it, or leave the column out of the expression",
                quote_for_message(raw.text), plan_.names[place])
          : explain_cell(raw, plan_.names[place], plan_.delimiter);
  const bool may_be_header = is_first_ && block_.lines == 0 && plan_.header == Header::absent;
  if (may_be_header) problem += "; if the first line names the columns, use --header yes";
  fail(at_, std::move(problem));
  return Cell::failed;
}

ChunkParser::Cell ChunkParser::parse_level_cell(const RawField& raw, std::size_t place,
                                                double& value) {
  if (is_missing(raw.text)) return missing_cell(raw, place);
  const Field& field = plan_.fields[place];
  LevelSet& levels = block_.levels[as_size(field.level_set)];
  const std::string unquoted = raw.has_doubled_quotes ? raw.value() : std::string();
  const std::string_view text = raw.has_doubled_quotes ? std::string_view(unquoted) : raw.text;
  const index_t number = field.levels_known ? levels.find(text) : levels.find_or_add(text);
  if (number < 0) {
    fail(at_,
         fmt::format("{} in column '{}' is a level the model does not know (it was fitted on "
                     "{}) correct the cell, or fit again with data that have this level",
                     quote_for_message(text), plan_.names[place], fmt::join(levels.texts(), ", ")));
    return Cell::failed;
  }
  value = static_cast<double>(number);
  return Cell::value;
}

ChunkParser::Cell ChunkParser::missing_cell(const RawField& raw, std::size_t place) {
  if (plan_.missing == Missing::drop) return Cell::missing;
  const std::string& name = plan_.names[place];
  const std::string why = raw.text.empty()
                              ? std::string("the cell is empty")
                              : quote_for_message(raw.text) + " stands for a missing value";
  const std::string elsewhere =
      plan_.fields[place].is_argument ? "out of the expression" : "with --ignore " + name;
  fail(at_, fmt::format("no value in column '{}' ({}) leave such rows out with --na drop, or the "
                        "column {}",
                        name, why, elsewhere));
  return Cell::failed;
}

bool ChunkParser::skip_field(std::size_t place) {
  const char* field_begin = at_;
  const char delimiter = plan_.delimiter;
  if (*at_ == '"') {
    const RawField raw = read_field(at_, end_, delimiter);
    if (!check_text(raw, place)) return false;
    at_ = raw.next;
    return true;
  }
  while (*at_ != delimiter && *at_ != '\n') ++at_;
  if (!has_nul_) return true;
  RawField raw;
  raw.text = {field_begin, as_size(at_ - field_begin)};
  const char* field_end = std::exchange(at_, field_begin);
  if (!check_text(raw, place)) return false;
  at_ = field_end;
  return true;
}

// What no cell may have, read or skipped. Called with at_ still on the cell's first byte.
bool ChunkParser::check_text(const RawField& raw, std::size_t place) {
  const std::string& name = plan_.names[place];
  if (raw.fault == RawField::Fault::unclosed_quote) {
    fail(at_, fmt::format("the quote that opens here in column '{}' is never closed (the file ends "
                          "inside the cell) close it, or double the quotes inside quoted text",
                          name));
    return false;
  }
  if (raw.fault == RawField::Fault::text_after_quote) {
    fail(at_, fmt::format("text follows the closing quote in column '{}' (a quoted cell ends at "
                          "its quote) double the quotes inside quoted text",
                          name));
    return false;
  }
  if (raw.text.find('\0') != std::string_view::npos) {
    fail(at_, fmt::format("NUL byte in column '{}' (text has none: the file is damaged, binary or "
                          "UTF-16) write it as UTF-8 text",
                          name));
    return false;
  }
  if (raw.is_quoted) quoted_lines_ += std::count(raw.text.begin(), raw.text.end(), '\n');
  return true;
}

bool ChunkParser::is_missing(std::string_view text) const {
  return std::find(plan_.missing_texts.begin(), plan_.missing_texts.end(), text) !=
         plan_.missing_texts.end();
}

bool ChunkParser::is_missing(double value) const {
  return std::find(plan_.missing_numbers.begin(), plan_.missing_numbers.end(), value) !=
         plan_.missing_numbers.end();
}

void ChunkParser::fail(const char* at, std::string problem) {
  const auto line = std::count(begin_, at, '\n');
  const char* line_begin = at;
  while (line_begin > begin_ && line_begin[-1] != '\n') --line_begin;
  block_.error = ChunkError{line, at - line_begin + 1, std::move(problem)};
}

void ChunkParser::fail_row_length(const char* row_begin) {
  const std::size_t expected = plan_.fields.size();
  const char* surplus = nullptr;
  std::size_t count = 0;
  RawField field;
  for (const char* at = row_begin;; at = field.next + 1) {
    if (count++ == expected) surplus = at;
    field = read_field(at, end_, plan_.delimiter);
    if (*field.next != plan_.delimiter || field.next >= end_) break;
  }
  fail(surplus ? surplus : field.next,
       fmt::format("this row has {} field{} (the {} has {}) complete it, quote a text that holds "
                   "a delimiter, or name the right one with --delimiter",
                   count, count == 1 ? "" : "s",
                   plan_.header == Header::present ? "header" : "first row", expected));
}

}  // namespace batchgrad::detail
