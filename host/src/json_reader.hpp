#pragma once

#include <batchgrad/core/view.hpp>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace batchgrad::detail {

/// One value of a JSON document that somebody else owns, with its place. Reading it as another
/// type than it is throws a DataError "file: /place: problem".
class JsonReader {
 public:
  using Json = nlohmann::ordered_json;

  JsonReader(const Json& value, const std::string& file, std::string place = "")
      : value_(value), file_(file), place_(std::move(place)) {}

  /// Refuses what is not an object, or holds a key that is not among `keys`.
  void check_keys(std::initializer_list<const char*> keys) const;
  [[nodiscard]] bool has(const char* key) const { return value_.contains(key); }
  [[nodiscard]] JsonReader at(const char* key) const;
  /// The members of an object or the elements of an array.
  [[nodiscard]] std::vector<std::pair<std::string, JsonReader>> members() const;
  [[nodiscard]] std::vector<JsonReader> elements() const;

  [[nodiscard]] bool is_null() const { return value_.is_null(); }
  [[nodiscard]] bool is_object() const { return value_.is_object(); }
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] index_t count() const;  ///< an integer >= 0
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] std::vector<std::string> texts() const;

  [[noreturn]] void fail(const std::string& problem) const;

 private:
  [[noreturn]] void fail_type(const char* expected) const;

  const Json& value_;
  const std::string& file_;
  std::string place_;
};

/// Parses a whole file. Errors: FileError; DataError for a syntax error, naming line and column, or
/// a key that an object has twice.
[[nodiscard]] JsonReader::Json parse_json_file(const std::string& file);

}  // namespace batchgrad::detail
