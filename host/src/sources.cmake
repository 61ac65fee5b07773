# The library's translation units, one list (no globbing). Paths are relative to host/. Included by
# every directory that builds the library: the properties below are set in the including directory.
set(batchgrad_sources
  src/backends.cpp
  src/choose_solver.cpp
  src/context.cpp
  src/copy_rows.cpp
  src/cross_validation.cpp
  src/curvature.cpp
  src/derivative.cpp
  src/derivative_check.cpp
  src/derivative_check_cause.cpp
  src/derivative_plan.cpp
  src/descents.cpp
  src/distribution.cpp
  src/error.cpp
  src/expression.cpp
  src/family.cpp
  src/fit.cpp
  src/fit_parts.cpp
  src/fit_path.cpp
  src/fit_sets.cpp
  src/fold_split.cpp
  src/function.cpp
  src/function_derivative.cpp
  src/functor_derivative.cpp
  src/inference.cpp
  src/json_reader.cpp
  src/loss.cpp
  src/loss_gradient.cpp
  src/minimize.cpp
  src/minimize_trace.cpp
  src/model_file.cpp
  src/model_reader.cpp
  src/predict.cpp
  src/random_starts.cpp
  src/sampled_gradient.cpp
  src/samples_check.cpp
  src/schedule.cpp
  src/set_options.cpp
  src/solver.cpp
  src/suggest_name.cpp
  src/synthetic.cpp
  src/text_writer.cpp
  src/training.cpp
  src/version.cpp
  src/cpu/block_program_baseline.cpp
  src/cpu/block_stencil_baseline.cpp
  src/cpu/block_sums_baseline.cpp
  src/cpu/cpu_backend.cpp
  src/cpu/curvature_block_baseline.cpp
  src/cpu/curvature_sums.cpp
  src/cpu/expression_derivative.cpp
  src/cpu/instruction_set.cpp
  src/cpu/loss_sums.cpp
  src/cpu/sampled_gradient.cpp
  src/data/binary_target.cpp
  src/data/byte_source.cpp
  src/data/class_target.cpp
  src/data/column_plan.cpp
  src/data/column_terms.cpp
  src/data/column_values.cpp
  src/data/csv_blocks.cpp
  src/data/csv_chunks.cpp
  src/data/csv_field.cpp
  src/data/csv_header.cpp
  src/data/csv_parser.cpp
  src/data/csv_reader.cpp
  src/data/csv_rows.cpp
  src/data/dataset.cpp
  src/data/dataset_builder.cpp
  src/data/dataset_roles.cpp
  src/data/level_set.cpp
  src/data/libsvm_parser.cpp
  src/data/libsvm_reader.cpp
  src/data/npy_header.cpp
  src/data/npy_pieces.cpp
  src/data/npy_reader.cpp
  src/data/npy_writer.cpp
  src/data/output_file.cpp
  src/data/read_table.cpp
  src/data/row_source.cpp
  src/data/table.cpp
  src/data/table_stream.cpp
  src/data/table_writer.cpp
  src/data/target_check.cpp
  src/data/weight_file.cpp
  src/expression/differentiate.cpp
  src/expression/differentiate_rules.cpp
  src/expression/expand.cpp
  src/expression/graph.cpp
  src/expression/lexer.cpp
  src/expression/parser.cpp
  src/expression/parser_names.cpp
  src/expression/rational.cpp
  src/expression/simplify.cpp
  src/expression/simplify_stable.cpp
  src/expression/sum.cpp
  src/expression/term.cpp
  src/expression/text.cpp
  src/random/portable_math.cpp
  src/expression/column_programs.cpp
  src/expression/cuda_source.cpp
  src/expression/derivative_programs.cpp
  src/expression/interpreter_error_jets.cpp
  src/expression/interpreter_high_error_jets.cpp
  src/expression/interpreter_jets.cpp
  src/expression/interpreter_numbers.cpp
  src/expression/program.cpp
  src/reference/curvature_sums.cpp
  src/reference/expression_derivative.cpp
  src/reference/loss_sums.cpp
  src/reference/sampled_gradient.cpp
  src/solver/adagrad.cpp
  src/solver/adam.cpp
  src/solver/clip.cpp
  src/solver/curvature.cpp
  src/solver/curvature_pairs.cpp
  src/solver/extended_gram.cpp
  src/solver/feature_moments.cpp
  src/solver/gram.cpp
  src/solver/gradient_descent.cpp
  src/solver/lbfgs.cpp
  src/solver/line_search.cpp
  src/solver/lockstep.cpp
  src/solver/newton.cpp
  src/solver/progress.cpp
  src/solver/proximal.cpp
  src/solver/rmsprop.cpp
  src/solver/run.cpp
  src/solver/second_order_fit.cpp
  src/solver/second_order_model.cpp
  src/solver/set_descents.cpp
  src/solver/set_fits.cpp
  src/solver/standardised_objective.cpp
  src/solver/watch.cpp
)

# Made-up data has the same bits on every platform, so a*b+c is rounded twice everywhere.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/random/portable_math.cpp
  ${CMAKE_CURRENT_LIST_DIR}/random_starts.cpp ${CMAKE_CURRENT_LIST_DIR}/synthetic.cpp
  PROPERTIES COMPILE_OPTIONS "-ffp-contract=off")
# Whoever has devices of another make links a file of his own in its place, as the SIMT tests do.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/backends.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/version.cpp
  PROPERTIES COMPILE_DEFINITIONS "BATCHGRAD_VERSION=\"${PROJECT_VERSION}\"")

# The cpu kernels once per instruction set; the library chooses at run time. The first two change no
# result: they let the compiler vectorise sqrt and selections, which could set errno or a flag. No
# pack crosses from one translation unit to another, so how its ABI passes them does not matter. clang
# warns of each loop marked simd that it leaves scalar, as those that call libm must stay. No header
# is precompiled: what is inline would be compiled for one instruction set and linked into all.
set(batchgrad_kernel_options -fno-math-errno -fno-trapping-math -Wno-psabi
  $<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>)
set(batchgrad_program_options ${batchgrad_kernel_options} -ffp-contract=off)
set(batchgrad_sums_options ${batchgrad_kernel_options} ${batchgrad_unchecked_pointers})
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/block_sums_baseline.cpp
  ${CMAKE_CURRENT_LIST_DIR}/cpu/curvature_block_baseline.cpp
  PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS "${batchgrad_sums_options}")
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/block_program_baseline.cpp
  ${CMAKE_CURRENT_LIST_DIR}/cpu/block_stencil_baseline.cpp
  PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS "${batchgrad_program_options}")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(avx2 -march=x86-64-v3)
  set(avx512 -march=x86-64-v4 -mprefer-vector-width=512)
  foreach(set avx2 avx512)
    list(APPEND batchgrad_sources src/cpu/block_program_${set}.cpp src/cpu/block_stencil_${set}.cpp
      src/cpu/block_sums_${set}.cpp src/cpu/curvature_block_${set}.cpp)
    set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/block_sums_${set}.cpp
      ${CMAKE_CURRENT_LIST_DIR}/cpu/curvature_block_${set}.cpp
      PROPERTIES SKIP_PRECOMPILE_HEADERS ON
                 COMPILE_OPTIONS "${batchgrad_sums_options};${${set}}")
    set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/block_program_${set}.cpp
      ${CMAKE_CURRENT_LIST_DIR}/cpu/block_stencil_${set}.cpp
      PROPERTIES SKIP_PRECOMPILE_HEADERS ON
                 COMPILE_OPTIONS "${batchgrad_program_options};${${set}}")
  endforeach()
  set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/instruction_set.cpp
    PROPERTIES COMPILE_DEFINITIONS BATCHGRAD_CPU_X86=1)
endif()

# Derivatives of functions outside of the cpu kernels: a*b+c is rounded twice there, too, and nested
# dual numbers are not inlined into each other.
foreach(file cpu/expression_derivative expression/interpreter_error_jets
        expression/interpreter_high_error_jets expression/interpreter_jets
        expression/interpreter_numbers function_derivative reference/expression_derivative)
  set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/${file}.cpp
    PROPERTIES COMPILE_OPTIONS "-ffp-contract=off" COMPILE_DEFINITIONS BATCHGRAD_INLINE_AS_NEEDED=1)
endforeach()

# The cuda backend, compiled by nvcc, or by the host compiler in tests/simt.
set(batchgrad_cuda_sources
  src/cuda/compiled_kernel.cpp
  src/cuda/cuda_backend.cu
  src/cuda/curvature_sums.cu
  src/cuda/derivative_source.cpp
  src/cuda/device_algorithms.cu
  src/cuda/device_descents.cu
  src/cuda/device_plan.cpp
  src/cuda/expression_derivative.cpp
  src/cuda/function_derivative.cpp
  src/cuda/function_launch_double.cu
  src/cuda/function_launch_float.cu
  src/cuda/kernel_cache.cpp
  src/cuda/loss_sums.cu
  src/cuda/nvrtc.cpp
  src/cuda/one_set_launch_bfloat16.cu
  src/cuda/one_set_launch_double.cu
  src/cuda/one_set_launch_float.cu
  src/cuda/one_set_launch_float16.cu
  src/cuda/runtime.cu
  src/cuda/sampled_gradient.cu
  src/cuda/set_group_launch.cu
)
