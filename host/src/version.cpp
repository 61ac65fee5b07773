#include <batchgrad/version.hpp>

namespace batchgrad {

std::string_view version() { return BATCHGRAD_VERSION; }

}  // namespace batchgrad
