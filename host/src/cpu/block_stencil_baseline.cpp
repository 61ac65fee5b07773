#define BATCHGRAD_ISA baseline
#define BATCHGRAD_ISA_BYTES 16
#include "cpu/block_stencil_kernel.hpp"
