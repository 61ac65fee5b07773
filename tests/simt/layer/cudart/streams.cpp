#include <algorithm>
#include <memory>
#include <utility>

#include "layer/cudart/state.hpp"

namespace simt::cudart {
namespace {

bool step(CUstream_st& stream);

bool reached(const CUstream_st::Item& item) { return item.event->completed >= item.record; }

// The head of the queue waits for an event: progress is made wherever that is recorded.
bool step_over_wait(CUstream_st& stream) {
  const CUstream_st::Item item = stream.queue.front();
  stream.waiting = true;
  while (!reached(item)) {
    bool progress = step(state.default_stream);
    for (const auto& other : state.streams)
      if (!reached(item)) progress |= step(*other);
    if (!progress) break;
  }
  stream.waiting = false;
  if (!reached(item)) return false;
  stream.queue.pop_front();
  return true;
}

bool step(CUstream_st& stream) {
  if (stream.queue.empty() || stream.waiting) return false;
  if (stream.queue.front().event) return step_over_wait(stream);
  const auto work = std::move(stream.queue.front().work);
  stream.queue.pop_front();
  work();
  return true;
}

unsigned long median_priority() {
  std::vector<unsigned long> all;
  for (const auto& stream : state.streams) all.push_back(stream->priority);
  std::sort(all.begin(), all.end());
  return all.empty() ? 0 : all[(all.size() - 1) / 2];
}

// Streams of a higher priority finish what they can: nothing forbids it.
void run_ahead_of(unsigned long limit) {
  if (state.config.progress != Progress::random) return;
  for (const auto& stream : state.streams)
    if (stream->priority > limit) drain(*stream);
}

cudaError_t create_stream(cudaStream_t* stream, unsigned flags) {
  auto& created = state.streams.emplace_back(std::make_unique<CUstream_st>());
  created->blocking = flags != cudaStreamNonBlocking;
  created->priority = state.random();
  *stream = created.get();
  return cudaSuccess;
}

cudaError_t create_event(cudaEvent_t* event, unsigned flags) {
  auto& created = state.events.emplace_back(std::make_shared<CUevent_st>());
  created->timing = (flags & cudaEventDisableTiming) == 0;
  *event = created.get();
  return cudaSuccess;
}

cudaError_t record(cudaEvent_t event, cudaStream_t stream) {
  const long number = ++event->recorded;
  enqueue_always(stream, [event = event->shared_from_this(), number] {
    event->completed = std::max(event->completed, number);
  });
  return cudaSuccess;
}

template <class Owner, class Handle>
cudaError_t erase(std::vector<Owner>& owners, Handle handle) {
  const auto position = std::find_if(owners.begin(), owners.end(),
                                     [=](const Owner& owner) { return owner.get() == handle; });
  if (position == owners.end()) return fail(cudaErrorInvalidResourceHandle);
  owners.erase(position);
  return state.sticky;
}

}  // namespace

CUstream_st& resolve(cudaStream_t stream) {
  return stream && stream != cudaStreamLegacy ? *stream : state.default_stream;
}

void drain(CUstream_st& stream) {
  while (step(stream)) {
  }
}

void drain_all() {
  drain(state.default_stream);
  for (const auto& stream : state.streams) drain(*stream);
}

void enqueue(cudaStream_t stream, std::function<void()> work) {
  enqueue_always(stream, [work = std::move(work)] {
    if (state.sticky == cudaSuccess) work();
  });
}

void enqueue_always(cudaStream_t handle, std::function<void()> work) {
  CUstream_st& stream = resolve(handle);
  if (&stream == &state.default_stream) {  // ordered with all blocking streams
    for (const auto& other : state.streams)
      if (other->blocking) drain(*other);
  } else if (stream.blocking) {
    drain(state.default_stream);
  }
  stream.queue.push_back({std::move(work), nullptr, 0});
  if (state.config.progress == Progress::immediate) drain(stream);
}

void progress_at_random() {
  if (state.config.progress != Progress::random || state.random() % 2 != 0) return;
  // Odd seeds keep one half of the streams late throughout; even seeds choose anew at every call.
  run_ahead_of(state.config.seed % 2 != 0 ? median_priority() : state.random());
}

}  // namespace simt::cudart

using namespace simt::cudart;

extern "C" {

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return call(__func__, [&] { return create_stream(stream, cudaStreamDefault); });
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return call(__func__, [&] { return create_stream(stream, flags); });
}
cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
  return call(__func__, [&] { return create_stream(stream, flags); });
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  drain(*stream);
  return erase(state.streams, stream);
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return call(__func__, [&] {
    run_ahead_of(resolve(stream).priority);
    drain(resolve(stream));
    return state.sticky;
  });
}
cudaError_t cudaStreamQuery(cudaStream_t stream) {
  return call(__func__,
              [&] { return resolve(stream).queue.empty() ? cudaSuccess : cudaErrorNotReady; });
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  return call(__func__, [&] {
    if (event->recorded > event->completed)
      resolve(stream).queue.push_back({nullptr, event->shared_from_this(), event->recorded});
    return cudaSuccess;
  });
}
cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* data) {
  return call(__func__, [&] {
    enqueue(stream, [=] { function(data); });
    return cudaSuccess;
  });
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return call(__func__, [&] { return create_event(event, cudaEventDefault); });
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  return call(__func__, [&] { return create_event(event, flags); });
}
cudaError_t cudaEventDestroy(cudaEvent_t event) { return erase(state.events, event); }
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return call(__func__, [&] { return record(event, stream); });
}
cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned) {
  return call(__func__, [&] { return record(event, stream); });
}
cudaError_t cudaEventQuery(cudaEvent_t event) {
  return call(__func__, [&] {
    return event->completed >= event->recorded ? cudaSuccess : cudaErrorNotReady;
  });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return call(__func__, [&] {
    for (const auto& stream : state.streams)
      while (event->completed < event->recorded && step(*stream)) {
      }
    while (event->completed < event->recorded && step(state.default_stream)) {
    }
    return state.sticky;
  });
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t stop) {
  return call(__func__, [&] {
    if (!start->timing || !stop->timing) return fail(cudaErrorInvalidResourceHandle);
    *milliseconds = 1.0F;
    return cudaSuccess;
  });
}
cudaError_t cudaDeviceSynchronize() {
  return call(__func__, [&] {
    drain_all();
    return state.sticky;
  });
}

}  // extern "C"
