// Loss gradients by two matrix-vector products of cuBLAS and one kernel between them, replayed as a
// graph: the least that a program in C++ does without a kernel of its own that reads X.
//   cublas_loss_gradient --case TYPE:SAMPLES:FEATURES[:warm] ...
// Prints JSON lines as the peers in Python do; loss_gradient_peer.py says what they mean.
#include <batchgrad/core/view.hpp>
#include <batchgrad/launch.cuh>

#include <algorithm>
#include <cstdio>
#include <cublas_v2.h>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "cublas_problem.hpp"
#include "cuda/runtime.hpp"
#include "event.cuh"
#include "timing.hpp"

namespace batchgrad::bench {
namespace {

using cuda::check;
using cuda::DeviceBuffer;

constexpr index_t uncached_bytes = 240'000'000;  // as in loss_gradient_peer.py, like what follows
constexpr double largest_error = 1e-5;
constexpr int warm_ups = 3;
constexpr int runs = 30;

void check(cublasStatus_t status) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw std::runtime_error(std::string("cuBLAS: ") + cublasGetStatusString(status));
}

cublasStatus_t product(cublasHandle_t handle, cublasOperation_t operation, int rows, int columns,
                       const float* matrix, const float* vector, float* result) {
  const float one = 1;
  const float zero = 0;
  return cublasSgemv(handle, operation, rows, columns, &one, matrix, rows, vector, 1, &zero, result,
                     1);
}
cublasStatus_t product(cublasHandle_t handle, cublasOperation_t operation, int rows, int columns,
                       const double* matrix, const double* vector, double* result) {
  const double one = 1;
  const double zero = 0;
  return cublasDgemv(handle, operation, rows, columns, &one, matrix, rows, vector, 1, &zero, result,
                     1);
}

/// residual[m] = sigmoid(z[m]) - y[m]; block b's part of the loss is losses[b]. z and residual may
/// be the same.
template <class T>
__global__ void __launch_bounds__(256)
    logistic_kernel(const T* z, const T* y, T* residual, double* losses, index_t samples) {
  __shared__ double sums[256];
  double loss = 0;
  const index_t step = static_cast<index_t>(gridDim.x) * blockDim.x;
  for (index_t m = static_cast<index_t>(blockIdx.x) * blockDim.x + threadIdx.x; m < samples;
       m += step) {
    const T small = exp(-fabs(z[m]));
    const T share = 1 / (1 + small);
    loss += fmax(z[m], T(0)) - y[m] * z[m] + log1p(small);
    residual[m] = (z[m] >= 0 ? share : small * share) - y[m];
  }
  sums[threadIdx.x] = loss;
  for (int half = 128; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
  }
  if (threadIdx.x == 0) losses[blockIdx.x] = sums[0];
}

/// What `work` queues on a stream, to be queued again at once.
class Graph {
 public:
  template <class Work>
  Graph(const cuda::Stream& stream, const Work& work) {
    check(cudaStreamBeginCapture(stream.handle(), cudaStreamCaptureModeThreadLocal));
    work();
    check(cudaStreamEndCapture(stream.handle(), &graph_));
    check(cudaGraphInstantiate(&replay_, graph_, 0));
  }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph() {
    static_cast<void>(cudaGraphExecDestroy(replay_));
    static_cast<void>(cudaGraphDestroy(graph_));
  }
  void replay(const cuda::Stream& stream) { check(cudaGraphLaunch(replay_, stream.handle())); }

 private:
  cudaGraph_t graph_ = nullptr;
  cudaGraphExec_t replay_ = nullptr;
};

template <class T>
class Peer {
 public:
  explicit Peer(const Case& of)
      : case_(of),
        problem_(of),
        w_(of.features),
        z_(of.samples),
        gradient_(of.features),
        losses_(blocks) {
    if (of.samples > 2'147'483'647) throw std::invalid_argument("cublasSgemv counts by int");
    const auto bytes = of.samples * of.features * static_cast<index_t>(sizeof(T));
    const index_t copies = of.residence == "warm" ? 1 : (uncached_bytes + bytes - 1) / bytes;
    for (index_t copy = 0; copy < copies; ++copy) {
      x_.push_back(repeated(problem_.x, of.features));
      y_.push_back(repeated(problem_.y, 1));
    }
    cuda::copy_to_device(w_.data(), problem_.w.data(), of.features, stream_);
    check(cudaMemsetAsync(gradient_.data(), 0xFF, problem_.w.size() * sizeof(T), stream_.handle()));
    check(cublasCreate(&handle_));
    check(cublasSetStream(handle_, stream_.handle()));
    check(cublasSetMathMode(handle_, CUBLAS_PEDANTIC_MATH));
    check(cublasSetWorkspace(handle_, workspace_.data(), workspace_.size()));
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() { static_cast<void>(cublasDestroy(handle_)); }

  void evaluate(std::size_t copy) {
    // Row-major X is the transpose of what cuBLAS calls a matrix.
    const int rows = static_cast<int>(case_.features);
    const int columns = static_cast<int>(case_.samples);
    check(product(handle_, CUBLAS_OP_T, rows, columns, x_[copy].data(), w_.data(), z_.data()));
    cuda::launch_kernel(logistic_kernel<T>, {blocks, 256}, stream_, z_.data(), y_[copy].data(),
                        z_.data(), losses_.data(), case_.samples);
    check(
        product(handle_, CUBLAS_OP_N, rows, columns, x_[copy].data(), z_.data(), gradient_.data()));
  }
  [[nodiscard]] double error() {
    evaluate(x_.size() - 1);
    std::vector<T> found(problem_.w.size());
    cuda::copy_to_host(found.data(), gradient_.data(), case_.features, stream_);
    stream_.synchronize();
    return problem_.error(found);
  }
  [[nodiscard]] std::vector<double> call_ms() {
    std::vector<double> times;
    for (std::size_t turn = 0; turn < warm_ups + runs; ++turn)
      times.push_back(1e3 * seconds([&] {
                        evaluate(turn % x_.size());
                        stream_.synchronize();
                      }));
    times.erase(times.begin(), times.begin() + warm_ups);
    return times;
  }
  [[nodiscard]] std::vector<double> device_ms();

 private:
  static constexpr int blocks = 528;

  DeviceBuffer<T> repeated(const std::vector<T>& base, index_t width) {
    DeviceBuffer<T> whole(case_.samples * width);
    for (index_t row = 0; row < case_.samples; row += problem_.rows)
      cuda::copy_to_device(whole.data() + row * width, base.data(),
                           std::min(problem_.rows, case_.samples - row) * width, stream_);
    stream_.synchronize();
    return whole;
  }

  Case case_;
  Problem<T> problem_;
  cuda::Stream stream_;
  std::vector<DeviceBuffer<T>> x_;
  std::vector<DeviceBuffer<T>> y_;
  DeviceBuffer<T> w_;
  DeviceBuffer<T> z_;
  DeviceBuffer<T> gradient_;
  DeviceBuffer<double> losses_;
  DeviceBuffer<char> workspace_{64 << 20};
  cublasHandle_t handle_ = nullptr;
};

template <class T>
std::vector<double> Peer<T>::device_ms() {
  Graph graph(stream_, [&] {
    for (std::size_t copy = 0; copy < x_.size(); ++copy) evaluate(copy);
  });
  Event start;
  Event end;
  std::vector<double> times;
  for (int turn = 0; turn < warm_ups + runs; ++turn) {
    start.record(stream_);
    graph.replay(stream_);
    end.record(stream_);
    const double seconds = end.seconds_since(start);
    if (turn >= warm_ups) times.push_back(1e3 * seconds / static_cast<double>(x_.size()));
  }
  return times;
}

std::string quantiles(const std::vector<double>& times) {
  char text[128];
  std::snprintf(text, sizeof text, R"({"median": %.6g, "p10": %.6g, "p90": %.6g})", median(times),
                quantile(times, 0.1), quantile(times, 0.9));
  return text;
}

template <class T>
std::string measured(const Case& of) {
  Peer<T> peer(of);
  char text[64];
  const double error = peer.error();
  std::snprintf(text, sizeof text, "%.3g", error);
  if (!(error <= largest_error))
    return std::string(R"("not_measured": "the gradient is off by )") + text + '"';
  const std::string call = quantiles(peer.call_ms());
  return std::string(R"("error": )") + text + R"(, "call_ms": )" + call + R"(, "device_ms": )" +
         quantiles(peer.device_ms());
}

std::string known_of(const Case& of) {
  try {
    if (of.type == "f32") return measured<float>(of);
    if (of.type == "f64") return measured<double>(of);
    return R"("not_measured": "cuBLAS has no matrix-vector product of )" + of.type + '"';
  } catch (const std::exception& error) {
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '"', '\'');
    return R"("not_measured": ")" + text + '"';
  }
}

int run(const std::vector<std::string>& arguments) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] != "--case") throw std::invalid_argument(arguments[i] + " is not --case");
    cases.push_back(parse_case(arguments[i + 1]));
  }
  for (const Case& each : cases) {
    std::printf(
        "{\"name\": \"LossGradient/logistic/cublas-two-products/%s/samples:%lld/features:%lld/"
        "sets:1/%s\", \"version\": %d, %s}\n",
        each.type.c_str(), static_cast<long long>(each.samples),
        static_cast<long long>(each.features), each.residence.c_str(), CUBLAS_VERSION,
        known_of(each).c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace batchgrad::bench

int main(int count, char** values) {
  try {
    return batchgrad::bench::run({values + 1, values + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cublas_loss_gradient: %s\n", error.what());
    return 2;
  }
}
