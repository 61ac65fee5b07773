#pragma once

#include <vector>

#include "cpu/block_program.hpp"
#include "cpu/block_stencil.hpp"
#include "cpu/block_sums.hpp"
#include "cpu/curvature_block.hpp"
#include "cpu/point_block.hpp"

namespace batchgrad::cpu {

/// One compilation of the cpu kernels. The library holds several and picks the best that the
/// processor runs, so one binary serves them all.
struct InstructionSet {
  const char* name;
  bool (*is_supported)();
  void (*block_sums_f32)(const BlockSumsTask<float>&);
  void (*block_sums_f64)(const BlockSumsTask<double>&);
  void (*block_sums_bf16)(const BlockSumsTask<Bfloat16>&);
  void (*block_sums_f16)(const BlockSumsTask<Float16>&);
  void (*curvature_f32)(const CurvatureBlockTask<float>&);
  void (*curvature_f64)(const CurvatureBlockTask<double>&);
  void (*curvature_bf16)(const CurvatureBlockTask<Bfloat16>&);
  void (*curvature_f16)(const CurvatureBlockTask<Float16>&);
  void (*program_f32)(const BlockTask<float>&);
  void (*program_f64)(const BlockTask<double>&);
  void (*program_tangents)(const BlockTask<detail::Tangents<double>>&);
  void (*load_f64)(const LoadTask<double, double>&);
  void (*load_f32_wide)(const LoadTask<float, double>&);
  void (*load_f32)(const LoadTask<float, float>&);
  void (*store_f64)(const StoreTask<double>&);
  void (*store_f32)(const StoreTask<float>&);
  void (*place_stencil_f32)(const StencilTask<float>&);
  void (*place_stencil_f64)(const StencilTask<double>&);
  bool (*weigh_stencil_f32)(const StencilTask<float>&);
  bool (*weigh_stencil_f64)(const StencilTask<double>&);

  void block_sums(const BlockSumsTask<float>& task) const { block_sums_f32(task); }
  void block_sums(const BlockSumsTask<double>& task) const { block_sums_f64(task); }
  void block_sums(const BlockSumsTask<Bfloat16>& task) const { block_sums_bf16(task); }
  void block_sums(const BlockSumsTask<Float16>& task) const { block_sums_f16(task); }
  void curvature_block(const CurvatureBlockTask<float>& task) const { curvature_f32(task); }
  void curvature_block(const CurvatureBlockTask<double>& task) const { curvature_f64(task); }
  void curvature_block(const CurvatureBlockTask<Bfloat16>& task) const { curvature_bf16(task); }
  void curvature_block(const CurvatureBlockTask<Float16>& task) const { curvature_f16(task); }
  void program(const BlockTask<float>& task) const { program_f32(task); }
  void program(const BlockTask<double>& task) const { program_f64(task); }
  void program(const BlockTask<detail::Tangents<double>>& task) const { program_tangents(task); }
  void load_points(const LoadTask<double, double>& task) const { load_f64(task); }
  void load_points(const LoadTask<float, double>& task) const { load_f32_wide(task); }
  void load_points(const LoadTask<float, float>& task) const { load_f32(task); }
  void store_points(const StoreTask<double>& task) const { store_f64(task); }
  void store_points(const StoreTask<float>& task) const { store_f32(task); }
  void place_stencil(const StencilTask<float>& task) const { place_stencil_f32(task); }
  void place_stencil(const StencilTask<double>& task) const { place_stencil_f64(task); }
  bool weigh_stencil(const StencilTask<float>& task) const { return weigh_stencil_f32(task); }
  bool weigh_stencil(const StencilTask<double>& task) const { return weigh_stencil_f64(task); }
  template <class Scalar>
  void program(const BlockTask<Scalar>& task) const {
    run_block(task);
  }
};

/// Those that this processor runs, the best first; the last one runs everywhere.
std::vector<InstructionSet> supported_instruction_sets();

}  // namespace batchgrad::cpu
