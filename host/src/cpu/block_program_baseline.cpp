#include "cpu/block_program_switch.hpp"

namespace batchgrad::cpu::baseline {

void run_block(const BlockTask<float>& task) { run_switch(task); }
void run_block(const BlockTask<double>& task) { run_switch(task); }
void run_block(const BlockTask<detail::Tangents<double>>& task) { run_switch(task); }

}  // namespace batchgrad::cpu::baseline
