#pragma once
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace spk {

/// Where a fixed number of threads meet; spins briefly, then sleeps.
class Barrier {
 public:
  explicit Barrier(std::uint32_t threads) : threads_(threads) {}
  void meet() noexcept;

 private:
  const std::uint32_t threads_;
  alignas(64) std::atomic<std::uint32_t> waiting_ = 0;
  alignas(64) std::atomic<std::uint32_t> round_ = 0;
};

/// The part threads: the caller and `threads` − 1 others do one piece of work together, again and
/// again, without allocation. One caller at a time.
class Crew {
 public:
  /// At least one.
  explicit Crew(std::uint32_t threads);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  std::uint32_t threads() const { return threads_; }
  /// Calls work(what, i) for i = 0 … threads − 1, each on its own thread; returns when all are
  /// done.
  using Work = void (*)(void* what, std::uint32_t thread) noexcept;
  void run(Work work, void* what) noexcept;
  /// For use inside work: all threads meet.
  void meet() noexcept { barrier_.meet(); }

 private:
  const std::uint32_t threads_;
  Barrier barrier_;
  Work work_ = nullptr;
  void* what_ = nullptr;
  alignas(64) std::atomic<std::uint32_t> round_ = 0;
  std::atomic<bool> leave_ = false;
  std::vector<std::thread> others_;
};

}  // namespace spk
