#include "layer/racecheck/source_line.hpp"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <link.h>
#include <unistd.h>

namespace simt::racecheck {
namespace {

// Where the program itself was loaded, 0 unless it is position-independent.
std::uintptr_t load_address() {
  std::uintptr_t address = 0;
  const auto first = [](dl_phdr_info* info, std::size_t, void* result) {
    *static_cast<std::uintptr_t*>(result) = info->dlpi_addr;
    return 1;
  };
  dl_iterate_phdr(first, &address);
  return address;
}

}  // namespace

std::string source_line(const void* program_counter) {
  const auto call = reinterpret_cast<std::uintptr_t>(program_counter) - 1 - load_address();
  char command[120];
  std::snprintf(command, sizeof command, "addr2line -sie /proc/%d/exe %#lx 2>/dev/null",
                static_cast<int>(getpid()), static_cast<unsigned long>(call));
  char line[512] = "?";
  if (FILE* output = popen(command, "r")) {
    if (std::fgets(line, sizeof line, output)) line[std::strcspn(line, "\n ")] = 0;
    pclose(output);
  }
  return line;
}

}  // namespace simt::racecheck
