#include "storage.hpp"

#include <batchgrad/error.hpp>

#include <fmt/format.h>

namespace batchgrad::cli {
namespace {

constexpr Storage every_storage[] = {Storage::f64, Storage::f32, Storage::bf16, Storage::f16};

}  // namespace

const char* storage_name(Storage storage) {
  switch (storage) {
    case Storage::f64:
      return "f64";
    case Storage::f32:
      return "f32";
    case Storage::bf16:
      return "bf16";
    case Storage::f16:
      break;
  }
  return "f16";
}

Storage parse_storage(const std::string& text) {
  for (const Storage storage : every_storage)
    if (text == storage_name(storage)) return storage;
  throw InvalidArgument(fmt::format("'{}' is none of f64, f32, bf16, f16", text));
}

}  // namespace batchgrad::cli
