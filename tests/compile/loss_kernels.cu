// Every kernel of the family for the loss gradient of one set, as one translation unit: what
// kernel_budget.py compiles.
#include "cuda/one_set_launch_bfloat16.cu"
#include "cuda/one_set_launch_double.cu"
#include "cuda/one_set_launch_float.cu"
#include "cuda/one_set_launch_float16.cu"
