# The library's translation units, one list (no globbing). Paths are relative to host/. Included by
# every directory that builds the library: the properties below are set in the including directory.
set(batchgrad_sources
  src/backends.cpp
  src/context.cpp
  src/derivative.cpp
  src/error.cpp
  src/fit.cpp
  src/function.cpp
  src/json_reader.cpp
  src/loss.cpp
  src/loss_gradient.cpp
  src/model_file.cpp
  src/model_reader.cpp
  src/predict.cpp
  src/samples_check.cpp
  src/synthetic.cpp
  src/text_writer.cpp
  src/version.cpp
  src/cpu/block_sums_baseline.cpp
  src/cpu/cpu_backend.cpp
  src/cpu/gradient.cpp
  src/cpu/instruction_set.cpp
  src/cpu/loss_sums.cpp
  src/data/binary_target.cpp
  src/data/byte_source.cpp
  src/data/column_plan.cpp
  src/data/csv_blocks.cpp
  src/data/csv_chunks.cpp
  src/data/csv_field.cpp
  src/data/csv_header.cpp
  src/data/csv_parser.cpp
  src/data/csv_reader.cpp
  src/data/dataset.cpp
  src/data/dataset_roles.cpp
  src/data/npy_header.cpp
  src/data/npy_reader.cpp
  src/data/output_file.cpp
  src/data/read_table.cpp
  src/data/table.cpp
  src/data/table_writer.cpp
  src/random/portable_math.cpp
  src/reference/gradient.cpp
  src/reference/loss_sums.cpp
  src/solver/curvature.cpp
  src/solver/curvature_pairs.cpp
  src/solver/feature_moments.cpp
  src/solver/gradient_descent.cpp
  src/solver/lbfgs.cpp
  src/solver/line_search.cpp
  src/solver/progress.cpp
  src/solver/standardised_objective.cpp
)

# Made-up data has the same bits on every platform, so a*b+c is rounded twice everywhere.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/random/portable_math.cpp
  ${CMAKE_CURRENT_LIST_DIR}/synthetic.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=off")
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/version.cpp
  PROPERTIES COMPILE_DEFINITIONS "BATCHGRAD_VERSION=\"${PROJECT_VERSION}\"")

# The cpu kernels once per instruction set; the library chooses at run time. The first two change no
# result: they let the compiler vectorise sqrt and selections, which could set errno or a flag. No
# pack crosses from one translation unit to another, so how its ABI passes them does not matter.
set(batchgrad_kernel_options -fno-math-errno -fno-trapping-math -Wno-psabi)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/block_sums_baseline.cpp
  PROPERTIES COMPILE_OPTIONS "${batchgrad_kernel_options}")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND batchgrad_sources src/cpu/block_sums_avx2.cpp src/cpu/block_sums_avx512.cpp)
  set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/block_sums_avx2.cpp
    PROPERTIES COMPILE_OPTIONS "${batchgrad_kernel_options};-march=x86-64-v3")
  set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/block_sums_avx512.cpp
    PROPERTIES COMPILE_OPTIONS "${batchgrad_kernel_options};-march=x86-64-v4;-mprefer-vector-width=512")
  set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/cpu/instruction_set.cpp
    PROPERTIES COMPILE_DEFINITIONS BATCHGRAD_CPU_X86=1)
endif()

# The cuda backend, compiled by nvcc, or by the host compiler in tests/simt.
set(batchgrad_cuda_sources
  src/cuda/cuda_backend.cu
  src/cuda/gradient.cu
  src/cuda/loss_sums.cu
  src/cuda/runtime.cu
)
