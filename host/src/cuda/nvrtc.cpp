#include "cuda/nvrtc.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <dlfcn.h>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <pthread.h>

#include "cuda/fingerprint.hpp"
#include "cuda/header_table.hpp"

namespace batchgrad::cuda {
namespace {

/// Names under which the loader may know it, the newest first.
constexpr std::array library_names{"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"};

std::vector<std::string> candidates() {
  if (const char* chosen = std::getenv("BATCHGRAD_NVRTC")) return {chosen};
  std::vector<std::string> paths(library_names.begin(), library_names.end());
  for (const char* variable : {"CUDA_HOME", "CUDA_PATH", ""}) {
    const char* root = *variable == '\0' ? "/usr/local/cuda" : std::getenv(variable);
    if (root == nullptr || *root == '\0') continue;
    for (const char* name : library_names)
      for (const char* folder : {"/lib64/", "/lib/", "/targets/x86_64-linux/lib/"})
        paths.push_back(std::string(root) + folder + name);
  }
  return paths;
}

void* open_library() {
  std::string reason;
  for (const std::string& path : candidates()) {
    if (void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    const char* message = ::dlerror();
    if (reason.empty() && message != nullptr) reason = message;
  }
  throw BackendUnavailable(fmt::format(
      "expressions need NVRTC on the cuda backend, which cannot be loaded ({}) install the CUDA "
      "toolkit's NVRTC (package cuda-nvrtc-13-0), set BATCHGRAD_NVRTC to its libnvrtc.so, or use "
      "--device cpu",
      reason));
}

template <class Function>
void find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  if (function == nullptr)
    throw BackendUnavailable(
        fmt::format("the NVRTC that was found has no {} (it is older than CUDA 12) install a newer "
                    "one, or use --device cpu",
                    name));
}

/// Runs body on a thread of its own: the compiler recurses as deeply as programs nest, and the
/// caller's stack may be small.
void run_with_large_stack(const std::function<void()>& body) {
  constexpr std::size_t stack_bytes = std::size_t{64} << 20;
  struct Task {
    const std::function<void()>& body;
    std::exception_ptr failure;
  } task{body, nullptr};
  const auto run = [](void* argument) -> void* {
    auto& t = *static_cast<Task*>(argument);
    try {
      t.body();
    } catch (...) {
      t.failure = std::current_exception();
    }
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_t thread = {};
  ::pthread_attr_init(&attributes);
  const bool started = ::pthread_attr_setstacksize(&attributes, stack_bytes) == 0 &&
                       ::pthread_create(&thread, &attributes, run, &task) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!started)
    throw Error("no thread could be started for the compiler (its stack takes 64 MiB) free memory");
  ::pthread_join(thread, nullptr);
  if (task.failure) std::rethrow_exception(task.failure);
}

/// Without contraction, a derivative has the same bits whether its error estimate is wanted or not.
constexpr std::array common_options{"--std=c++20", "--device-as-default-execution-space",
                                    "--fmad=false"};

std::string first_lines(const std::string& log) {
  constexpr std::size_t most = 2000;
  return log.size() <= most ? log : log.substr(0, most) + "...";
}

}  // namespace

/// One program and its messages.
class Nvrtc::Compilation {
 public:
  Compilation(const Nvrtc& nvrtc, const std::string& source) : nvrtc_(nvrtc) {
    std::vector<const char*> names;
    std::vector<const char*> texts;
    for (const EmbeddedHeader& header : embedded_headers()) {
      names.push_back(header.name);
      texts.push_back(header.text);
    }
    nvrtc_.check(nvrtc_.call_.create(&program_, source.c_str(), "batchgrad.cu",
                                     static_cast<int>(names.size()), texts.data(), names.data()));
  }
  Compilation(const Compilation&) = delete;
  Compilation& operator=(const Compilation&) = delete;
  ~Compilation() { nvrtc_.call_.destroy(&program_); }

  std::string image(const CompileTarget& target) {
    const std::string architecture = "--gpu-architecture=" + target.architecture;
    std::vector<const char*> options(common_options.begin(), common_options.end());
    options.push_back(architecture.c_str());
    const Functions& call = nvrtc_.call_;
    const int result = call.compile(program_, static_cast<int>(options.size()), options.data());
    if (result != 0)
      throw CudaError(fmt::format(
          "NVRTC {} refuses a kernel ({}) this is a defect of batchgrad; --device cpu avoids "
          "it\n{}",
          nvrtc_.version_, call.error_text(result), first_lines(text(call.log_size, call.log))));
    return target.is_machine_code() ? text(call.machine_code_size, call.machine_code)
                                    : text(call.ptx_size, call.ptx);
  }

 private:
  std::string text(int (*size)(Program, std::size_t*), int (*read)(Program, char*)) const {
    std::size_t length = 0;
    nvrtc_.check(size(program_, &length));
    std::string result(length, '\0');
    nvrtc_.check(read(program_, result.data()));
    return result;
  }

  const Nvrtc& nvrtc_;
  Program program_ = nullptr;
};

Nvrtc::Nvrtc() : call_() {
  void* library = open_library();
  find(library, "nvrtcVersion", call_.version);
  find(library, "nvrtcGetNumSupportedArchs", call_.count_architectures);
  find(library, "nvrtcGetSupportedArchs", call_.list_architectures);
  find(library, "nvrtcCreateProgram", call_.create);
  find(library, "nvrtcDestroyProgram", call_.destroy);
  find(library, "nvrtcCompileProgram", call_.compile);
  find(library, "nvrtcGetProgramLogSize", call_.log_size);
  find(library, "nvrtcGetProgramLog", call_.log);
  find(library, "nvrtcGetCUBINSize", call_.machine_code_size);
  find(library, "nvrtcGetCUBIN", call_.machine_code);
  find(library, "nvrtcGetPTXSize", call_.ptx_size);
  find(library, "nvrtcGetPTX", call_.ptx);
  find(library, "nvrtcGetErrorString", call_.error_text);
  int major = 0;
  int minor = 0;
  check(call_.version(&major, &minor));
  version_ = fmt::format("{}.{}", major, minor);
  int count = 0;
  check(call_.count_architectures(&count));
  architectures_.resize(static_cast<std::size_t>(count));
  check(call_.list_architectures(architectures_.data()));
  std::sort(architectures_.begin(), architectures_.end());
}

void Nvrtc::check(int result) const {
  if (result == 0) return;
  throw CudaError(fmt::format("{} in NVRTC (the run-time compiler) use --device cpu",
                              call_.error_text(result)));
}

CompileTarget Nvrtc::target(int capability) const {
  const auto above = std::upper_bound(architectures_.begin(), architectures_.end(), capability);
  if (above == architectures_.begin())
    throw BackendUnavailable(
        fmt::format("NVRTC {} does not compile for devices of compute capability {}.{} (it is too "
                    "new for them) install an older one, or use --device cpu",
                    version_, capability / 10, capability % 10));
  const int known = *(above - 1);
  return {fmt::format("{}{}", known == capability ? "sm_" : "compute_", known)};
}

std::string Nvrtc::compile(const std::string& source, const CompileTarget& target) const {
  std::string image;
  run_with_large_stack([&] { image = Compilation(*this, source).image(target); });
  return image;
}

std::string Nvrtc::fingerprint(const CompileTarget& target) const {
  Fingerprint fingerprint;
  fingerprint.add(version_).add(target.architecture);
  for (const char* option : common_options) fingerprint.add(option);
  for (const EmbeddedHeader& header : embedded_headers())
    fingerprint.add(header.name).add(header.text);
  return fingerprint.text();
}

}  // namespace batchgrad::cuda
