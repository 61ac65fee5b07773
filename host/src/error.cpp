#include <batchgrad/error.hpp>

#include <fmt/format.h>

namespace batchgrad {

std::string Position::text() const {
  if (line == 0) return file;
  return column == 0 ? fmt::format("{}:{}", file, line)
                     : fmt::format("{}:{}:{}", file, line, column);
}

DataError::DataError(const Position& position, const std::string& problem)
    : Error(fmt::format("{}: {}", position.text(), problem)), position_(position) {}

}  // namespace batchgrad
