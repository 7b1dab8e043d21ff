#include "app/Tapes.h"

#include <array>

namespace spk {
namespace {

// Two probes that belong to no item; ids of items never come near.
constexpr Id kCounts{~std::uint64_t{0}}, kMarks{~std::uint64_t{0} - 1};
constexpr std::size_t kCountBytes = std::size_t{1} << 20;
constexpr Time kSpan = 60 * kSecond;
/// Eight million events: two seconds of the fastest stream that a view is given.
constexpr std::size_t kStreamBytes = std::size_t{128} << 20;

bool same(const Watch& a, const Watch& b) {
  return a.signal == b.signal && a.probe.what == b.probe.what &&
         a.probe.neurons == b.probe.neurons && a.probe.every == b.probe.every;
}

/// Everything that lies in the ring, handed on in pieces. @return whether there was anything
template <class T, class Take>
bool popAll(Ring<T>& ring, const Take& take) {
  static thread_local std::vector<T> piece(8192);
  bool any = false;
  // No more than what fits: a writer that is faster than we are must not hold us here.
  for (std::size_t left = ring.capacity(); left > 0;) {
    const std::size_t count = ring.pop(piece);
    if (count == 0) break;
    take(std::span<const T>(piece.data(), count));
    any = true;
    if (count < piece.size()) break;
    left -= std::min(left, count);
  }
  return any;
}

}  // namespace

Tapes::Tapes(Runner& runner) : runner_(runner) {
  (void)runner_.attach({kCounts, {Id::none, "counts"}});
  (void)runner_.attach({kMarks, {Id::none, "marks"}});
}

void Tapes::watch(const Project& project, const Registry& registry) {
  std::map<Id, Watched> next;
  for (Watch& wanted : watches(project, registry)) {
    const auto old = watched_.find(wanted.probe.id);
    if (old != watched_.end() && same(old->second.watch, wanted)) {
      next.insert(watched_.extract(old));
      continue;
    }
    if (old != watched_.end()) {
      runner_.detach(wanted.probe.id);
      watched_.erase(old);
    }
    if (!runner_.attach(wanted.probe, wanted.signal)) continue;
    const Id id = wanted.probe.id;
    const bool busy = wanted.signal == Signal::Events || wanted.signal == Signal::Flow ||
                      wanted.signal == Signal::Frames;
    next[id] = {std::move(wanted),
                busy ? std::make_unique<Tape>(kSpan, kStreamBytes) : std::make_unique<Tape>()};
  }
  for (const auto& [id, gone] : watched_) runner_.detach(id);
  watched_ = std::move(next);
  std::erase_if(counts_, [&](const auto& entry) { return !project.find(entry.first); });
  ++version_;
}

void Tapes::drainCounts() {
  if (Channel* channel = runner_.channel(kMarks))
    if (auto* ring = std::get_if<Ring<Mark>>(channel))
      if (popAll(*ring, [&](std::span<const Mark> marks) { marks_.append(marks); })) ++version_;
  Channel* channel = runner_.channel(kCounts);
  auto* ring = channel ? std::get_if<Ring<Count>>(channel) : nullptr;
  if (!ring) return;
  std::map<Id, std::vector<Count>> sorted;
  popAll(*ring, [&](std::span<const Count> counts) {
    for (const Count& count : counts) sorted[count.item].push_back(count);
  });
  for (const auto& [item, counts] : sorted) {
    auto& tape = counts_[item];
    if (!tape) tape = std::make_unique<Tape>(kSpan, kCountBytes);
    tape->append(std::span<const Count>(counts));
    ++version_;
  }
}

void Tapes::drain(const RunStatus& status) {
  for (auto& [id, watched] : watched_) {
    Channel* channel = runner_.channel(id);
    if (!channel) continue;
    std::visit(
        [&](auto& ring) {
          if (popAll(ring, [&](auto items) { watched.tape->append(items); })) ++version_;
        },
        *channel);
  }
  drainCounts();
  const Time before = now_;
  now_ = status.now;
  if (now_ < before) settling_ = 3;
  if (settling_ > 0) {
    --settling_;
    // While it runs, a little beyond `now` is right already.
    cut(now_, status.state == RunStatus::State::Running ? 200 * kMillisecond : 0);
  }
  if (now_ == before) return;
  ++version_;
  for (auto& [id, watched] : watched_) watched.tape->advance(now_);
  for (auto& [id, tape] : counts_) tape->advance(now_);
  marks_.advance(now_);
}

void Tapes::cut(Time t, Time slack) {
  const auto trim = [&](Tape& tape) {
    if (tape.end() > t + slack) tape.cut(t), ++version_;
  };
  for (auto& [id, watched] : watched_) trim(*watched.tape);
  for (auto& [id, tape] : counts_) trim(*tape);
  trim(marks_);
}

const Tape* Tapes::find(Id probe) const {
  if (probe == Id::settings) return &marks_;
  if (const auto found = watched_.find(probe); found != watched_.end())
    return found->second.tape.get();
  const auto found = counts_.find(probe);
  return found == counts_.end() ? nullptr : found->second.get();
}

}  // namespace spk
