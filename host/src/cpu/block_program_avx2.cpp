#include "cpu/block_program_switch.hpp"
#include "cpu/point_block_kernel.hpp"

namespace batchgrad::cpu::avx2 {

void run_block(const BlockTask<float>& task) { run_switch(task); }
void run_block(const BlockTask<double>& task) { run_switch(task); }
void run_block(const BlockTask<detail::Tangents<double>>& task) { run_switch(task); }

void load_points(const LoadTask<double, double>& task) { load_rows(task); }
void load_points(const LoadTask<float, double>& task) { load_rows(task); }
void load_points(const LoadTask<float, float>& task) { load_rows(task); }
void store_points(const StoreTask<double>& task) { store_rows(task); }
void store_points(const StoreTask<float>& task) { store_rows(task); }

}  // namespace batchgrad::cpu::avx2
