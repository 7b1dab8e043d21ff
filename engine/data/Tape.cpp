#include "engine/data/Tape.h"

#include <algorithm>
#include <ranges>
#include <type_traits>
#include <utility>

namespace spk {
namespace {

constexpr std::size_t kChunkItems = 65536;

/// A chunk spans at most this share of the tape's time, so that sparse tapes forget in time.
constexpr Time kChunksPerSpan = 16;

template <class T>
auto firstAtOrAfter(const std::vector<T>& items, Time t) {
  return std::ranges::lower_bound(items, t, {}, &T::t);
}

/// Spikes, samples and counts bear the end of the step that made them, and so belong to the run
/// before t; events, flow, pictures and marks the time at which they begin to act.
template <class T>
constexpr bool kEndsAtT =
    std::is_same_v<T, Spike> || std::is_same_v<T, Sample> || std::is_same_v<T, Count>;

template <class T>
auto firstMadeFrom(const std::vector<T>& items, Time t) {
  return firstAtOrAfter(items, kEndsAtT<T> ? t + 1 : t);
}

/// Trimming takes whole chunks, so a chunk of pictures is a few of them.
template <class T>
constexpr std::size_t kMostItems = std::is_same_v<T, Frame> ? 16 : kChunkItems;

template <class T>
std::size_t bytesOf(std::span<const T> items) {
  std::size_t bytes = items.size() * sizeof(T);
  if constexpr (std::is_same_v<T, Frame>)
    for (const Frame& frame : items) bytes += frame.grey.size();
  return bytes;
}
template <class Chunk>
std::size_t bytesOf(const Chunk& chunk) {
  return std::visit([]<class T>(const std::vector<T>& items) { return bytesOf(std::span(items)); },
                    chunk);
}

}  // namespace

template <class T>
void Tape::append(std::span<const T> items) {
  while (!items.empty()) {
    // One run in order of time; a step back (a rewind on its way through the ring) begins the next.
    const auto back =
        std::ranges::adjacent_find(items, [](const T& a, const T& b) { return b.t < a.t; });
    const std::size_t run = back == items.end() ? items.size() : back - items.begin() + 1;
    if (const Time t = items.front().t; t < end_) cut(kEndsAtT<T> ? t - 1 : t);
    appendRun(items.first(run));
    items = items.subspan(run);
  }
}

template <class T>
void Tape::appendRun(std::span<const T> items) {
  while (!items.empty()) {
    auto* last = chunks_.empty() ? nullptr : std::get_if<std::vector<T>>(&chunks_.back());
    const bool full = !last || last->size() >= kMostItems<T> ||
                      items.front().t - last->front().t > span_ / kChunksPerSpan;
    if (full) last = &std::get<std::vector<T>>(chunks_.emplace_back(std::vector<T>{}));
    const Time chunkEnd =
        (last->empty() ? items.front().t : last->front().t) + span_ / kChunksPerSpan;
    std::size_t taken = std::min(items.size(), kMostItems<T> - last->size());
    const auto fits = std::ranges::upper_bound(items.first(taken), chunkEnd, {}, &T::t);
    taken = std::max<std::size_t>(1, fits - items.begin());
    last->insert(last->end(), items.begin(), items.begin() + taken);
    held_ += bytesOf(items.first(taken));
    end_ = last->back().t;
    items = items.subspan(taken);
  }
  ++version_;
  trim();
}

void Tape::cut(Time t) {
  if (t >= end_) return;
  std::deque<Chunk> gone = dropFrom(t);
  const Time end = std::exchange(end_, t);
  ++version_;
  if (gone.empty()) return;
  for (const Chunk& chunk : gone) held_ -= bytesOf(chunk);
  ++cuts_;
  leave(std::move(gone), t, end);
}

/// Keeps what was cut off as the run that was left; what was left before follows it if that run is
/// the same one as far as both go.
void Tape::leave(std::deque<Chunk> gone, Time from, Time end) {
  auto next = std::make_unique<Tape>(span_, bytes_);
  next->chunks_ = std::move(gone);
  next->from_ = from;
  next->end_ = end;
  if (left_ && left_->from_ <= end && left_->end_ >= end && left_->isSame(*next, end)) {
    next->dropFrom(left_->from_);
    next->from_ = std::min(from, left_->from_);
    for (Chunk& chunk : left_->chunks_) next->chunks_.push_back(std::move(chunk));
    next->end_ = left_->end_;
  }
  next->cuts_ = cuts_;  // never that of another: a panel sees that it has to paint afresh
  next->version_ = version_;
  left_ = std::move(next);
}

/// Takes out and gives all that the run made from t on.
std::deque<Tape::Chunk> Tape::dropFrom(Time t) {
  std::deque<Chunk> gone;
  while (!chunks_.empty()) {
    const bool empty = std::visit(
        [&](auto& chunk) {
          const auto from = firstMadeFrom(chunk, t);
          if (from != chunk.end())
            gone.emplace_front(std::remove_cvref_t<decltype(chunk)>(from, chunk.cend()));
          chunk.erase(from, chunk.end());
          return chunk.empty();
        },
        chunks_.back());
    if (!empty) break;
    chunks_.pop_back();
  }
  return gone;
}

/// Whether both hold the same from where both have begun until `to`.
bool Tape::isSame(const Tape& other, Time to) const {
  if (chunks_.empty() || other.chunks_.empty()) return chunks_.empty() == other.chunks_.empty();
  return std::visit(
      [&]<class T>(const std::vector<T>&) {
        const Time shift = kEndsAtT<T> ? 1 : 0;
        const Time first = std::max(from_, other.from_) + shift, last = to + shift;
        std::vector<std::span<const T>> mine, others;
        visit<T>(first, last, [&](std::span<const T> chunk) { mine.push_back(chunk); });
        other.visit<T>(first, last, [&](std::span<const T> chunk) { others.push_back(chunk); });
        return std::ranges::equal(mine | std::views::join, others | std::views::join);
      },
      chunks_.front());
}

void Tape::clear() {
  cuts_ += !chunks_.empty();
  chunks_.clear();
  left_.reset();
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
    const Time last = std::visit([](const auto& chunk) { return chunk.back().t; }, chunks_.front());
    if (held_ <= bytes_ && last >= end_ - span_) break;
    held_ -= bytesOf(chunks_.front());
    chunks_.pop_front();
  }
  if (left_ && left_->end_ < begin()) left_.reset();
}

#define SPK_TAPE_OF(T)                               \
  template void Tape::append<T>(std::span<const T>); \
  template void Tape::visit<T>(Time, Time, const std::function<void(std::span<const T>)>&) const;
SPK_TAPE_OF(Spike)
SPK_TAPE_OF(Sample)
SPK_TAPE_OF(Event)
SPK_TAPE_OF(Flow)
SPK_TAPE_OF(Frame)
SPK_TAPE_OF(Count)
SPK_TAPE_OF(Mark)
#undef SPK_TAPE_OF

}  // namespace spk
