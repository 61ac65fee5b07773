#include <cstdio>
#include <cstring>
#include <map>

#include "layer/engine_state.hpp"

namespace simt {
namespace {

std::string what_it_does(const Thread& thread) {
  switch (thread.state) {
    case Thread::State::done:
      return "have returned";
    case Thread::State::at_barrier:
    case Thread::State::at_cluster_barrier:
    case Thread::State::at_copy_barrier:
    case Thread::State::at_warp_operation: {
      const std::string mask = thread.mask != 0 ? " mask " + text_of_mask(thread.mask) : "";
      return std::string("wait at ") + thread.waits_for + mask + " " + text_of(thread.site);
    }
    case Thread::State::unstarted:
    case Thread::State::ready:
      break;
  }
  return "can still run";
}

// "0-31 64 70-71"
std::string text_of_ranges(const std::vector<unsigned>& sorted) {
  constexpr std::size_t longest = 400;
  std::string text;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t last = i;
    while (last + 1 < sorted.size() && sorted[last + 1] == sorted[last] + 1) ++last;
    text += ' ';
    text += std::to_string(sorted[i]);
    if (last > i) text += '-';
    if (last > i) text += std::to_string(sorted[last]);
    if (text.size() > longest) return text + " ...";
    i = last + 1;
  }
  return text;
}

}  // namespace

std::vector<std::string>& faults() {
  static std::vector<std::string> list;
  return list;
}

void record(const std::string& text) {
  const Block& block = engine.current ? block_of(*engine.current) : engine.blocks.front();
  std::string where = std::string(engine.launch.name) + ", block " + std::to_string(block.linear);
  if (engine.current)
    where += ", thread " + std::to_string(engine.current->linear % engine.block_threads);
  faults().push_back(where + ": " + text);
}

std::string text_of(Site site) {
  const char* slash = std::strrchr(site.file, '/');
  return std::string(slash ? slash + 1 : site.file) + ":" + std::to_string(site.line);
}

std::string text_of_mask(unsigned mask) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", mask);
  return text;
}

std::string where_everybody_is() {
  std::map<std::string, std::vector<unsigned>> groups;
  for (const Thread& thread : engine.threads) groups[what_it_does(thread)].push_back(thread.linear);
  std::string text;
  for (const auto& [what, threads] : groups) {
    text += "\n    ";
    text += std::to_string(threads.size()) + " threads " + what + ':' + text_of_ranges(threads);
  }
  return text;
}

}  // namespace simt
