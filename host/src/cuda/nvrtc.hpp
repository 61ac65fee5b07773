#pragma once

#include <string>
#include <vector>

namespace batchgrad::cuda {

/// What kernels are compiled for.
struct CompileTarget {
  std::string
      architecture;  ///< "sm_90": machine code; "compute_90": PTX, which the driver compiles
  [[nodiscard]] bool is_machine_code() const { return architecture.starts_with("sm_"); }
};

/// NVRTC, the CUDA toolkit's compiler as a library. It is loaded when it is first needed, so that
/// everything else works without it, and stays loaded. Declared here rather than in its header:
/// to build batchgrad, NVRTC need not be there.
class Nvrtc {
 public:
  /// $BATCHGRAD_NVRTC if set; else libnvrtc.so where the loader finds it, or in the toolkit at
  /// $CUDA_HOME, $CUDA_PATH or /usr/local/cuda.
  /// Errors: BackendUnavailable with what was tried and what to install.
  Nvrtc();

  /// "13.0"
  [[nodiscard]] const std::string& version() const { return version_; }

  /// For devices of a compute capability (major * 10 + minor): machine code where this NVRTC knows
  /// them, else PTX of the newest architecture before theirs.
  /// Errors: BackendUnavailable where it knows neither.
  [[nodiscard]] CompileTarget target(int capability) const;

  /// The image of a program that includes any <batchgrad/...> of the library.
  /// Errors: CudaError with the first lines of the compiler's messages.
  [[nodiscard]] std::string compile(const std::string& source, const CompileTarget& target) const;

  /// What an image depends on besides its source: a key for caches.
  [[nodiscard]] std::string fingerprint(const CompileTarget& target) const;

 private:
  using Program = void*;
  struct Functions {
    int (*version)(int*, int*);
    int (*count_architectures)(int*);
    int (*list_architectures)(int*);
    int (*create)(Program*, const char* source, const char* name, int headers,
                  const char* const* texts, const char* const* names);
    int (*destroy)(Program*);
    int (*compile)(Program, int options, const char* const* texts);
    int (*log_size)(Program, std::size_t*);
    int (*log)(Program, char*);
    int (*machine_code_size)(Program, std::size_t*);
    int (*machine_code)(Program, char*);
    int (*ptx_size)(Program, std::size_t*);
    int (*ptx)(Program, char*);
    const char* (*error_text)(int);
  };
  class Compilation;

  void check(int result) const;

  Functions call_;
  std::string version_;
  std::vector<int> architectures_;  // those it compiles for, ascending
};

}  // namespace batchgrad::cuda
