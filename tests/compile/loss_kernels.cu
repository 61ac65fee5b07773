// Every kernel of the family for loss gradients, of one set and of several, as one translation
// unit: what kernel_budget.py compiles.
#include "cuda/one_set_launch_bfloat16.cu"
#include "cuda/one_set_launch_double.cu"
#include "cuda/one_set_launch_float.cu"
#include "cuda/one_set_launch_float16.cu"
#include "cuda/set_group_launch.cu"
