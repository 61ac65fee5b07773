#pragma once

#include <batchgrad/table.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace batchgrad::detail {

/// The delimiter that the first line of a text suggests: the most frequent of comma, tab,
/// semicolon and bar outside quotes. Commas between digits count only where there is no other
/// candidate, for they may be decimal. Comma where there is none.
char detect_delimiter(std::string_view text);

/// Errors: InvalidArgument for a delimiter that could be part of a number or of the line.
void check_delimiter(char delimiter);

/// The names in the first record: as written, or c1, c2, ... where `header` is absent or a name
/// is empty. Errors: DataError for a blank line, a header of numbers, a name that occurs twice.
std::vector<std::string> read_names(const std::string& record, char delimiter, Header header,
                                    const std::string& file);

}  // namespace batchgrad::detail
