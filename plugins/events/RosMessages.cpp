#include "plugins/events/RosMessages.h"

#include <algorithm>
#include <array>

#include "plugins/events/grey.h"
#include "plugins/events/loads.h"

namespace spk::events {
namespace {

constexpr std::int64_t kMostNs = 4'000'000'000'000'000'000;
constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::max();  ///< is skipped later

/// Takes the fields of a message one after the other; past its end it gives zeros and is `bad`.
class Fields {
 public:
  Fields(RosLayout layout, std::span<const std::byte> message)
      : bytes_(message), aligned_(layout == RosLayout::Cdr) {
    if (!aligned_) return;
    // Its first four bytes say the kind of CDR: only plain and little-endian ones are known.
    bad = bytes_.size() < 4 || bytes_[0] != std::byte{0} || bytes_[1] != std::byte{1};
    if (!bad) bytes_ = bytes_.subspan(4);
  }

  template <class T>
  T take() {
    if (aligned_) at_ = (at_ + sizeof(T) - 1) / sizeof(T) * sizeof(T);
    if (bad || at_ + sizeof(T) > bytes_.size()) return bad = true, T{};
    const T value = little<T>(bytes_, at_);
    at_ += sizeof(T);
    return value;
  }
  std::span<const std::byte> list(std::size_t count, std::size_t size = 1) {
    if (bad || count > (bytes_.size() - at_) / size)
      return bad = true, std::span<const std::byte>();
    const auto taken = bytes_.subspan(at_, count * size);
    at_ += count * size;
    return taken;
  }
  std::span<const std::byte> counted() { return list(take<std::uint32_t>()); }
  std::string_view text() {
    std::string_view letters = textOf(counted());
    if (aligned_ && letters.ends_with('\0')) letters.remove_suffix(1);
    return letters;
  }
  /// Seconds and nanoseconds; beyond a century as good as none.
  std::int64_t time() {
    const std::int64_t seconds = aligned_ ? take<std::int32_t>() : take<std::uint32_t>();
    return seconds * 1'000'000'000 + take<std::uint32_t>();
  }
  /// std_msgs/Header. @return its time
  std::int64_t header() {
    if (!aligned_) take<std::uint32_t>();  // seq
    const std::int64_t t = time();
    text();
    return t;
  }

  bool bad = false;

 private:
  std::span<const std::byte> bytes_;
  bool aligned_;
  std::size_t at_ = 0;
};

std::int64_t plus(std::uint64_t base, std::int64_t offset) {
  if (base > static_cast<std::uint64_t>(kMostNs)) return kNoTime;
  return static_cast<std::int64_t>(base) + offset;
}

void eventArray(Fields& fields, EventPacket& out) {
  fields.header();
  fields.take<std::uint32_t>(), fields.take<std::uint32_t>();
  const std::uint32_t count = fields.take<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && !fields.bad; ++i) {
    Event event;
    event.x = fields.take<std::uint16_t>();
    event.y = fields.take<std::uint16_t>();
    event.t = fields.time();
    event.polarity = fields.take<std::uint8_t>() != 0;
    if (!fields.bad) out.add(event);
  }
}

/// Eight bytes an event: 32 bits of ns, 16 of x, 15 of y and the polarity.
void mono(std::span<const std::byte> bytes, std::uint64_t base, EventPacket& out) {
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    const auto word = little<std::uint64_t>(bytes, i);
    out.add({plus(base, static_cast<std::int64_t>(word & 0xFFFFFFFF)),
             static_cast<std::uint16_t>(word >> 32),
             static_cast<std::uint16_t>(word >> 48 & 0x7FFF),
             static_cast<std::uint8_t>(word >> 63)});
  }
}

/// Polarity events of libcaer, their times counted from the packet's.
void libcaer(std::span<const std::byte> bytes, std::uint64_t base, EventPacket& out,
             Findings& met) {
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    const auto data = little<std::uint32_t>(bytes, i);
    const auto stamp = little<std::uint32_t>(bytes, i + 4) & 0x7FFFFFFF;
    if ((data & 1) == 0) {
      met.add("invalid_events", 1, "events are marked as invalid and were skipped",
              Note::Level::Info);
      continue;
    }
    out.add({plus(base, std::int64_t{stamp} * 1000), static_cast<std::uint16_t>(data >> 17),
             static_cast<std::uint16_t>(data >> 2 & 0x7FFF),
             static_cast<std::uint8_t>(data >> 1 & 1)});
  }
}

/// Words of 16 bits with a code of four: like EVT3, but vectors run along a column.
void compressed(std::span<const std::byte> bytes, std::uint64_t base, EventPacket& out,
                Findings& met) {
  enum Code { kTimeHigh, kTimeLow, kAddrX, kAddrY, kBaseY, kVector8, kVector12 };
  std::int64_t high = 0, low = 0;
  std::uint16_t x = 0, y = 0;
  std::uint8_t polarity = 0;
  std::int64_t unknown = 0;
  const auto add = [&](std::uint16_t row, std::uint8_t on) {
    out.add({plus(base, (high << 12 | low) * 1000), x, row, on});
  };
  for (std::size_t i = 0; i + 2 <= bytes.size(); i += 2) {
    const auto word = little<std::uint16_t>(bytes, i);
    const auto value = static_cast<std::uint16_t>(word & 0xFFF);
    const auto on = static_cast<std::uint8_t>(value >> 11);
    switch (word >> 12) {
      case kTimeHigh: high = value; break;
      case kTimeLow: low = value; break;
      case kAddrX: x = value & 0x7FF; break;
      case kAddrY: add(value & 0x7FF, on); break;
      case kBaseY: y = value & 0x7FF, polarity = on; break;
      case kVector8:
      case kVector12: {
        const int rows = word >> 12 == kVector8 ? 8 : 12;
        for (int k = 0; k < rows; ++k)
          if (value >> k & 1) add(static_cast<std::uint16_t>(y + k), polarity);
        y = static_cast<std::uint16_t>(std::min(y + rows, 0xFFF));
        break;
      }
      default: ++unknown;
    }
  }
  met.add("unknown_words", unknown, "words of unknown type were skipped");
}

void imu(Fields& fields, ImuPacket& out) {
  constexpr double kGravity = 9.80665, kDegrees = 57.29577951308232;
  ImuSample sample;
  sample.t = fields.header();
  for (int i = 0; i < 4 + 9; ++i) fields.take<double>();  // orientation
  for (float& v : sample.rotation) v = static_cast<float>(fields.take<double>() * kDegrees);
  for (int i = 0; i < 9; ++i) fields.take<double>();
  for (float& v : sample.acceleration) v = static_cast<float>(fields.take<double>() / kGravity);
  for (int i = 0; i < 9; ++i) fields.take<double>();
  if (!fields.bad) out.push_back(sample);
}

void image(Fields& fields, FramePacket& out, Findings& met) {
  struct Encoding {
    const char* name;
    std::size_t bytes;
    std::array<std::size_t, 3> at;  ///< of red, green, blue
  };
  constexpr Encoding kEncodings[] = {{"mono8", 1, {0, 0, 0}},  {"8UC1", 1, {0, 0, 0}},
                                     {"mono16", 2, {1, 1, 1}}, {"bgr8", 3, {2, 1, 0}},
                                     {"rgb8", 3, {0, 1, 2}},   {"bgra8", 4, {2, 1, 0}},
                                     {"rgba8", 4, {0, 1, 2}},  {"8UC3", 3, {2, 1, 0}}};
  const std::int64_t t = fields.header();
  const std::size_t height = fields.take<std::uint32_t>(), width = fields.take<std::uint32_t>();
  const std::string_view name = fields.text();
  const bool bigEndian = fields.take<std::uint8_t>() != 0;
  const std::size_t step = fields.take<std::uint32_t>();
  const auto data = fields.counted();
  const auto* found = std::ranges::find(kEncodings, name, &Encoding::name);
  if (found == std::end(kEncodings) || (bigEndian && found->bytes == 2))
    return met.add("unknown_pictures", 1, "pictures have pixels of a kind that is not read");
  if (fields.bad || width < 1 || height < 1 || width > 65535 || height > 65535 ||
      step < width * found->bytes || step > data.size() / height)
    return met.add("damaged_frames", 1, "pictures do not fit their message and were skipped");
  Grey picture(t, {{}, 0, 0, static_cast<int>(width), static_cast<int>(height)});
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t column = 0; column < width; ++column) {
      const auto value = [&](std::size_t colour) {
        return std::to_integer<int>(data[row * step + column * found->bytes + found->at[colour]]);
      };
      picture.set(static_cast<std::int64_t>(column), static_cast<std::int64_t>(row),
                  greyOf(value(0), value(1), value(2)));
    }
  out.push_back(std::move(picture).frame());
}

}  // namespace

std::optional<RosType> rosType(std::string_view name) {
  if (const std::size_t at = name.find("/msg/"); at != name.npos) {
    const std::string plain = std::string(name.substr(0, at)) + std::string(name.substr(at + 4));
    return rosType(plain);
  }
  if (name == "dvs_msgs/EventArray" || name == "prophesee_event_msgs/EventArray")
    return RosType::EventArray;
  if (name == "event_camera_msgs/EventPacket") return RosType::EventPacket;
  if (name == "sensor_msgs/Imu") return RosType::Imu;
  if (name == "sensor_msgs/Image") return RosType::Image;
  return std::nullopt;
}

std::vector<Stream::Kind> rosKinds(RosType type) {
  switch (type) {
    case RosType::EventArray: return {Stream::Kind::Events};
    case RosType::EventPacket: return {Stream::Kind::Events, Stream::Kind::Triggers};
    case RosType::Imu: return {Stream::Kind::Imu};
    case RosType::Image: return {Stream::Kind::Frames};
  }
  return {};
}

std::optional<Sensor> rosSensor(RosType type, RosLayout layout,
                                std::span<const std::byte> message) {
  if (type == RosType::Imu) return std::nullopt;
  Fields fields(layout, message);
  fields.header();
  const std::uint32_t height = fields.take<std::uint32_t>(), width = fields.take<std::uint32_t>();
  if (fields.bad || width < 1 || height < 1 || width > 65535 || height > 65535) return std::nullopt;
  return Sensor{static_cast<int>(width), static_cast<int>(height), "message"};
}

void RosMessages::decode(RosType type, RosLayout layout, std::span<const std::byte> message,
                         const Sensor& sensor, std::uint64_t at, RosState& state, Packet& out,
                         Findings& met) {
  Fields fields(layout, message);
  if (type == RosType::EventArray) {
    eventArray(fields, std::get<EventPacket>(out));
  } else if (type == RosType::Imu) {
    imu(fields, std::get<ImuPacket>(out));
  } else if (type == RosType::Image) {
    image(fields, std::get<FramePacket>(out), met);
  } else {
    fields.header();
    fields.take<std::uint32_t>(), fields.take<std::uint32_t>(), fields.take<std::uint64_t>();
    const auto base = fields.take<std::uint64_t>();
    const std::string_view encoding = fields.text();
    const bool bigEndian = fields.take<std::uint8_t>() != 0;
    const auto bytes = fields.counted();
    auto* events = std::get_if<EventPacket>(&out);
    if (fields.bad) {
      // said below
    } else if (bigEndian) {
      met.add("unknown_packets", 1, "messages are big-endian and were skipped");
    } else if (encoding == "evt3") {
      evt3(bytes, sensor, at, state, out, met);
    } else if (events && encoding == "mono") {
      mono(bytes, base, *events);
    } else if (events && encoding == "libcaer") {
      libcaer(bytes, base, *events, met);
    } else if (events && encoding == "libcaer_cmp") {
      compressed(bytes, base, *events, met);
    } else if (events) {
      met.add("unknown_packets", 1, "messages have an encoding that is not known and were skipped");
    }
  }
  if (fields.bad) met.add("damaged_messages", 1, "messages are shorter than they say");
}

void RosMessages::evt3(std::span<const std::byte> bytes, const Sensor& sensor, std::uint64_t at,
                       RosState& state, Packet& out, Findings& met) {
  if (!block_) block_ = std::make_unique<Block>();
  words_.resize(bytes.size() / 2);
  std::memcpy(words_.data(), bytes.data(), words_.size() * 2);
  Tally tally;
  std::span<const std::uint16_t> left = words_;
  const auto ever = std::numeric_limits<std::int64_t>::max();
  auto* events = std::get_if<EventPacket>(&out);
  while (!left.empty()) {
    block_->clear();
    const Decoded done = events ? evt3::Decoder::decode<Want::Events>(state.evt3, tally, left, true,
                                                                      ever, sensor, *block_)
                                : evt3::Decoder::decode<Want::Triggers>(
                                      state.evt3, tally, left, true, ever, sensor, *block_);
    for (std::size_t i = 0; events && i < block_->n; ++i)
      events->add({block_->t[i] * kMicrosecond, block_->x[i], block_->y[i], block_->polarity[i]});
    for (std::size_t i = 0; !events && i < block_->triggers; ++i) {
      Trigger trigger = block_->trigger[i];
      trigger.t *= kMicrosecond;
      std::get<TriggerPacket>(out).push_back(trigger);
    }
    if (done.words == 0) break;
    left = left.subspan(done.words);
  }
  if (!events) return;  // the words are the same ones
  for (std::int64_t i = 0; i < tally[Met::OutOfBounds]; ++i)
    met.outside(tally.outsideX, tally.outsideY, at);
  // Counted where the packet is looked at as a whole, or by the stream of triggers.
  for (const Met counted : {Met::Triggers, Met::NonMonotonic, Met::MaxStepBack, Met::OutOfBounds})
    tally[counted] = 0;
  for (const auto& [name, n] : byName(tally)) met.add(name, n);
}

}  // namespace spk::events
