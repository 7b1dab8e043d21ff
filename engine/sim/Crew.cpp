#include "engine/sim/Crew.h"

#include <algorithm>

namespace spk {
namespace {

/// A batch takes some 50 µs to 1 ms: spin for the short waits, sleep through the long ones.
constexpr int kSpins = 4000;

void rest() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

void waitWhile(const std::atomic<std::uint32_t>& value, std::uint32_t old) noexcept {
  for (int i = 0; i < kSpins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    rest();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

void Barrier::meet() noexcept {
  if (threads_ == 1) return;
  const std::uint32_t round = round_.load(std::memory_order_acquire);
  if (waiting_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
    waiting_.store(0, std::memory_order_relaxed);
    round_.store(round + 1, std::memory_order_release);
    round_.notify_all();
  } else {
    waitWhile(round_, round);
  }
}

Crew::Crew(std::uint32_t threads) : threads_(std::max(threads, 1u)), barrier_(threads_) {
  for (std::uint32_t i = 1; i < threads_; ++i)
    others_.emplace_back([this, i] {
      for (std::uint32_t seen = 0;;) {
        waitWhile(round_, seen);
        ++seen;
        if (leave_.load(std::memory_order_acquire)) return;
        work_(what_, i);
        barrier_.meet();
      }
    });
}

Crew::~Crew() {
  leave_.store(true, std::memory_order_release);
  round_.fetch_add(1, std::memory_order_acq_rel);
  round_.notify_all();
  for (std::thread& other : others_) other.join();
}

void Crew::run(Work work, void* what) noexcept {
  work_ = work;
  what_ = what;
  if (threads_ > 1) {
    round_.fetch_add(1, std::memory_order_acq_rel);
    round_.notify_all();
  }
  work(what, 0);
  barrier_.meet();
}

}  // namespace spk
