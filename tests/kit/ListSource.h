#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "engine/data/EventSource.h"

namespace spk::kit {

/// Events and triggers of a test as a source, so that they can be written.
class ListSource final : public EventSource {
 public:
  /// @param t0  raw time of the first event; the events' own times count from it
  ListSource(Sensor sensor, Time t0, std::vector<Event> events, TriggerPacket triggers = {})
      : t0_(t0), events_(std::move(events)), triggers_(std::move(triggers)) {
    streams_ = {{Stream::Kind::Events, "events", sensor},
                {Stream::Kind::Triggers, "triggers", sensor}};
  }

  /// Adds what an inertial unit measured and pictures, as two more streams.
  void add(ImuPacket imu, FramePacket frames) {
    imu_ = std::move(imu);
    frames_ = std::move(frames);
    streams_.push_back({Stream::Kind::Imu, "imu", streams_[0].sensor});
    streams_.push_back({Stream::Kind::Frames, "frames", streams_[0].sensor});
  }

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_; }
  bool live() const override { return false; }
  Notes notes() const override { return {}; }
  const std::map<std::string, std::int64_t>& counters() const override { return counters_; }

  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream == 1) return giveList(triggers_, nextTrigger_, until, out);
    if (stream == 2) return giveList(imu_, nextImu_, until, out);
    if (stream == 3) return giveList(frames_, nextFrame_, until, out);
    if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
    return give(events_, nextEvent_, until,
                [&](const Event& e) { std::get<EventPacket>(out).add(e); });
  }
  Result<void> seek(Time t) override {
    const auto at = [t](const auto& list) {
      return static_cast<std::size_t>(
          std::ranges::find_if(list, [t](const auto& item) { return item.t >= t; }) - list.begin());
    };
    nextEvent_ = at(events_);
    nextTrigger_ = at(triggers_);
    nextImu_ = at(imu_);
    nextFrame_ = at(frames_);
    return {};
  }

 private:
  template <class T>
  static More giveList(const std::vector<T>& list, std::size_t& next, Time until, Packet& out) {
    using List = std::vector<T>;
    if (!std::holds_alternative<List>(out)) out = List();
    return give(list, next, until, [&](const T& item) { std::get<List>(out).push_back(item); });
  }
  template <class T, class Take>
  static More give(const std::vector<T>& list, std::size_t& next, Time until, Take take) {
    for (std::size_t given = 0; next < list.size(); ++next, ++given) {
      if (list[next].t >= until) return More::Yes;
      if (given == kPacketMost) return More::Full;
      take(list[next]);
    }
    return More::End;
  }

  Time t0_;
  std::vector<Event> events_;
  TriggerPacket triggers_;
  ImuPacket imu_;
  FramePacket frames_;
  std::vector<Stream> streams_;
  std::size_t nextEvent_ = 0, nextTrigger_ = 0, nextImu_ = 0, nextFrame_ = 0;
  std::map<std::string, std::int64_t> counters_;
};

}  // namespace spk::kit
