#define BATCHGRAD_ISA baseline
#define BATCHGRAD_ISA_BYTES 16
#include "cpu/curvature_block_kernel.hpp"
