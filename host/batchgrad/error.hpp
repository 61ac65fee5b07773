#pragma once

#include <batchgrad/core/view.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace batchgrad {

/// What every failing call throws. The text reads "problem (why it is one) what to do".
/// A call that throws has changed none of its arguments.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument that breaks the function's contract: shapes that do not match, a step <= 0, ...
class InvalidArgument : public Error {
 public:
  using Error::Error;
};

/// The backend asked for is not built, or the machine has no device for it.
class BackendUnavailable : public Error {
 public:
  using Error::Error;
};

/// A call of the CUDA runtime failed; the text names the call, the error and the place.
class CudaError : public Error {
 public:
  using Error::Error;
};

/// Not enough memory on the device.
class OutOfDeviceMemory : public CudaError {
 public:
  using CudaError::CudaError;
};

/// A file that cannot be opened, read or written; the text names it and the system's reason.
class FileError : public Error {
 public:
  using Error::Error;
};

/// Text that breaks the rules of its language. what() shows the line with a caret below the place.
class ParseError : public Error {
 public:
  ParseError(std::string_view text, index_t offset, const std::string& problem);
  /// Bytes in front of the place.
  [[nodiscard]] index_t offset() const noexcept { return offset_; }

 private:
  index_t offset_;
};

/// Where in a file something is: line and column count from 1, the column in bytes; 0: unknown.
struct Position {
  std::string file;
  index_t line = 0;
  index_t column = 0;

  /// "file:line:column", without the parts that are unknown.
  [[nodiscard]] std::string text() const;
};

/// Data that cannot be what the user meant; the text starts with "file:line:column: ".
class DataError : public Error {
 public:
  DataError(const Position& position, const std::string& problem);
  [[nodiscard]] const Position& position() const noexcept { return position_; }

 private:
  Position position_;
};

}  // namespace batchgrad
