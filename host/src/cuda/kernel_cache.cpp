#include "cuda/kernel_cache.hpp"

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "cuda/fingerprint.hpp"
#include "data/output_file.hpp"

namespace batchgrad::cuda {
namespace {

/// What a file starts with: its format, whose image it holds, and what that image must be.
std::string header(const std::string& key, std::string_view image) {
  return fmt::format("batchgrad kernel 1\n{}\n{}\n{}\n", key, image.size(),
                     Fingerprint().add(image).text());
}

}  // namespace

std::string KernelCache::default_directory() {
  if (const char* directory = std::getenv("BATCHGRAD_CACHE")) return directory;
  for (const auto& [variable, folder] :
       {std::pair{"XDG_CACHE_HOME", "/batchgrad"}, std::pair{"HOME", "/.cache/batchgrad"}}) {
    const char* base = std::getenv(variable);
    if (base != nullptr && *base != '\0') return std::string(base) + folder;
  }
  return "";
}

std::string KernelCache::path(const std::string& key) const {
  return directory_ + "/" + key + ".kernel";
}

std::optional<std::string> KernelCache::find(const std::string& key) const {
  if (directory_.empty()) return std::nullopt;
  std::ifstream file(path(key), std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  std::size_t start = 0;
  for (int line = 0; line < 4; ++line) {
    const std::size_t end = content.find('\n', start);
    if (end == std::string::npos) return std::nullopt;
    start = end + 1;
  }
  std::string image = content.substr(start);
  if (content.compare(0, start, header(key, image)) != 0) return std::nullopt;
  return image;
}

void KernelCache::store(const std::string& key, std::string_view image) const {
  if (directory_.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(directory_, ignored);
  try {
    detail::OutputFile file(path(key));
    file.write(header(key, image));
    file.write(image);
    file.commit();
  } catch (const std::exception&) {
    return;  // FileError, or the file system's own: the next run compiles again
  }
}

}  // namespace batchgrad::cuda
