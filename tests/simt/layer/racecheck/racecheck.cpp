// The judge: every access of a kernel, to shared or device memory, by CUDA's rules.

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "layer/engine.hpp"
#include "layer/racecheck/instrumentation.hpp"
#include "layer/racecheck/ordering.hpp"
#include "layer/racecheck/shadow.hpp"
#include "layer/racecheck/source_line.hpp"

extern "C" char __executable_start, _end;

namespace simt::racecheck {
namespace {

std::uintptr_t address_of(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }

class Racecheck final : public AccessChecker {
 public:
  void begin_launch(const void* arguments, std::size_t size) override {
    arguments_ = static_cast<const char*>(arguments);
    arguments_size_ = size;
    reported_.clear();
    ordering_.begin_launch();
  }
  void begin_block() override { ordering_.begin_block(current_block()); }
  void block_barrier(unsigned first, unsigned count, bool among_others) override {
    if (among_others)
      ordering_.barrier_among_others(first, count);
    else
      ordering_.block_barrier();
  }
  void warp_barrier(unsigned warp, unsigned lanes) override { ordering_.warp_barrier(warp, lanes); }
  void fence() override { ordering_.fence(me()); }
  void release(const void* object) override { ordering_.release(me(), object); }
  void acquire(const void* object) override { ordering_.acquire(me(), object); }
  void merge(const void* to, const void* from) override { ordering_.merge(to, from); }
  void forget_order(const void* object) override { ordering_.forget(object); }

  void region(void* p, std::size_t size, const char* name, Space space) override {
    shadow_.declare(address_of(p), size, name, space);
  }
  void forget(void* p) override { shadow_.forget(address_of(p)); }
  void initialised(const void* p, std::size_t size) override {
    mark(p, size, [](const Piece& piece) { piece.word->initialised |= piece.bytes; });
  }
  void uninitialised(const void* p, std::size_t size) override {
    mark(p, size, [](const Piece& piece) {
      piece.word->initialised &= static_cast<std::uint8_t>(~piece.bytes);
    });
  }
  void copied(const void* to, const void* from, std::size_t size) override;

  void read(const void* p, std::size_t size, const void* pc) override {
    access({p, size, pc, Kind::read, Alignment::any});
  }
  void write(const void* p, std::size_t size, const void* pc) override {
    access({p, size, pc, Kind::write, Alignment::any});
  }
  void atomic(const void* p, std::size_t size, const void* pc) override {
    access({p, size, pc, Kind::atomic, Alignment::natural});
    if (current_thread() >= 0) ordering_.atomic(me(), address_of(p));
  }
  void access(const Request& request);

 private:
  static std::uint16_t me() { return static_cast<std::uint16_t>(current_thread()); }

  template <class Change>
  void mark(const void* p, std::size_t size, Change change) {
    if (Region* region = shadow_.find(address_of(p)))
      Shadow::for_pieces(*region, address_of(p), size, change);
  }

  // The kernel's own stack, its parameters, constants and the layer's variables.
  [[nodiscard]] bool is_private(const void* p) const {
    const auto* c = static_cast<const char*>(p);
    return (c >= &__executable_start && c < &_end) || on_fiber_stack(p) ||
           (c >= arguments_ && c < arguments_ + arguments_size_);
  }

  void judge(const Request& request, const Region& region, Piece piece);
  void remember(const Request& request, Piece piece);
  void complain(const char* what, const Request& request, const Region& region,
                std::uintptr_t address, const Access* other = nullptr, const char* did = "");
  void complain_of_wild_access(const Request& request);

  Shadow shadow_;
  Ordering ordering_;
  const char* arguments_ = nullptr;
  std::size_t arguments_size_ = 0;
  std::set<std::pair<const void*, const void*>> reported_;
  bool busy_ = false;  // the standard library's functions used here may be instrumented themselves
};

void Racecheck::copied(const void* to, const void* from, std::size_t size) {
  initialised(to, size);
  Region* source = shadow_.find(address_of(from));
  Region* target = shadow_.find(address_of(to));
  if (!source || !target) return;
  for (std::size_t i = 0; i < size; ++i) {
    Shadow::for_pieces(*source, address_of(from) + i, 1, [&](const Piece& byte) {
      if ((byte.word->initialised & byte.bytes) == 0)
        uninitialised(static_cast<const char*>(to) + i, 1);
    });
  }
}

void Racecheck::complain(const char* what, const Request& request, const Region& region,
                         std::uintptr_t address, const Access* other, const char* did) {
  const void* other_counter = other ? other->program_counter : nullptr;
  if (!reported_.insert({request.program_counter, other_counter}).second) return;
  const char* space = region.space == Space::shared ? " shared memory " : " device memory ";
  std::string text = what + std::string(space) + region.name + "+" +
                     std::to_string(address - region.base) + " at " +
                     source_line(request.program_counter);
  if (other)
    text += "; block " + std::to_string(other->block) + ", thread " +
            std::to_string(other->thread) + " " + did + " it at " + source_line(other_counter) +
            " without an ordering barrier";
  record(text);
}

void Racecheck::complain_of_wild_access(const Request& request) {
  if (!reported_.insert({request.program_counter, nullptr}).second) return;
  record("access to memory that is neither device nor shared, or outside of an allocation, at " +
         source_line(request.program_counter));
}

void Racecheck::judge(const Request& request, const Region& region, Piece piece) {
  const Word& word = *piece.word;
  const bool atomic = request.kind == Kind::atomic;
  if (request.kind != Kind::write && (word.initialised & piece.bytes) != piece.bytes)
    complain("read of uninitialised", request, region, piece.address);
  if ((word.write.bytes & piece.bytes) != 0 && !(atomic && word.write.atomic) &&
      !ordering_.before(word.write, me())) {
    const char* what =
        request.kind == Kind::read ? "read-after-write race on" : "write-after-write race on";
    complain(what, request, region, piece.address, &word.write, "wrote");
  }
  if (request.kind == Kind::read) return;
  for (const Access* read : {&word.read, &word.other_read})
    if ((read->bytes & piece.bytes) != 0 && !ordering_.before(*read, me()))
      complain("write-after-read race on", request, region, piece.address, read, "read");
}

void Racecheck::remember(const Request& request, Piece piece) {
  Word& word = *piece.word;
  Access now = ordering_.stamp(me());
  now.bytes = piece.bytes;
  now.atomic = request.kind == Kind::atomic;
  now.program_counter = request.program_counter;
  if (request.kind != Kind::read) {
    word.write = now;
    word.initialised |= piece.bytes;
  } else if (word.read.thread == me() && ordering_.same_epoch(word.read)) {
    word.read.clock = now.clock;
    word.read.bytes |= piece.bytes;
  } else {
    if (!ordering_.before(word.read, me()) || ordering_.same_epoch(word.read))
      word.other_read = word.read;
    word.read = now;
  }
}

void Racecheck::access(const Request& request) {
  if (current_thread() < 0 || busy_ || is_private(request.p)) return;
  busy_ = true;
  const std::uintptr_t address = address_of(request.p);
  Region* region = shadow_.find(address);
  bool harmful = false;  // going on would damage the heap
  if (!region) {
    complain_of_wild_access(request);
    harmful = request.kind != Kind::read;
  } else if (address + request.size > region->end()) {
    complain("access past the end of", request, *region, address);
    harmful = true;
  } else {
    if (request.alignment == Alignment::natural && address % request.size != 0)
      complain("misaligned access to", request, *region, address);
    Shadow::for_pieces(*region, address, request.size, [&](const Piece& piece) {
      judge(request, *region, piece);
      remember(request, piece);
    });
  }
  busy_ = false;
  if (harmful) fault([] { return "stopped before it damages the heap"; });
}

Racecheck& racecheck = *new Racecheck;
[[maybe_unused]] const bool installed = (access_checker = &racecheck, true);

}  // namespace

void check(const Request& request) {
  // Instrumented code runs before this file's variables exist: outside of kernels.
  if (current_thread() >= 0) racecheck.access(request);
}

}  // namespace simt::racecheck
