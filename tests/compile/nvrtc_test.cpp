// NVRTC gets the headers from memory, under the names they have in an installed tree, and nothing
// else: no include path, no toolkit. It needs no device.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <nvrtc.h>
#include <sstream>
#include <string>
#include <vector>

namespace batchgrad::test {
namespace {

/// Names and texts of every header under kernels/batchgrad.
struct HeaderTable {
  std::vector<std::string> names;
  std::vector<std::string> texts;

  HeaderTable() {
    namespace fs = std::filesystem;
    const fs::path root = BATCHGRAD_KERNELS;
    for (const auto& entry : fs::recursive_directory_iterator(root / "batchgrad")) {
      if (entry.path().extension() != ".hpp") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      names.push_back(fs::relative(entry.path(), root).generic_string());
      texts.push_back(text.str());
    }
  }
};

const HeaderTable& header_table() {
  static const HeaderTable table;
  return table;
}

struct Compilation {
  nvrtcResult result = NVRTC_SUCCESS;
  std::string log;
  std::string assembly;
};

/// The PTX of a program for sm_90, or the compiler's messages.
Compilation compile(const std::string& source, std::vector<const char*> options = {}) {
  std::vector<const char*> names;
  std::vector<const char*> texts;
  for (const auto& name : header_table().names) names.push_back(name.c_str());
  for (const auto& text : header_table().texts) texts.push_back(text.c_str());
  nvrtcProgram program = nullptr;
  Compilation compilation;
  compilation.result =
      nvrtcCreateProgram(&program, source.c_str(), "program.cu", static_cast<int>(names.size()),
                         texts.data(), names.data());
  if (compilation.result != NVRTC_SUCCESS) return compilation;
  options.insert(options.end(), {"-std=c++20", "--gpu-architecture=sm_90"});
  compilation.result =
      nvrtcCompileProgram(program, static_cast<int>(options.size()), options.data());
  std::size_t size = 0;
  nvrtcGetProgramLogSize(program, &size);
  compilation.log.resize(size);
  nvrtcGetProgramLog(program, compilation.log.data());
  if (compilation.result == NVRTC_SUCCESS) {
    nvrtcGetPTXSize(program, &size);
    compilation.assembly.resize(size);
    nvrtcGetPTX(program, compilation.assembly.data());
  }
  nvrtcDestroyProgram(&program);
  return compilation;
}

TEST(Nvrtc, FindsTheHeaders) { EXPECT_GT(header_table().names.size(), 15U); }

TEST(Nvrtc, CompilesEachHeaderAlone) {
  for (const std::string& name : header_table().names) {
    SCOPED_TRACE(name);
    const auto compilation = compile("#include <" + name + ">\n#include <" + name + ">\n");
    EXPECT_EQ(compilation.result, NVRTC_SUCCESS) << compilation.log;
  }
}

TEST(Nvrtc, CompilesEveryLossStencilAndFunction) {
  // The option is for the program's generic lambdas; the headers do without it, as shown above.
  const auto compilation = compile(R"(
#include <batchgrad/derivative/finite_difference.hpp>
#include <batchgrad/function/functions.hpp>
#include <batchgrad/loss/losses.hpp>
#include <batchgrad/stencil/stencils.hpp>
using namespace batchgrad;

template <class T>
__device__ void evaluate(AnyLoss loss, T* inout) {
  loss.visit([&](const auto& l) {
    const T prediction = inout[0];
    const T target = inout[1];
    inout[0] = l.value(prediction, target);
    inout[1] = l.derivative(prediction, target);
    inout[2] = l.second_derivative(prediction, target);
  });
}
extern "C" __global__ void every_loss(AnyLoss loss, float* f, double* d) {
  evaluate(loss, f);
  evaluate(loss, d);
}

template <class Scalar, class T>
__device__ void difference(AnyFunction function, AnyStencil stencil, StepRule rule,
                           MatrixView<const T> points, MatrixView<T> gradients) {
  const index_t n = threadIdx.x;
  function.visit([&](const auto& f) {
    stencil.visit([&](const auto& s) {
      finite_difference_gradient<Scalar>(f, points.row(n), s, rule, gradients.row(n),
                                         static_cast<T*>(nullptr));
    });
    for (index_t i = 0; i < points.columns(); ++i)
      gradients(n, i) += f.derivative(points.row(n), i);
  });
}
extern "C" __global__ void every_difference(AnyFunction function, AnyStencil stencil, StepRule rule,
                                            MatrixView<const float> points,
                                            MatrixView<float> gradients,
                                            MatrixView<const double> wide_points,
                                            MatrixView<double> wide_gradients) {
  difference<float>(function, stencil, rule, points, gradients);
  difference<double>(function, stencil, rule, wide_points, wide_gradients);
}
)",
                                   {"-default-device"});
  ASSERT_EQ(compilation.result, NVRTC_SUCCESS) << compilation.log;
  for (const char* kernel : {".entry every_loss(", ".entry every_difference("})
    EXPECT_NE(compilation.assembly.find(kernel), std::string::npos) << kernel;
}

TEST(Nvrtc, RefusesAProgramThatIsWrong) {
  EXPECT_EQ(compile("#include <batchgrad/loss/losses.hpp>\nerror here;").result,
            NVRTC_ERROR_COMPILATION);
}

}  // namespace
}  // namespace batchgrad::test
