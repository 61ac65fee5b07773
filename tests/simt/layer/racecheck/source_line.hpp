#pragma once

#include <string>

namespace simt::racecheck {

/// "file.cuh:12" of the call that returns to program_counter, by addr2line; "?" without debug
/// information.
std::string source_line(const void* program_counter);

}  // namespace simt::racecheck
