#include "plugins/live/LiveLog.h"

#include <algorithm>
#include <limits>

namespace spk::live {

LiveLog::LiveLog(std::size_t chunks)
    : chunks_(std::max<std::size_t>(chunks, 2)),
      begin_(std::numeric_limits<Time>::min()),
      end_(std::numeric_limits<Time>::min()) {}

LiveLog::~LiveLog() {
  for (auto& spare : spares_) std::unique_ptr<Chunk>(spare.load());
}

void LiveLog::refill() {
  for (auto& spare : spares_) {
    if (spare.load(std::memory_order_relaxed)) continue;
    spare.store(std::make_unique<Chunk>().release(), std::memory_order_release);
  }
}

bool LiveLog::add(const Event& event) noexcept {
  if (count_ == 0 || at(count_ - 1).size == kChunk) {
    if (count_ == chunks_.size()) {  // the oldest becomes the newest
      size_ -= at(0).size;
      begin_ = at(1).events[0].t;
      first_ = (first_ + 1) % chunks_.size();
      at(count_ - 1).size = 0;
    } else {
      Chunk* fresh = nullptr;
      for (auto& spare : spares_)
        if (!fresh) fresh = spare.exchange(nullptr, std::memory_order_acquire);
      if (!fresh) return false;
      chunks_[(first_ + count_++) % chunks_.size()].reset(fresh);
    }
  }
  Chunk& last = at(count_ - 1);
  last.events[last.size++] = event;
  ++size_;
  return true;
}

std::size_t LiveLog::chunkOf(Time from) const noexcept {
  std::size_t low = 0, high = count_;  // the first chunk that begins at or after `from`
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (at(middle).events[0].t < from)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? low - 1 : 0;
}

std::size_t LiveLog::placeIn(const Chunk& chunk, Time from) noexcept {
  const auto begin = chunk.events.begin(), end = begin + static_cast<std::ptrdiff_t>(chunk.size);
  return static_cast<std::size_t>(std::ranges::lower_bound(begin, end, from, {}, &Event::t) -
                                  begin);
}

}  // namespace spk::live
