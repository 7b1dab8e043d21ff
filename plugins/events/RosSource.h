#pragma once
#include <string>
#include <utility>
#include <vector>

#include "plugins/events/BlockSource.h"
#include "plugins/events/RosMessages.h"

namespace spk::events {

/// A topic of a recording whose messages are read.
struct RosTopic {
  std::uint32_t number = 0;  ///< as the file numbers it
  std::string name;
  RosType type = RosType::EventArray;
  RosLayout layout = RosLayout::Packed;
};

/// A step through a file: to a message, to the end of a stretch that held none, or to the file's
/// end.
struct RosStep {
  bool more = false;
  std::optional<std::span<const std::byte>> message = {};  ///< good until the next step
};

/// A file of messages as blocks of records: one message each.
/// @tparam File  can be copied; has Place with `at`, size(), begin() and next(place, topic, counts,
/// findings): a step to the next message of that topic; with `counts` it books what belongs to no
/// topic
template <class File>
struct RosDecoder {
  struct Place {
    std::uint64_t at = 0;
    typename File::Place file = {};
    RosState state = {};
  };
  struct Part {
    RosTopic topic;
    Sensor sensor;
  };
  static constexpr Time kTick = 1;

  File file;
  std::vector<Part> parts = {};
  RosMessages messages = {};

  explicit RosDecoder(File from) : file(std::move(from)) {}
  RosDecoder(const RosDecoder& other) : file(other.file), parts(other.parts) {}

  std::uint64_t bytes() const { return file.size(); }
  Place begin(std::size_t) const {
    Place place;
    place.file = file.begin();
    place.at = place.file.at;
    return place;
  }
  Result<bool> next(std::size_t stream, Place& place, Packet& out, Findings& met) {
    const Part& part = parts[stream];
    TRY(const RosStep step, file.next(place.file, part.topic.number, stream == 0, met));
    if (!step.more) return false;
    if (step.message)
      messages.decode(part.topic.type, part.topic.layout, *step.message, part.sensor, place.at,
                      place.state, out, met);
    place.at = place.file.at;
    return true;
  }
};

/// The topics of events first, in the order of their names, then all else.
template <class File>
Result<Opened> openRos(File file, std::vector<RosTopic> topics, const Values& options, Notes notes,
                       const std::string& where) {
  const std::string wanted = textOr(options, "topic", "");
  std::ranges::stable_sort(topics, [&](const RosTopic& a, const RosTopic& b) {
    return std::pair(a.name != wanted, a.name) < std::pair(b.name != wanted, b.name);
  });
  RosDecoder<File> decoder(file);
  std::vector<Stream> streams;
  for (const auto kind :
       {Stream::Kind::Events, Stream::Kind::Triggers, Stream::Kind::Imu, Stream::Kind::Frames})
    for (const RosTopic& topic : topics) {
      const auto kinds = rosKinds(topic.type);
      if (std::ranges::count(kinds, kind) == 0) continue;
      Findings unused;
      auto place = file.begin();
      RosStep step{true};
      while (step.more && !step.message) {
        TRY(step, file.next(place, topic.number, false, unused));
      }
      if (!step.message) continue;  // announced, and never sent
      Sensor sensor = rosSensor(topic.type, topic.layout, *step.message).value_or(Sensor());
      if (kind == Stream::Kind::Events) {
        TRY(sensor, sensorFrom(options, sensor));
      }
      streams.push_back(
          {kind, topic.name + (kind == Stream::Kind::Triggers ? " triggers" : ""), sensor});
      if (sensor.width == 0) sensor = {65536, 65536, ""};  // is measured
      decoder.parts.push_back({topic, sensor});
    }
  if (streams.empty() || streams[0].kind != Stream::Kind::Events)
    return Error{
        "it holds no messages of events (dvs_msgs/EventArray, event_camera_msgs/EventPacket)",
        where};
  if (!wanted.empty() && streams[0].name != wanted)
    return Error{"there are no events on topic \"" + wanted + "\"; the first is " + streams[0].name,
                 "topic"};
  if (std::ranges::count(streams, Stream::Kind::Events, &Stream::kind) > 1)
    notes.push_back({Note::Level::Info, "it holds several topics of events; " + streams[0].name +
                                            " is played. Set the option topic for another"});
  return BlockSource<RosDecoder<File>>::open(std::move(decoder), std::move(streams),
                                             std::move(notes));
}

/// Options of all recordings of ROS.
inline std::vector<Parameter> rosOptions(std::vector<Parameter> options) {
  options.push_back({.name = "topic",
                     .kind = Kind::Text,
                     .initial = std::string(),
                     .doc = "Topic of the events to play; empty: the first",
                     .live = false});
  return options;
}

}  // namespace spk::events
