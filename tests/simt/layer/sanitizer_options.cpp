#include "layer/sanitizer.hpp"

#if defined(SIMT_TSAN)
// The engine's memcpy and memset move a kernel's data and are none of its accesses. One race is
// enough: the test dies.
extern "C" const char* __tsan_default_options() {
  return "ignore_interceptors_accesses=1:halt_on_error=1";
}
#endif
