#include <batchgrad/error.hpp>

namespace batchgrad {

std::string Position::text() const {
  std::string text = file;
  if (line > 0) text.append(":").append(std::to_string(line));
  if (line > 0 && column > 0) text.append(":").append(std::to_string(column));
  return text;
}

DataError::DataError(const Position& position, const std::string& problem)
    : Error(position.text() + ": " + problem), position_(position) {}

}  // namespace batchgrad
