#include "plugins/live/LiveInput.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>

namespace spk::live {
namespace {

/// Off the clock by more than that, a sender's times are shifted anew.
constexpr Time kBehind = 100 * kMillisecond, kAhead = 100 * kMillisecond;
constexpr std::int64_t kSayEvery = 250 * kMillisecond;  // of the machine's clock

std::int64_t nowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

LiveInput::LiveInput(std::unique_ptr<Ear> ear, const Sensor& sensor, std::size_t capacity)
    : source_(std::move(ear), sensor, capacity, [this] { log_.refill(); }) {
  pending_.reserve(2 * source_.capacity());
}

bool LiveInput::claim(const void* who) noexcept {
  const void* nobody = nullptr;
  return who_.compare_exchange_strong(nobody, who) || nobody == who;
}

void LiveInput::release(const void* who) noexcept { who_.compare_exchange_strong(who, nullptr); }

void LiveInput::run(Time begin, Time end, const LiveClock& clock, Out<Event> out) noexcept {
  heard_ = 0;
  if (begin < log_.end()) {
    beforeLog_ |= begin < log_.begin();
    log_.replay(begin, std::min(end, log_.end()), [&](const Event& event) { out.add(event); });
    begin = log_.end();
  }
  if (begin < end) {
    arrive(begin, end, clock);
    give(end, out);
    log_.close(end);
  }
  settle();
}

/// Takes what has come and puts it on the clock; nothing lies before `begin`.
void LiveInput::arrive(Time begin, Time end, const LiveClock& clock) noexcept {
  const std::size_t before = pending_.size();
  source_.take(pending_);
  bool sorted = true;
  for (std::size_t i = before; i < pending_.size(); ++i) {
    Time& t = pending_[i].event.t;
    t = clock.sender && t != kUntimed ? placed(t, begin, end, clock) : begin;
    sorted = sorted && (i == 0 || pending_[i - 1].event.t <= t);
  }
  if (!sorted)
    std::ranges::sort(pending_, [](const LiveEvent& a, const LiveEvent& b) {
      return a.event.t != b.event.t ? a.event.t < b.event.t : a.heard < b.heard;
    });
}

Time LiveInput::placed(Time sender, Time begin, Time end, const LiveClock& clock) noexcept {
  const auto anchor = [&] { shift_ = begin + clock.buffer - sender; };
  if (!anchored_) {
    anchored_ = true;
    anchor();
  }
  const Time t = sender + shift_;
  if (t < begin - kBehind || t > end + clock.buffer + kAhead) {
    ++anchors_;
    anchor();
    return begin + clock.buffer;
  }
  if (t >= begin) return t;
  ++late_;
  return begin;
}

void LiveInput::give(Time end, Out<Event>& out) noexcept {
  std::size_t count = 0;
  for (; count < pending_.size() && pending_[count].event.t < end; ++count) {
    const LiveEvent& live = pending_[count];
    out.add(live.event);
    if (!log_.add(live.event)) ++unkept_;
    heard_ = heard_ == 0 ? live.heard : std::min(heard_, live.heard);
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
}

/// What there is to say has changed, but people read slowly.
void LiveInput::settle() noexcept {
  const std::int64_t now = nowNs();
  if (heard_) worst_ = std::max(worst_, now - heard_);
  if (now - saidAt_ < kSayEvery) return;
  if (source_.version() == sourceSeen_ && worst_ == 0) return;
  sourceSeen_ = source_.version();
  saidAt_ = now;
  if (worst_ > 0) shownWorst_ = worst_;
  worst_ = 0;
  ++version_;
}

Notes LiveInput::notes() const {
  Notes notes = source_.notes();
  const auto say = [&](Note::Level level, std::string text) {
    notes.push_back({level, std::move(text)});
  };
  if (shownWorst_ > 0)
    say(Note::Level::Info, "latency " +
                               numberText(static_cast<double>(shownWorst_ / 10'000) / 100) +
                               " ms from a datagram to the network, at worst lately");
  if (late_ > 0)
    say(Note::Level::Info, counted(late_) +
                               " events came later than the buffer allows and entered when they "
                               "came; a longer one keeps their times");
  if (anchors_ > 0)
    say(Note::Level::Info, "the sender's clock and the simulation's were " + counted(anchors_) +
                               " times more than 100 ms apart; times were shifted anew");
  if (unkept_ > 0)
    say(Note::Level::Warning,
        counted(unkept_) + " events could not be kept and will be missing after a rewind");
  if (beforeLog_)
    say(Note::Level::Warning, "only the last 67 million events are kept; what came before " +
                                  timeText(log_.begin()) + " is missing in a rewound run");
  return notes;
}

std::shared_ptr<LiveInput> sharedInput(const std::string& name,
                                       const std::function<std::shared_ptr<LiveInput>()>& make) {
  // Ports belong to the process, not to a network or a project; so does the list of those that are
  // listened to. It holds nobody alive.
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<LiveInput>> inputs;
  const std::lock_guard lock(mutex);
  std::erase_if(inputs, [](const auto& entry) { return entry.second.expired(); });
  if (auto known = inputs[name].lock()) return known;
  auto made = make();
  inputs[name] = made;
  return made;
}

}  // namespace spk::live
