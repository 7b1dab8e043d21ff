#include "plugins/events/BlockSource.h"

#include <iterator>

namespace spk::events {
namespace {

/// Raw times beyond 126 years either way are no times; less t0 they still fit.
constexpr Time kMostTime = 4'000'000'000'000'000'000;

/// Sound times from ticks to ns; the others go, with their records.
template <class List>
void settleList(List& list, Time tick, Findings& met) {
  const Time most = kMostTime / tick;
  const auto gone =
      std::erase_if(list, [most](const auto& r) { return r.t > most || r.t < -most; });
  met.add("bad_times", static_cast<std::int64_t>(gone),
          "records have times beyond a century and were skipped");
  for (auto& record : list) record.t *= tick;
}

void dropUnsound(EventPacket& events, Time most, const Sensor& sensor, std::uint64_t byte,
                 Findings& met) {
  std::size_t kept = 0;
  std::int64_t badTimes = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.t[i] > most || events.t[i] < -most) {
      ++badTimes;
    } else if (events.x[i] >= sensor.width || events.y[i] >= sensor.height) {
      met.outside(events.x[i], events.y[i], byte);
    } else {
      events.t[kept] = events.t[i];
      events.x[kept] = events.x[i];
      events.y[kept] = events.y[i];
      events.polarity[kept++] = events.polarity[i];
    }
  }
  met.add("bad_times", badTimes, "events have times beyond a century and were skipped");
  events.t.resize(kept), events.x.resize(kept), events.y.resize(kept), events.polarity.resize(kept);
}

/// Times from ticks to ns, backward steps counted. @return the latest
Time settleTimes(std::vector<Time>& t, Time tick, Time& before, Findings& met) {
  Time latest = kNever;
  std::size_t back = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    t[i] *= tick;
    latest = std::max(latest, t[i]);
  }
  for (std::size_t i = 1; i < t.size(); ++i) back += t[i] < t[i - 1];
  if (!t.empty() && t[0] < before) met.stepBack((before - t[0]) / kMicrosecond);
  for (std::size_t i = 1; back && i < t.size(); ++i)
    if (t[i] < t[i - 1]) met.stepBack((t[i - 1] - t[i]) / kMicrosecond), --back;
  if (!t.empty()) before = t.back();
  return latest;
}

template <class T>
T greatest(const std::vector<T>& values) {
  T most = 0;
  for (const T v : values) most = std::max(most, v);
  return most;
}

void settleEvents(EventPacket& events, Time tick, const Sensor& sensor, std::uint64_t byte,
                  Findings& met) {
  const Time most = kMostTime / tick;
  Time low = 0, high = 0;
  for (const Time t : events.t) low = std::min(low, t), high = std::max(high, t);
  if (low < -most || high > most ||
      (!events.empty() &&
       (greatest(events.x) >= sensor.width || greatest(events.y) >= sensor.height)))
    dropUnsound(events, most, sensor, byte, met);
}

std::size_t giveEvents(const EventPacket& from, std::size_t at, std::size_t n, Time t0,
                       EventPacket& out) {
  const auto begin = static_cast<std::ptrdiff_t>(at), end = static_cast<std::ptrdiff_t>(at + n);
  const std::size_t had = out.size();
  out.t.resize(had + n);
  for (std::size_t i = 0; i < n; ++i) out.t[had + i] = from.t[at + i] - t0;
  out.x.insert(out.x.end(), from.x.begin() + begin, from.x.begin() + end);
  out.y.insert(out.y.end(), from.y.begin() + begin, from.y.begin() + end);
  out.polarity.insert(out.polarity.end(), from.polarity.begin() + begin,
                      from.polarity.begin() + end);
  return n;
}

/// How many records from `at` on come before the first one at or after `until`.
template <class TimeAt>
std::size_t countBefore(std::size_t at, std::size_t size, Time until, TimeAt timeAt) {
  std::size_t end = at;
  while (end < size && timeAt(end) < until) ++end;
  return end - at;
}

}  // namespace

Packet packetOf(Stream::Kind kind) {
  switch (kind) {
    case Stream::Kind::Events: return EventPacket();
    case Stream::Kind::Triggers: return TriggerPacket();
    case Stream::Kind::Imu: return ImuPacket();
    case Stream::Kind::Frames: return FramePacket();
    case Stream::Kind::Flow: return FlowPacket();
  }
  return EventPacket();
}

std::size_t BlockRecords::size() const {
  return std::visit([](const auto& held) { return held.size(); }, packet);
}

void BlockRecords::clear() {
  std::visit([](auto& held) { held.clear(); }, packet);
  at = 0;
  latest = kNever;
}

void BlockRecords::settle(Time tick, const Sensor& sensor, std::uint64_t byte, Time& before,
                          Findings& met) {
  if (auto* events = std::get_if<EventPacket>(&packet)) {
    settleEvents(*events, tick, sensor, byte, met);
    latest = settleTimes(events->t, tick, before, met);
    return;
  }
  const auto list = [&](auto& held) {
    settleList(held, tick, met);
    for (const auto& record : held) latest = std::max(latest, record.t);
  };
  if (auto* triggers = std::get_if<TriggerPacket>(&packet)) {
    list(*triggers);
    met.add("triggers", static_cast<std::int64_t>(triggers->size()));
  } else if (auto* imu = std::get_if<ImuPacket>(&packet)) {
    list(*imu);
  } else {
    list(std::get<FramePacket>(packet));
  }
}

std::size_t BlockRecords::give(Time until, std::size_t most, Time t0, Packet& out) {
  const std::size_t end = std::min(size(), at + most);
  std::size_t n = end - at;
  if (const auto* events = std::get_if<EventPacket>(&packet)) {
    if (latest >= until)
      n = countBefore(at, end, until, [&](std::size_t i) { return events->t[i]; });
    giveEvents(*events, at, n, t0, std::get<EventPacket>(out));
  } else {
    std::visit(
        [&](auto& to) {
          using List = std::decay_t<decltype(to)>;
          if constexpr (!std::is_same_v<List, EventPacket>) {
            const List& from = std::get<List>(packet);
            n = countBefore(at, end, until, [&](std::size_t i) { return from[i].t; });
            for (std::size_t i = at; i < at + n; ++i) {
              to.push_back(from[i]);
              to.back().t -= t0;
            }
          }
        },
        out);
  }
  at += n;
  return n;
}

bool BlockRecords::seek(Time t) {
  at = std::visit(
      [t](const auto& held) {
        using List = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<List, EventPacket>)
          return countBefore(0, held.size(), t, [&](std::size_t i) { return held.t[i]; });
        else
          return countBefore(0, held.size(), t, [&](std::size_t i) { return held[i].t; });
      },
      packet);
  return at < size();
}

Time BlockRecords::first() const {
  return std::visit(
      [](const auto& held) {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, EventPacket>)
          return held.t.front();
        else
          return held.front().t;
      },
      packet);
}

void Extent::cover(const Packet& packet) {
  const auto& events = std::get<EventPacket>(packet);
  if (events.empty()) return;
  width = std::max(width, greatest(events.x) + 1);
  height = std::max(height, greatest(events.y) + 1);
}

Note extentNote(const Sensor& sensor) {
  return {Note::Level::Warning, "the file does not say how large the sensor is; " +
                                    std::to_string(sensor.width) + "×" +
                                    std::to_string(sensor.height) +
                                    " holds every event. Set width and height if it is larger"};
}

Result<Sensor> sensorFrom(const Values& options, Sensor known) {
  const auto width = integerOr(options, "width", 0), height = integerOr(options, "height", 0);
  if ((width > 0) != (height > 0) || width < 0 || height < 0 || width > 65536 || height > 65536)
    return Error{"width and height are needed together, each 1 to 65536 px", "width"};
  if (width == 0) return known;
  return Sensor{static_cast<int>(width), static_cast<int>(height), "option"};
}

}  // namespace spk::events
