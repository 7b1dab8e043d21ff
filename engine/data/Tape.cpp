#include "engine/data/Tape.h"

#include <algorithm>

namespace spk {
namespace {

constexpr std::size_t kChunkItems = 65536;

/// A chunk spans at most this share of the tape's time, so that sparse tapes forget in time.
constexpr Time kChunksPerSpan = 16;

template <class T>
auto firstAtOrAfter(const std::vector<T>& items, Time t) {
  return std::ranges::lower_bound(items, t, {}, &T::t);
}

}  // namespace

template <class T>
void Tape::append(std::span<const T> items) {
  while (!items.empty()) {
    // One run in order of time; a step back (a rewind on its way through the ring) begins the next.
    const auto back =
        std::ranges::adjacent_find(items, [](const T& a, const T& b) { return b.t < a.t; });
    const std::size_t run = back == items.end() ? items.size() : back - items.begin() + 1;
    if (items.front().t < end_) cut(items.front().t);
    appendRun(items.first(run));
    items = items.subspan(run);
  }
}

template <class T>
void Tape::appendRun(std::span<const T> items) {
  while (!items.empty()) {
    auto* last = chunks_.empty() ? nullptr : std::get_if<std::vector<T>>(&chunks_.back());
    const bool full = !last || last->size() >= kChunkItems ||
                      items.front().t - last->front().t > span_ / kChunksPerSpan;
    if (full) last = &std::get<std::vector<T>>(chunks_.emplace_back(std::vector<T>{}));
    const Time chunkEnd =
        (last->empty() ? items.front().t : last->front().t) + span_ / kChunksPerSpan;
    std::size_t taken = std::min(items.size(), kChunkItems - last->size());
    const auto fits = std::ranges::upper_bound(items.first(taken), chunkEnd, {}, &T::t);
    taken = std::max<std::size_t>(1, fits - items.begin());
    last->insert(last->end(), items.begin(), items.begin() + taken);
    held_ += taken * sizeof(T);
    end_ = last->back().t;
    items = items.subspan(taken);
  }
  ++version_;
  trim();
}

void Tape::cut(Time t) {
  if (t >= end_) return;
  bool dropped = false;
  while (!chunks_.empty()) {
    const bool empty = std::visit(
        [&](auto& chunk) {
          const auto from = firstAtOrAfter(chunk, t);
          held_ -= static_cast<std::size_t>(chunk.end() - from) * sizeof(*from);
          dropped = dropped || from != chunk.end();
          chunk.erase(from, chunk.end());
          return chunk.empty();
        },
        chunks_.back());
    if (!empty) break;
    chunks_.pop_back();
  }
  end_ = t;
  ++version_;
  if (dropped) ++cuts_;
}

void Tape::clear() {
  cuts_ += !chunks_.empty();
  chunks_.clear();
  held_ = 0;
  end_ = 0;
  ++version_;
}

Time Tape::begin() const {
  if (chunks_.empty()) return end_;
  return std::visit([](const auto& chunk) { return chunk.front().t; }, chunks_.front());
}

template <class T>
void Tape::visit(Time from, Time to, const std::function<void(std::span<const T>)>& chunk) const {
  // The first chunk whose last item is not before `from`.
  auto at = std::ranges::partition_point(chunks_, [&](const Chunk& c) {
    return std::visit([&](const auto& items) { return items.back().t < from; }, c);
  });
  for (; at != chunks_.end(); ++at) {
    const auto* items = std::get_if<std::vector<T>>(&*at);
    if (!items) continue;
    if (items->front().t >= to) return;
    const auto first = firstAtOrAfter(*items, from), last = firstAtOrAfter(*items, to);
    if (first != last) chunk({first, last});
  }
}

void Tape::trim() {
  while (chunks_.size() > 1) {
    const auto [bytes, last] = std::visit(
        [](const auto& chunk) {
          return std::pair(chunk.size() * sizeof(chunk.front()), chunk.back().t);
        },
        chunks_.front());
    if (held_ <= bytes_ && last >= end_ - span_) return;
    held_ -= bytes;
    chunks_.pop_front();
  }
}

#define SPK_TAPE_OF(T)                               \
  template void Tape::append<T>(std::span<const T>); \
  template void Tape::visit<T>(Time, Time, const std::function<void(std::span<const T>)>&) const;
SPK_TAPE_OF(Spike)
SPK_TAPE_OF(Sample)
SPK_TAPE_OF(Event)
SPK_TAPE_OF(Flow)
SPK_TAPE_OF(Count)
SPK_TAPE_OF(Mark)
#undef SPK_TAPE_OF

}  // namespace spk
