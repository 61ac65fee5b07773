// Streams of rows from pipes: memory that does not grow, and pipes that fall silent.

#include <batchgrad/table_stream.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <utility>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;

using Numbers = std::vector<double>;

/// A named pipe that a thread writes.
class Pipe {
 public:
  explicit Pipe(std::function<void(std::ofstream&)> write) : file_("") {
    std::filesystem::remove(file_.path());
    if (::mkfifo(file_.path().c_str(), 0600) != 0) throw FileError("no pipe");
    (void)std::signal(SIGPIPE, SIG_IGN);  // a reader may leave in the middle
    writer_ = std::thread([this, write = std::move(write)] {
      std::ofstream out(file_.path(), std::ios::binary);
      write(out);
    });
  }
  ~Pipe() { writer_.join(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] const std::string& path() const { return file_.path(); }

 private:
  TemporaryFile file_;
  std::thread writer_;
};

index_t peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    index_t value = 0;
    if (word == "VmHWM:" && status >> value) return value;
  }
  return 0;
}

TEST(TablePipe, StaysInFixedMemory) {
  if (peak_kib() == 0) GTEST_SKIP() << "the system does not tell the peak of memory";
  constexpr index_t rows = 4'000'000;
  const Pipe pipe([](std::ofstream& out) {
    out << "x,y\n";
    const std::string piece = [] {
      std::string text;
      for (int i = 0; i < 1000; ++i) text += "0.123456789012345,1.5\n";
      return text;
    }();
    for (index_t i = 0; i < rows; i += 1000) out << piece;
  });
  ReadOptions options;
  options.threads = 2;
  TableStream stream(pipe.path(), options);
  Numbers room(2 * 4096);
  const MatrixView<double> block(room.data(), 4096, 2);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(stream.read(block), 4096);
  const index_t before = peak_kib();
  while (stream.read(block) > 0) {
  }
  EXPECT_EQ(stream.rows_read(), rows);
  // Four pieces of half a MiB and their values; the file is of 84 MiB, its table of 61.
  EXPECT_LT(peak_kib() - before, 12 * 1024);
}

TEST(TablePipe, ASilentPipeCanBeLeft) {
  for (const index_t threads : {1, 3}) {
    std::atomic<bool> is_over = false;
    const Pipe pipe([&](std::ofstream& out) {
      out << "x\n1\n" << std::flush;
      while (!is_over) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    ReadOptions options;
    options.threads = threads;
    std::atomic<bool> is_wanted = true;
    options.while_waiting = [&] {
      if (!is_wanted) throw InvalidArgument("left");
    };
    double value = 0;
    {
      // The first bytes are waited for in the constructor, the rest in read().
      std::thread leaver([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        is_wanted = false;
      });
      EXPECT_THROW(
          {
            TableStream stream(pipe.path(), options);
            stream.read({&value, 1, 1});
          },
          InvalidArgument);
      leaver.join();
    }
    is_over = true;
  }
}

TEST(TablePipe, ThreadsThatWaitForAPipeEndWithTheStream) {
  std::atomic<bool> is_over = false;
  const Pipe pipe([&](std::ofstream& out) {
    out << "x\n";
    for (int i = 0; i < 500000; ++i) out << "1.25\n";
    out << std::flush;
    while (!is_over) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  ReadOptions options;
  options.threads = 3;
  {
    TableStream stream(pipe.path(), options);
    double value = 0;
    EXPECT_EQ(stream.read({&value, 1, 1}), 1);
    EXPECT_EQ(value, 1.25);
  }
  is_over = true;  // only now: the stream has ended before its input
}

}  // namespace
}  // namespace batchgrad
