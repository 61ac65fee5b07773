#pragma once

#include <cstddef>

namespace simt::racecheck {

enum class Kind { read, write, atomic };
enum class Alignment { natural, any };

/// One access by instrumented code.
struct Request {
  const void* p;
  std::size_t size;
  const void* program_counter;
  Kind kind;
  Alignment alignment;
};

void check(const Request& request);

}  // namespace simt::racecheck
