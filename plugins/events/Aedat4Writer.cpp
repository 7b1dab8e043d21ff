#include "plugins/events/Aedat4Writer.h"

#include <algorithm>
#include <array>
#include <limits>

#include "plugins/events/Aedat4Layout.h"
#include "plugins/events/DvInfo.h"
#include "plugins/events/FlatWriter.h"
#include "plugins/events/RawWriter.h"
#include "plugins/events/unpack.h"
#include "plugins/events/writing.h"

namespace spk::events::aedat4 {
namespace {

constexpr Time kAll = std::numeric_limits<Time>::max();
constexpr std::size_t kPacketEvents = 4096, kPacketRecords = 512;
/// DV's numbers of the streams, by Stream::Kind.
constexpr std::array<int, 4> kIds = {0, 3, 2, 1};
constexpr std::array<const char*, 4> kTypes = {"EVTS", "TRIG", "IMUS", "FRME"};

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

struct TableEntry {
  std::int64_t at = 0;
  std::int32_t id = 0, size = 0;
  std::int64_t count = 0, first = 0, last = 0;
};

/// A file in the making: its packets, and the table of them that ends it.
class Packets {
 public:
  Packets(RawBytes out, Packing packing) : out_(std::move(out)), packing_(packing) {}

  void text(std::string_view bytes) {
    out_.putText(bytes);
    at_ += static_cast<std::int64_t>(bytes.size());
  }
  Result<void> packet(Stream::Kind kind, const std::string& buffer, std::size_t count,
                      std::int64_t first, std::int64_t last) {
    TRY(const std::string packed, pack(packing_, bytesOf(buffer)));
    const int id = kIds[static_cast<std::size_t>(kind)];
    const auto size = static_cast<std::int32_t>(packed.size());
    std::string head(8, '\0');
    std::memcpy(head.data(), &id, 4);
    std::memcpy(head.data() + 4, &size, 4);
    text(head);
    table_.push_back({at_, id, size, static_cast<std::int64_t>(count), first, last});
    text(packed);
    return {};
  }
  /// The table, and its place in the header.
  Result<void> finish(std::uint64_t positionAt) {
    FlatWriter made("FTAB", true);
    const std::array<std::uint16_t, 1> root = {4};
    const std::array<std::uint16_t, 5> fields = {4, 36, 12, 20, 28};
    const std::size_t list = made.table(root, 8);
    const auto places = made.tables(list + 4, table_.size(), fields, 44);
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const TableEntry& e = table_[i];
      made.set(places[i] + 4, e.at);
      made.set(places[i] + 12, e.count);
      made.set(places[i] + 20, e.first);
      made.set(places[i] + 28, e.last);
      made.set(places[i] + 36, e.id);
      made.set(places[i] + 40, e.size);
    }
    TRY(const std::string packed, pack(packing_, bytesOf(std::move(made).finish())));
    const std::int64_t position = at_;
    text(packed);
    out_.patch(positionAt, {reinterpret_cast<const char*>(&position), sizeof position});
    return out_.finish();
  }

 private:
  RawBytes out_;
  Packing packing_;
  std::int64_t at_ = 0;
  std::vector<TableEntry> table_;
};

/// Writes one source; what cannot be held is counted.
class Writer {
 public:
  Writer(EventSource& source, Packets& packets) : source_(source), packets_(packets) {
    const auto streams = source.streams();
    for (std::size_t kind = 0; kind < at_.size(); ++kind) {
      const auto found = std::ranges::find(streams, static_cast<Stream::Kind>(kind), &Stream::kind);
      at_[kind] = static_cast<std::size_t>(found - streams.begin());
      here_[kind] = found != streams.end();
    }
  }
  bool has(Stream::Kind kind) const { return here_[static_cast<std::size_t>(kind)]; }
  Sensor sensor(Stream::Kind kind) const {
    return source_.streams()[at_[static_cast<std::size_t>(kind)]].sensor;
  }

  Result<void> all() {
    TRY_DO(source_.seek(std::numeric_limits<Time>::min()));
    Packet packet = EventPacket();
    auto& events = std::get<EventPacket>(packet);
    for (auto more = EventSource::More::Full; more != EventSource::More::End;) {
      events.clear();
      TRY(more, source_.read(0, packet, kAll));
      for (std::size_t i = 0; i < events.size(); i += kPacketEvents) {
        TRY_DO(others(events.t[i]));
        TRY_DO(write(events, i, std::min(events.size(), i + kPacketEvents)));
      }
    }
    return others(kAll);
  }
  Notes notes() const {
    Notes notes;
    const auto say = [&](std::int64_t n, const char* what) {
      if (n) notes.push_back({Note::Level::Warning, std::to_string(n) + what});
    };
    say(floored_, " times lost their fraction of a microsecond");
    say(lostIds_, " triggers have a number above 1, which AEDAT 4 cannot hold; they became 0");
    say(std::ranges::count(source_.streams(), Stream::Kind::Events, &Stream::kind) - 1,
        " further streams of events were left out");
    return notes;
  }

 private:
  std::int64_t stamp(Time t) {
    const Time raw = t + source_.t0(), whole = wholeBelow(raw, kMicrosecond);
    floored_ += whole != raw;
    return whole / kMicrosecond;
  }

  /// What other streams hold before t.
  Result<void> others(Time t) {
    for (const auto kind : {Stream::Kind::Triggers, Stream::Kind::Imu, Stream::Kind::Frames}) {
      if (!has(kind)) continue;
      Packet packet;
      for (auto more = EventSource::More::Full; more == EventSource::More::Full;) {
        std::visit([](auto& held) { held.clear(); }, packet);
        TRY(more, source_.read(at_[static_cast<std::size_t>(kind)], packet, t));
        if (kind == Stream::Kind::Triggers) TRY_DO(write(std::get<TriggerPacket>(packet)));
        if (kind == Stream::Kind::Imu) TRY_DO(write(std::get<ImuPacket>(packet)));
        if (kind == Stream::Kind::Frames) TRY_DO(write(std::get<FramePacket>(packet)));
      }
    }
    return {};
  }

  Result<void> write(const EventPacket& events, std::size_t begin, std::size_t end) {
    std::string bytes((end - begin) * sizeof(RawEvent), '\0');
    std::int64_t first = kAll, last = std::numeric_limits<Time>::min();
    for (std::size_t i = begin; i < end; ++i) {
      RawEvent raw = {};
      raw.t = stamp(events.t[i]);
      raw.x = static_cast<std::int16_t>(events.x[i]);
      raw.y = static_cast<std::int16_t>(events.y[i]);
      raw.on = events.polarity[i];
      first = std::min(first, raw.t);
      last = std::max(last, raw.t);
      std::memcpy(bytes.data() + (i - begin) * sizeof raw, &raw, sizeof raw);
    }
    FlatWriter made("EVTS", true);
    const std::array<std::uint16_t, 1> root = {4};
    made.list(made.table(root, 8) + 4, bytes, end - begin);
    return packets_.packet(Stream::Kind::Events, std::move(made).finish(), end - begin, first,
                           last);
  }

  Result<void> write(const TriggerPacket& triggers) {
    for (std::size_t i = 0; i < triggers.size(); i += kPacketRecords) {
      const std::size_t n = std::min(triggers.size() - i, kPacketRecords);
      FlatWriter made("TRIG", true);
      const std::array<std::uint16_t, 1> root = {4};
      const std::array<std::uint16_t, 2> fields = {4, 12};
      const auto places = made.tables(made.table(root, 8) + 4, n, fields, 13);
      for (std::size_t k = 0; k < n; ++k) {
        const Trigger& trigger = triggers[i + k];
        lostIds_ += trigger.id > 1;
        const std::int8_t source = trigger.id == 1
                                       ? (trigger.value ? kGeneratorRises : kGeneratorFalls)
                                       : (trigger.value ? kRises : kFalls);
        made.set(places[k] + 4, stamp(trigger.t));
        made.set(places[k] + 12, source);
      }
      TRY_DO(packets_.packet(Stream::Kind::Triggers, std::move(made).finish(), n,
                             stamp(triggers[i].t), stamp(triggers[i + n - 1].t)));
    }
    return {};
  }

  Result<void> write(const ImuPacket& samples) {
    for (std::size_t i = 0; i < samples.size(); i += kPacketRecords) {
      const std::size_t n = std::min(samples.size() - i, kPacketRecords);
      FlatWriter made("IMUS", true);
      const std::array<std::uint16_t, 1> root = {4};
      const std::array<std::uint16_t, 8> fields = {4, 12, 16, 20, 24, 28, 32, 36};
      const auto places = made.tables(made.table(root, 8) + 4, n, fields, 40);
      for (std::size_t k = 0; k < n; ++k) {
        const ImuSample& sample = samples[i + k];
        made.set(places[k] + 4, stamp(sample.t));
        made.set(places[k] + 12, sample.temperature);
        for (std::size_t axis = 0; axis < 3; ++axis) {
          made.set(places[k] + 16 + 4 * axis, sample.acceleration[axis]);
          made.set(places[k] + 28 + 4 * axis, sample.rotation[axis]);
        }
      }
      TRY_DO(packets_.packet(Stream::Kind::Imu, std::move(made).finish(), n, stamp(samples[i].t),
                             stamp(samples[i + n - 1].t)));
    }
    return {};
  }

  Result<void> write(const FramePacket& frames) {
    for (const Frame& frame : frames) {
      FlatWriter made("FRME", true);
      // t, then the start and end of frame and exposure, which are not known: absent
      const std::array<std::uint16_t, 11> fields = {4, 0, 0, 0, 0, 20, 12, 14, 0, 0, 16};
      const std::size_t table = made.table(fields, 21);
      const std::int64_t t = stamp(frame.t);
      made.set(table + 4, t);
      made.set(table + 12, static_cast<std::int16_t>(frame.width));
      made.set(table + 14, static_cast<std::int16_t>(frame.height));
      made.set(table + 20, static_cast<std::int8_t>(kGrey));
      made.list(table + 16, {reinterpret_cast<const char*>(frame.grey.data()), frame.grey.size()},
                frame.grey.size());
      TRY_DO(packets_.packet(Stream::Kind::Frames, std::move(made).finish(), 1, t, t));
    }
    return {};
  }

  EventSource& source_;
  Packets& packets_;
  std::array<std::size_t, 4> at_ = {};
  std::array<bool, 4> here_ = {};
  std::int64_t floored_ = 0, lostIds_ = 0;
};

/// The header; the place of the table is written at its end. @param position  where in it
std::string headerOf(const std::string& xml, std::int32_t compression, std::size_t& position) {
  FlatWriter made("IOHE", false);
  const std::array<std::uint16_t, 3> fields = {12, 4, 16};
  const std::size_t table = made.table(fields, 20);
  made.set(table + 4, std::int64_t{-1});
  made.set(table + 12, compression);
  const std::string ended = xml + '\0';
  made.list(table + 16, ended, xml.size());
  position = table + 4;
  return std::move(made).finish();
}

}  // namespace

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values& options) {
  TRY(EventSource * source, eventSource(from));
  const Sensor sensor = source->streams()[0].sensor;
  if (sensor.width < 1 || sensor.height < 1 || sensor.width > 32767 || sensor.height > 32767)
    return Error{"the sensor is " + std::to_string(sensor.width) + "×" +
                     std::to_string(sensor.height) + " px; AEDAT 4 holds 1×1 to 32767×32767",
                 path.string()};
  const std::string name = textOr(options, "compression", "lz4");
  Packing packing = Packing::Lz4;
  std::int32_t compression = kLz4;
  if (name == "zstd")
    packing = Packing::Zstd, compression = kZstd;
  else if (name == "none")
    packing = Packing::None, compression = kNone;
  else if (name != "lz4")
    return Error{"\"" + name + "\" is not lz4, zstd or none", "compression"};

  TRY(RawBytes out, RawBytes::create(path));
  Packets packets(std::move(out), packing);
  Writer writer(*source, packets);
  std::vector<DvStream> streams;
  for (const auto kind :
       {Stream::Kind::Events, Stream::Kind::Frames, Stream::Kind::Imu, Stream::Kind::Triggers}) {
    if (!writer.has(kind)) continue;
    const auto i = static_cast<std::size_t>(kind);
    const Sensor size = writer.sensor(kind);
    streams.push_back({kIds[i], kTypes[i], "spikarium", "", size.width, size.height});
  }
  std::size_t position = 0;
  const std::string header = headerOf(writeDvInfo(streams, packing == Packing::None  ? "NONE"
                                                           : packing == Packing::Lz4 ? "LZ4"
                                                                                     : "ZSTD"),
                                      compression, position);
  packets.text(std::string_view(kMagic, kMagicSize));
  const auto size = static_cast<std::uint32_t>(header.size());
  packets.text({reinterpret_cast<const char*>(&size), 4});
  packets.text(header);
  TRY_DO(writer.all());
  TRY_DO(packets.finish(kMagicSize + 4 + position));
  return writer.notes();
}

}  // namespace spk::events::aedat4
