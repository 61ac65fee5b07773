#include "json_reader.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <system_error>

namespace batchgrad::detail {
namespace {

/// A key as JSON pointers (RFC 6901) spell it.
std::string pointer_token(const std::string& key) {
  std::string token;
  for (const char c : key) {
    if (c == '~')
      token += "~0";
    else if (c == '/')
      token += "~1";
    else
      token += c;
  }
  return token;
}

std::string file_text(const std::string& file) {
  // A directory opens like a file and then reads as an empty one.
  std::error_code ignored;
  errno = std::filesystem::is_directory(file, ignored) ? EISDIR : 0;
  std::ifstream stream;
  if (errno == 0) stream.open(file, std::ios::binary);
  std::ostringstream text;
  if (stream.is_open()) text << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || text.bad())
    throw FileError(fmt::format("cannot read {} ({}) check the name and its permissions", file,
                                std::strerror(errno)));
  return text.str();
}

Position position_in(const std::string& file, const std::string& text, std::size_t byte) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
  const auto newline = std::find(std::make_reverse_iterator(end), text.rend(), '\n').base();
  return {file, static_cast<index_t>(1 + std::count(text.begin(), end, '\n')),
          std::max<index_t>(1, end - newline)};
}

/// Remembers the keys of the objects that are open: the parser itself keeps the last of two.
class KeyCheck {
 public:
  explicit KeyCheck(const std::string& file) : file_(file) {}

  bool operator()(int, nlohmann::detail::parse_event_t event, JsonReader::Json& value) {
    using Event = nlohmann::detail::parse_event_t;
    if (event == Event::object_start) open_.emplace_back();
    if (event == Event::object_end) open_.pop_back();
    if (event == Event::key && !open_.back().insert(value.get<std::string>()).second)
      throw DataError({file_}, fmt::format("the key '{}' is there twice (which one counts is "
                                           "undefined) remove one",
                                           value.get<std::string>()));
    return true;
  }

 private:
  const std::string& file_;
  std::vector<std::set<std::string>> open_;
};

}  // namespace

void JsonReader::check_keys(std::initializer_list<const char*> keys) const {
  for (const auto& [key, value] : members())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      fail(fmt::format("there is no key '{}' here (known are: {})", key, fmt::join(keys, ", ")));
}

JsonReader JsonReader::at(const char* key) const {
  if (!value_.is_object()) fail_type("an object");
  const auto member = value_.find(key);
  if (member == value_.end()) fail(fmt::format("the key '{}' is missing", key));
  return {*member, file_, place_ + '/' + pointer_token(key)};
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members() const {
  if (!value_.is_object()) fail_type("an object");
  std::vector<std::pair<std::string, JsonReader>> result;
  for (const auto& [key, value] : value_.items())
    result.emplace_back(key, JsonReader(value, file_, place_ + '/' + pointer_token(key)));
  return result;
}

std::vector<JsonReader> JsonReader::elements() const {
  if (!value_.is_array()) fail_type("an array");
  std::vector<JsonReader> result;
  for (const Json& value : value_)
    result.emplace_back(value, file_, fmt::format("{}/{}", place_, result.size()));
  return result;
}

bool JsonReader::boolean() const {
  if (!value_.is_boolean()) fail_type("true or false");
  return value_.get<bool>();
}

double JsonReader::number() const {
  if (!value_.is_number()) fail_type("a number");
  return value_.get<double>();
}

index_t JsonReader::count() const {
  if (!value_.is_number_integer() || value_.get<index_t>() < 0)
    fail_type("an integer of at least 0");
  return value_.get<index_t>();
}

const std::string& JsonReader::text() const {
  if (!value_.is_string()) fail_type("a string");
  return value_.get_ref<const std::string&>();
}

std::vector<std::string> JsonReader::texts() const {
  std::vector<std::string> result;
  for (const JsonReader& element : elements()) result.push_back(element.text());
  return result;
}

void JsonReader::fail(const std::string& problem) const {
  throw DataError({file_}, fmt::format("{}: {}", place_.empty() ? "/" : place_, problem));
}

void JsonReader::fail_type(const char* expected) const {
  // Only of what is not nested: the text of a deep value could be as deep as the stack.
  std::string found = value_.type_name();
  if (value_.is_primitive()) found = value_.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (found.size() > 40) found = found.substr(0, 37) + "...";
  fail(fmt::format("expected {} (found {})", expected, found));
}

JsonReader::Json parse_json_file(const std::string& file) {
  const std::string text = file_text(file);
  try {
    return JsonReader::Json::parse(text, KeyCheck(file));
  } catch (const JsonReader::Json::parse_error& error) {
    throw DataError(position_in(file, text, error.byte),
                    "this is not JSON (it was read up to here) is it a model file?");
  } catch (const JsonReader::Json::out_of_range&) {
    throw DataError({file}, "a number is too large for a double (all must be finite)");
  }
}

}  // namespace batchgrad::detail
