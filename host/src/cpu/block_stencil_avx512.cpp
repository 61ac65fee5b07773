#define BATCHGRAD_ISA avx512
#define BATCHGRAD_ISA_BYTES 64
#include "cpu/block_stencil_kernel.hpp"
