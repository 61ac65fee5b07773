#define BATCHGRAD_ISA avx512
#define BATCHGRAD_ISA_BYTES 64
#include "cpu/curvature_block_kernel.hpp"
