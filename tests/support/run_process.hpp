#pragma once

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "temporary_directory.hpp"

extern char** environ;

namespace batchgrad::test {

/// Where a process reads and writes; empty paths are files that ProcessResult shows.
struct ProcessStreams {
  std::string input = "/dev/null";
  std::string output;
};

struct ProcessResult {
  int exit_code = -1;  ///< minus the signal where one killed it
  std::string output;
  std::string errors;
  long peak_memory = -1;  ///< KiB
};

/// A running program, its output captured in files: no pipe can fill up and block it.
class Process {
 public:
  explicit Process(std::vector<std::string> arguments, const ProcessStreams& streams = {}) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const std::string output = streams.output.empty() ? directory_ / "output" : streams.output;
    const std::string errors = directory_ / "errors";
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, streams.input.c_str(), O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT,
                                       0600);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT,
                                       0600);
    const int failure =
        ::posix_spawn(&id_, pointers.front(), &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) throw std::runtime_error("cannot run " + arguments.front());
  }
  ~Process() {
    if (id_ > 0) ::kill(id_, SIGKILL);
    if (id_ > 0) ::waitpid(id_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void send(int signal) const { ::kill(id_, signal); }

  ProcessResult wait() {
    int status = 0;
    struct rusage used = {};
    ::wait4(id_, &status, 0, &used);
    id_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), directory_.read("output"),
            directory_.read("errors"), used.ru_maxrss};
  }

 private:
  TemporaryDirectory directory_;
  pid_t id_ = 0;
};

/// Runs a program to its end.
inline ProcessResult run_process(std::vector<std::string> arguments,
                                 const ProcessStreams& streams = {}) {
  return Process(std::move(arguments), streams).wait();
}

}  // namespace batchgrad::test
