#pragma once
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spk {

/// One writer, one reader, no lock, fixed size. What does not fit is dropped and counted.
template <class T>
class Ring {
 public:
  /// Room for at least `capacity` items.
  explicit Ring(std::size_t capacity) : slots_(std::bit_ceil(std::max<std::size_t>(capacity, 2))) {}

  /// Writer's side. @return how many were taken; the rest is dropped and counted.
  std::size_t push(std::span<const T> items) noexcept {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    const std::size_t room = slots_.size() - (head - tail_.load(std::memory_order_acquire));
    const std::size_t taken = std::min(room, items.size());
    for (std::size_t i = 0; i < taken; ++i) slots_[(head + i) & (slots_.size() - 1)] = items[i];
    head_.store(head + taken, std::memory_order_release);
    if (taken < items.size())
      dropped_.fetch_add(items.size() - taken, std::memory_order_relaxed);
    return taken;
  }

  /// Reader's side. @return how many were written to `out`.
  std::size_t pop(std::span<T> out) noexcept {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t there = head_.load(std::memory_order_acquire) - tail;
    const std::size_t taken = std::min(there, out.size());
    for (std::size_t i = 0; i < taken; ++i) out[i] = slots_[(tail + i) & (slots_.size() - 1)];
    tail_.store(tail + taken, std::memory_order_release);
    if (taken < out.size())
      looks_.store(looks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return taken;
  }

  /// How often the reader has taken all there was.
  std::uint64_t looks() const noexcept { return looks_.load(std::memory_order_relaxed); }
  std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }
  std::size_t capacity() const noexcept { return slots_.size(); }

 private:
  std::vector<T> slots_;
  alignas(64) std::atomic<std::size_t> head_ = 0;
  alignas(64) std::atomic<std::size_t> tail_ = 0;
  std::atomic<std::uint64_t> looks_ = 0;  // the reader's, as tail_ is
  alignas(64) std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace spk
