// What is compiled at run time: the compiler that may be missing or refuse, the cache that may be
// damaged, and what several processes make of it.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "cuda/kernel_cache.hpp"
#include "cuda/nvrtc.hpp"
#include "parity/derivative_case.hpp"
#include "run_process.hpp"
#include "simt_test.hpp"
#include "temporary_directory.hpp"

namespace batchgrad::test {
namespace {

namespace fs = std::filesystem;

/// An environment variable that has its old value again afterwards.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { ::setenv(name_, old_.c_str(), 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string old_;
};

/// d(x^2 y + y^3) at (2, 3), in a new context: (12, 31).
std::vector<double> differentiate_once() {
  auto context = Context::on("cuda");
  const std::vector<double> x{2, 3};
  std::vector<double> gradient(2, std::nan(""));
  differentiate<double>(context, Expression("x^2*y + y^3"), {x.data(), 1, 2},
                        {.derivatives = {gradient.data(), 1, 2}});
  return gradient;
}
const std::vector<double> expected{12, 31};

class Compiler : public testing::Test {
 protected:
  /// Programs that were compiled so far.
  [[nodiscard]] std::size_t compiled() const { return directory_.read("log").size() / 4; }
  [[nodiscard]] std::vector<fs::path> cached_files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(cache_)) files.push_back(entry.path());
    return files;
  }

  TemporaryDirectory directory_;
  std::string cache_ = directory_ / "cache";
  Variable log_{"SIMT_NVRTC_LOG", directory_ / "log"};
  Variable cache_variable_{"BATCHGRAD_CACHE", cache_};
};

TEST_F(Compiler, IsAskedOnceForAnExpression) {
  EXPECT_EQ(differentiate_once(), expected);
  EXPECT_EQ(compiled(), 1U);
  EXPECT_EQ(differentiate_once(), expected);
  EXPECT_EQ(compiled(), 1U);
  const auto files = cached_files();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.front().extension(), ".kernel");
}

TEST_F(Compiler, IsAskedOnceInTheLifeOfAContextEvenWithoutACache) {
  const Variable none("BATCHGRAD_CACHE", "");
  auto context = Context::on("cuda");
  const std::vector<double> x{2, 3};
  for (int turn = 0; turn < 2; ++turn) {
    std::vector<double> gradient(2, std::nan(""));
    differentiate<double>(context, Expression("x^2*y + y^3"), {x.data(), 1, 2},
                          {.derivatives = {gradient.data(), 1, 2}});
    EXPECT_EQ(gradient, expected);
  }
  EXPECT_EQ(compiled(), 1U);
  EXPECT_FALSE(fs::exists(cache_));
}

TEST_F(Compiler, IsAskedAgainWhereTheCachedFileIsDamaged) {
  differentiate_once();
  const std::string file = cached_files().front().string();
  std::string whole;
  {
    std::ifstream stream(file, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(stream), {});
  }
  std::size_t times = 1;
  const auto expect_recompiled = [&](const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
    EXPECT_EQ(differentiate_once(), expected);
    EXPECT_EQ(compiled(), ++times);
    EXPECT_EQ(differentiate_once(), expected);  // it was stored again
    EXPECT_EQ(compiled(), times);
  };
  expect_recompiled("");
  expect_recompiled("something else");
  expect_recompiled(whole.substr(0, whole.size() - 1));
  expect_recompiled(whole + "x");
  std::string flipped = whole;
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  expect_recompiled(flipped);
}

TEST_F(Compiler, DoesNotNeedACacheThatCannotBeWritten) {
  directory_.write("file", "");
  for (const std::string& unusable :
       {directory_ / "file", directory_ / "file/below", std::string("/proc/batchgrad")}) {
    const Variable cache("BATCHGRAD_CACHE", unusable);
    EXPECT_EQ(differentiate_once(), expected) << unusable;
  }
  EXPECT_EQ(compiled(), 3U);
}

TEST_F(Compiler, SharesItsCacheWithOtherProcesses) {
  const Variable child("SIMT_COMPILER_TEST_CHILD", cache_);
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const std::vector<std::string> command{program, "--gtest_filter=Compiler.CacheOfAnotherProcess"};
  Process first(command);
  Process second(command);
  EXPECT_EQ(first.wait().exit_code, 0);
  EXPECT_EQ(second.wait().exit_code, 0);
  EXPECT_EQ(differentiate_once(), expected);
  EXPECT_EQ(compiled(), 0U);  // here: the file was there
  EXPECT_EQ(cached_files().size(), 1U) << "a temporary was left";
}

/// What SharesItsCacheWithOtherProcesses starts; by itself it has nothing to do.
TEST_F(Compiler, CacheOfAnotherProcess) {
  const char* shared = std::getenv("SIMT_COMPILER_TEST_CHILD");
  if (shared == nullptr) GTEST_SKIP() << "started by another test";
  const Variable cache("BATCHGRAD_CACHE", shared);
  EXPECT_EQ(differentiate_once(), expected);
}

TEST_F(Compiler, ThatIsMissingIsSaidToBe) {
  const Variable missing("BATCHGRAD_NVRTC", directory_ / "libnvrtc.so");
  try {
    differentiate_once();
    FAIL() << "differentiated";
  } catch (const BackendUnavailable& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("libnvrtc.so"), std::string::npos) << text;
    EXPECT_NE(text.find("cuda-nvrtc"), std::string::npos) << text;
  }
  bool is_told = false;
  for (const DeviceInfo& device : devices())
    is_told = is_told || device.description.find("no NVRTC") != std::string::npos;
  EXPECT_TRUE(is_told);
  // What needs no compiler works.
  auto context = Context::on("cuda");
  const std::vector<double> x{3};
  double slope = std::nan("");
  differentiate<double>(context, Sphere{}, {x.data(), 1, 1}, {.derivatives = {&slope, 1, 1}},
                        {.method = Method::forward_ad});
  EXPECT_EQ(slope, 6);
}

TEST_F(Compiler, ThatIsNoCompilerIsSaidToBe) {
  const Variable other("BATCHGRAD_NVRTC", "libm.so.6");
  EXPECT_THROW(differentiate_once(), BackendUnavailable);
}

TEST_F(Compiler, ThatRefusesIsQuoted) {
  const cuda::Nvrtc nvrtc;
  try {
    static_cast<void>(nvrtc.compile("this is no program", nvrtc.target(90)));
    FAIL() << "compiled";
  } catch (const CudaError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("NVRTC_ERROR_COMPILATION"), std::string::npos) << text;
    EXPECT_NE(text.find("error:"), std::string::npos) << text;
  }
}

TEST_F(Compiler, MakesMachineCodeForWhatItKnowsAndElsePtx) {
  const cuda::Nvrtc nvrtc;  // the layer's knows 8.0 and 9.0
  EXPECT_EQ(nvrtc.target(90).architecture, "sm_90");
  EXPECT_EQ(nvrtc.target(100).architecture, "compute_90");
  EXPECT_EQ(nvrtc.target(86).architecture, "compute_80");
  EXPECT_THROW(static_cast<void>(nvrtc.target(75)), BackendUnavailable);
}

TEST(KernelCache, IsWhereTheEnvironmentSays) {
  const Variable chosen("BATCHGRAD_CACHE", "/somewhere");
  EXPECT_EQ(cuda::KernelCache::default_directory(), "/somewhere");
  ::unsetenv("BATCHGRAD_CACHE");
  const Variable base("XDG_CACHE_HOME", "/base");
  EXPECT_EQ(cuda::KernelCache::default_directory(), "/base/batchgrad");
  ::unsetenv("XDG_CACHE_HOME");
  const Variable home("HOME", "/home/someone");
  EXPECT_EQ(cuda::KernelCache::default_directory(), "/home/someone/.cache/batchgrad");
  ::unsetenv("HOME");
  EXPECT_EQ(cuda::KernelCache::default_directory(), "");
}

TEST(KernelCache, KeepsEveryByte) {
  const TemporaryDirectory directory;
  const cuda::KernelCache cache(directory / "new/folder");
  EXPECT_FALSE(cache.find("a"));
  const std::string image{"\0\n\n\xff four\nlines\n", 16};
  cache.store("a", image);
  cache.store("empty", "");
  EXPECT_EQ(cache.find("a"), image);
  EXPECT_EQ(cache.find("empty"), "");
  EXPECT_FALSE(cache.find("b"));
  fs::copy_file(directory / "new/folder/a.kernel", directory / "new/folder/b.kernel");
  EXPECT_FALSE(cache.find("b")) << "the file of another key";
  EXPECT_FALSE(cuda::KernelCache("").find("a"));
}

}  // namespace
}  // namespace batchgrad::test
