#pragma once

#include <batchgrad/core/view.hpp>

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace batchgrad::detail {

struct Point;

/// What drives a chain of tasks that wait for each other: it resumes the innermost one, always from
/// the same depth of the stack, until one of them waits for an evaluation.
class Execution {
 public:
  /// Goes on to the next point to evaluate; null where the outermost task has ended.
  Point* advance() {
    wanted_ = nullptr;
    while (innermost_ && wanted_ == nullptr) innermost_.resume();
    return wanted_;
  }

  void enter(std::coroutine_handle<> task) { innermost_ = task; }
  void wait_for(Point& point) { wanted_ = &point; }

 private:
  std::coroutine_handle<> innermost_;
  Point* wanted_ = nullptr;
};

/// The part of a task's promise that does not depend on its result.
class TaskPromise {
 public:
  /// Hands over to the task that waits for this one; to none from the outermost.
  struct Leave {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> task) const noexcept {
      task.promise().execution().enter(task.promise().waiting_);
    }
    void await_resume() const noexcept {}
  };

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] Leave final_suspend() const noexcept { return {}; }
  void unhandled_exception() { failure_ = std::current_exception(); }

  [[nodiscard]] Execution& execution() const { return *execution_; }
  void start(Execution& execution, std::coroutine_handle<> waiting) {
    execution_ = &execution;
    waiting_ = waiting;
  }

 protected:
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  Execution* execution_ = nullptr;
  std::coroutine_handle<> waiting_;
  std::exception_ptr failure_;
};

/// A piece of a solver: a coroutine that waits for evaluations and for other tasks, and ends with
/// `co_return result`. It starts when it is waited for. What its parameters refer to must outlive
/// it. Move-only.
template <class Result>
class [[nodiscard]] Task {
 public:
  class Promise : public TaskPromise {
   public:
    Task get_return_object() { return Task(std::coroutine_handle<Promise>::from_promise(*this)); }
    void return_value(Result result) { result_ = std::move(result); }
    Result take() {
      rethrow();
      return std::move(*result_);
    }

   private:
    std::optional<Result> result_;
  };
  using promise_type = Promise;  // the name that the language looks for

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  /// Makes this the outermost task of `execution`.
  void start(Execution& execution) {
    handle_.promise().start(execution, nullptr);
    execution.enter(handle_);
  }
  /// After its end: the result, or what it threw.
  Result take() { return handle_.promise().take(); }

  // What co_await asks for.
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Waiting>
  void await_suspend(std::coroutine_handle<Waiting> waiting) {
    Execution& execution = waiting.promise().execution();
    handle_.promise().start(execution, waiting);
    execution.enter(handle_);
  }
  Result await_resume() { return take(); }

 private:
  explicit Task(std::coroutine_handle<Promise> handle) : handle_(handle) {}

  std::coroutine_handle<Promise> handle_;
};

/// co_await'ed, lets whoever drives the task evaluate `point`, and counts that.
struct EvaluationOf {
  Point& point;
  index_t& count;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Waiting>
  void await_suspend(std::coroutine_handle<Waiting> waiting) const {
    waiting.promise().execution().wait_for(point);
  }
  void await_resume() const { ++count; }
};

}  // namespace batchgrad::detail
