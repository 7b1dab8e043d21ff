#include "plugins/live/LiveQueue.h"

#include <algorithm>
#include <thread>

namespace spk::live {

void LiveQueue::push(std::span<const Event> events, std::int64_t heard) {
  while (busy_.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
  const std::size_t capacity = slots_.size();
  std::int64_t lost = 0;
  if (events.size() > capacity) {
    lost += static_cast<std::int64_t>(events.size() - capacity);
    events = events.last(capacity);
  }
  if (const std::size_t all = size_ + events.size(); all > capacity) {
    const std::size_t over = all - capacity;
    lost += static_cast<std::int64_t>(over);
    begin_ = (begin_ + over) % capacity;
    size_ -= over;
  }
  for (const Event& event : events) slots_[(begin_ + size_++) % capacity] = {event, heard};
  busy_.store(false, std::memory_order_release);
  if (lost) dropped_.fetch_add(lost, std::memory_order_relaxed);
}

void LiveQueue::take(std::vector<LiveEvent>& out) noexcept {
  if (busy_.exchange(true, std::memory_order_acquire)) return;
  const std::size_t capacity = slots_.size();
  const std::size_t count = std::min(size_, out.capacity() - out.size());
  for (std::size_t i = 0; i < count; ++i) out.push_back(slots_[(begin_ + i) % capacity]);
  begin_ = (begin_ + count) % capacity;
  size_ -= count;
  busy_.store(false, std::memory_order_release);
}

}  // namespace spk::live
