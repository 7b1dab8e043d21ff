#include "plugins/live/LiveSource.h"

#include <algorithm>
#include <chrono>

namespace spk::live {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kAgain = 200ms;  // between two attempts to open

std::int64_t nowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::string counted(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3 + (number < 0);) text.insert(at -= 3, ",");
  return text;
}

LiveSource::LiveSource(std::unique_ptr<Ear> ear, const Sensor& sensor, std::size_t capacity,
                       std::function<void()> spare)
    : ear_(std::move(ear)),
      stream_{Stream::Kind::Events, "live", sensor},
      queue_(capacity),
      spare_(std::move(spare)),
      where_(ear_->where()),
      thread_([this] { work(); }) {}

LiveSource::~LiveSource() {
  stop_.store(true);
  thread_.join();
}

void LiveSource::work() {
  std::vector<Event> events;
  Met met;
  auto next = Clock::now();
  while (!stop_.load(std::memory_order_relaxed)) {
    if (spare_) spare_();
    if (!ear_->isOpen()) {
      if (Clock::now() < next) {
        std::this_thread::sleep_for(5ms);
        continue;
      }
      next = Clock::now() + kAgain;
      const auto opened = ear_->open();
      const std::lock_guard lock(saying_);
      const std::string trouble = opened ? std::string() : opened.error().what;
      if (open_ != ear_->isOpen() || trouble != trouble_) version_.fetch_add(1);
      open_ = ear_->isOpen();
      trouble_ = trouble;
      continue;
    }
    events.clear();
    ear_->hear(events, met);
    if (!events.empty()) queue_.push(events, nowNs());
    tell(met);
  }
}

void LiveSource::tell(const Met& met) {
  const std::lock_guard lock(saying_);
  const std::int64_t missed = ear_->missed();
  if (met == met_ && open_ == ear_->isOpen() && missed == missed_) return;
  met_ = met;
  missed_ = missed;
  open_ = ear_->isOpen();
  version_.fetch_add(1);
}

Met LiveSource::met() const {
  const std::lock_guard lock(saying_);
  return met_;
}

Result<EventSource::More> LiveSource::read(std::size_t stream, Packet& out, Time) {
  if (stream != 0) return Error{"has one stream", "stream " + std::to_string(stream)};
  if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
  taken_.clear();
  taken_.reserve(kPacketMost);
  queue_.take(taken_);
  for (LiveEvent& live : taken_) {
    if (live.event.t == kUntimed) live.event.t = live.heard;
    std::get<EventPacket>(out).add(live.event);
  }
  return taken_.size() == taken_.capacity() ? More::Full : More::Yes;
}

Notes LiveSource::notes() const {
  const std::lock_guard lock(saying_);
  Notes notes;
  const auto say = [&](Note::Level level, std::string text) {
    notes.push_back({level, std::move(text)});
  };
  const auto warn = [&](std::int64_t count, const char* words) {
    if (count > 0) say(Note::Level::Warning, counted(count) + words);
  };
  if (!trouble_.empty())
    say(Note::Level::Warning, where_ + ": " + trouble_ + "; it is tried again until it works");
  if (open_ || met_.datagrams > 0)
    say(Note::Level::Info, "listens to " + where_ + ": " + counted(met_.events) + " events in " +
                               counted(met_.datagrams) +
                               (where_.starts_with("UDP") ? " datagrams" : " pieces"));
  warn(met_.lost, " datagrams were lost on the way, as their numbers say");
  warn(met_.reordered, " datagrams came after a later one; their events were sorted in");
  warn(met_.malformed, " datagrams were malformed and not used");
  warn(met_.outside, " events lie beyond the sensor and were not used; see width and height");
  warn(missed_, " datagrams were lost by the system, as they came faster than they could be taken");
  warn(queue_.dropped(),
       " events were dropped, the oldest first: they came faster than the simulation took them");
  return notes;
}

const std::map<std::string, std::int64_t>& LiveSource::counters() const {
  const std::lock_guard lock(saying_);
  counters_ = {
      {"datagrams", met_.datagrams}, {"events", met_.events},       {"lost", met_.lost},
      {"reordered", met_.reordered}, {"malformed", met_.malformed}, {"out_of_bounds", met_.outside},
      {"other", met_.other},         {"dropped", queue_.dropped()}, {"missed", missed_}};
  return counters_;
}

}  // namespace spk::live
