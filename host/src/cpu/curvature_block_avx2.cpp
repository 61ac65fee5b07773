#define BATCHGRAD_ISA avx2
#define BATCHGRAD_ISA_BYTES 32
#include "cpu/curvature_block_kernel.hpp"
