#include "panels/cloud/SelectedEvents.h"

#include <algorithm>

namespace spk::panels::cloud {

SelectedEvents::SelectedEvents(Sensor sensor, Time t0, std::vector<Event> events)
    : streams_{{Stream::Kind::Events, "events", std::move(sensor)}},
      t0_(t0),
      events_(std::move(events)) {}

Result<EventSource::More> SelectedEvents::read(std::size_t, Packet& out, Time until) {
  if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
  auto& packet = std::get<EventPacket>(out);
  for (std::size_t given = 0; next_ < events_.size(); ++next_, ++given) {
    if (events_[next_].t >= until) return More::Yes;
    if (given == kPacketMost) return More::Full;
    packet.add(events_[next_]);
  }
  return More::End;
}

Result<void> SelectedEvents::seek(Time t) {
  next_ = static_cast<std::size_t>(std::ranges::lower_bound(events_, t, {}, &Event::t) -
                                   events_.begin());
  return {};
}

std::vector<const FileFormat*> writers(std::span<const FileFormat> formats) {
  std::vector<const FileFormat*> found;
  for (const FileFormat& format : formats)
    if (format.write && format.holds == Stream::Kind::Events) found.push_back(&format);
  return found;
}

std::string endingOf(const FileFormat& format) {
  return format.endings.substr(0, format.endings.find(' '));
}

}  // namespace spk::panels::cloud
