// AEDAT 4.0 of DV: a FlatBuffer that describes the streams in XML, then packets of one stream each,
// packed with LZ4 or zstd. Layout: DV's FlatBuffer schemas, as jAER's aedat4 folder has them.
#include <algorithm>
#include <array>
#include <optional>

#include "engine/graph/Registry.h"
#include "plugins/events/Aedat4Layout.h"
#include "plugins/events/Aedat4Writer.h"
#include "plugins/events/BlockSource.h"
#include "plugins/events/DvInfo.h"
#include "plugins/events/FileWindow.h"
#include "plugins/events/FlatTable.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/grey.h"
#include "plugins/events/unpack.h"

namespace spk::events::aedat4 {
namespace {

constexpr std::size_t kPackedMost = std::size_t{1} << 26, kUnpackedMost = std::size_t{1} << 27;
constexpr std::size_t kHeaderMost = std::size_t{1} << 24, kPacketHeader = 8;

struct StreamOf {
  int id = -1;
  Stream::Kind kind = Stream::Kind::Events;
};

/// The letters of a kind of packet.
const char* identifierOf(Stream::Kind kind) {
  switch (kind) {
    case Stream::Kind::Events: return "EVTS";
    case Stream::Kind::Triggers: return "TRIG";
    case Stream::Kind::Imu: return "IMUS";
    case Stream::Kind::Frames: return "FRME";
    case Stream::Kind::Flow: break;  // none is held
  }
  return "";
}

struct Decoder {
  struct Place {
    std::uint64_t at = 0;  ///< a packet's header
  };
  static constexpr Time kTick = kMicrosecond;

  FileWindow file;
  std::uint64_t first = 0, end = 0;  ///< of the packets
  std::int32_t compression = kNone;
  std::vector<StreamOf> streams = {};
  std::vector<int> known = {};  ///< ids, those that are not read included
  Sensor sensor = {};
  Unpacker unpacker = {};

  std::uint64_t bytes() const { return file.size(); }
  Place begin(std::size_t) const { return {first}; }

  Result<bool> next(std::size_t stream, Place& place, Packet& out, Findings& met) {
    const bool counts = stream == 0;  // what belongs to no stream is counted once
    TRY(const auto head, file.at(place.at, std::min<std::uint64_t>(kPacketHeader, end - place.at)));
    if (head.size() < kPacketHeader) {
      if (counts) met.add("truncated_bytes", static_cast<std::int64_t>(head.size()), kCut);
      return false;
    }
    const int id = little<std::int32_t>(head);
    const std::int64_t size = little<std::int32_t>(head, 4);
    if (size <= 0) return skip(place, counts, met);
    const std::uint64_t after = place.at + kPacketHeader + static_cast<std::uint64_t>(size);
    if (after > end) {
      TRY(const auto sound, follows(place.at));
      if (!sound) return skip(place, counts, met);
      if (counts) met.add("truncated_bytes", static_cast<std::int64_t>(end - place.at), kCut);
      place.at = end;
      return true;
    }
    if (id != streams[stream].id) {
      if (std::ranges::count(known, id) == 0) {
        TRY(const auto sound, follows(place.at));
        if (!sound) return skip(place, counts, met);
        if (counts)
          met.add("unknown_stream_packets", 1, "packets belong to no stream of the header");
      }
      place.at = after;
      return true;
    }
    TRY(const auto packed,
        file.at(place.at + kPacketHeader,
                static_cast<std::size_t>(std::min<std::int64_t>(size, kPackedMost))));
    const auto table = packed.size() == static_cast<std::size_t>(size)
                           ? open(packed, identifierOf(streams[stream].kind))
                           : std::nullopt;
    if (!table) {
      TRY(const auto sound, follows(place.at));
      if (!sound) return skip(place, counts, met);
      met.add("damaged_packets", 1, "packets are damaged and were skipped");
    } else {
      switch (streams[stream].kind) {
        case Stream::Kind::Events: events(*table, std::get<EventPacket>(out), met); break;
        case Stream::Kind::Triggers: triggers(*table, std::get<TriggerPacket>(out), met); break;
        case Stream::Kind::Imu: imu(*table, std::get<ImuPacket>(out)); break;
        case Stream::Kind::Frames: frame(*table, std::get<FramePacket>(out), met); break;
        case Stream::Kind::Flow: break;
      }
    }
    place.at = after;
    return true;
  }

  /// The letters of the packet at `at`; nothing if it cannot be unpacked.
  Result<std::optional<std::string>> identifierAt(std::uint64_t at, std::size_t size) {
    TRY(const auto packed, file.at(at + kPacketHeader, size));
    const auto bytes = unpacker.unpack(packing(), packed, kUnpackedMost);
    if (!bytes || bytes.value().size() < 12) return std::optional<std::string>();
    return std::optional(std::string(textOf(bytes.value().subspan(8, 4))));
  }
  /// Whether a packet begins as one does: with a frame of its compression, or its own size.
  Result<bool> follows(std::uint64_t at) {
    TRY(const auto head, file.at(at, kPacketHeader + 12));
    if (head.size() < kPacketHeader + 12) return at == end;
    const auto size = little<std::int32_t>(head, 4);
    const auto magic = little<std::uint32_t>(head, 8);
    const int id = little<std::int32_t>(head);
    if (id < 0 || id > 65535 || size < 12) return false;
    if (packing() == Packing::Lz4) return magic == 0x184D2204;
    if (packing() == Packing::Zstd) return magic == 0xFD2FB528;
    return magic + 4 == static_cast<std::uint32_t>(size);
  }
  Packing packing() const {
    return compression == kNone      ? Packing::None
           : compression <= kLz4High ? Packing::Lz4
                                     : Packing::Zstd;
  }

 private:
  static constexpr const char* kCut = "bytes at the end are no whole packet";

  std::optional<FlatTable> open(std::span<const std::byte> packed, const char* identifier) {
    const auto bytes = unpacker.unpack(packing(), packed, kUnpackedMost);
    if (!bytes || bytes.value().size() < 12) return std::nullopt;
    return FlatTable::root(bytes.value().subspan(4), identifier);
  }

  /// After damage: to the next byte where a packet begins.
  Result<bool> skip(Place& place, bool counts, Findings& met) {
    const std::uint64_t from = place.at;
    std::uint64_t at = from + 1;
    for (; at + kPacketHeader + 12 <= end; ++at) {
      TRY(const bool begins, follows(at));
      if (!begins) continue;
      TRY(const auto head, file.at(at, kPacketHeader));
      if (std::ranges::count(known, little<std::int32_t>(head)) > 0) break;
    }
    if (at + kPacketHeader + 12 > end) at = end;
    if (counts)
      met.add("skipped_bytes", static_cast<std::int64_t>(at - from),
              "bytes are no sound packets and were skipped");
    place.at = at;
    return true;
  }

  static void events(const FlatTable& table, EventPacket& out, Findings& met) {
    const auto elements = table.list(0, sizeof(RawEvent));
    if (!elements) return met.add("damaged_packets", 1, "packets are damaged and were skipped");
    const std::size_t n = elements->size() / sizeof(RawEvent);
    out.t.resize(n), out.x.resize(n), out.y.resize(n), out.polarity.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto raw = little<RawEvent>(*elements, i * sizeof(RawEvent));
      out.t[i] = raw.t;
      out.x[i] = static_cast<std::uint16_t>(raw.x);
      out.y[i] = static_cast<std::uint16_t>(raw.y);
      out.polarity[i] = raw.on != 0;
    }
  }

  static void triggers(const FlatTable& list, TriggerPacket& out, Findings& met) {
    for (std::size_t i = 0; i < list.tables(0); ++i) {
      const auto table = list.table(0, i);
      if (!table) {
        met.add("damaged_records", 1, "records within packets are damaged and were skipped");
        continue;
      }
      const auto t = table->value<std::int64_t>(0, 0);
      const auto source = table->value<std::int8_t>(1, 0);
      if (source >= kRises && source <= kPulse)
        out.push_back({t, 0, static_cast<std::uint8_t>(source != kFalls)});
      else if (source == kGeneratorRises || source == kGeneratorFalls)
        out.push_back({t, 1, static_cast<std::uint8_t>(source == kGeneratorRises)});
      else if (source == kReset)
        met.add("clock_resets", 1, "times the camera's clock was set to 0");
      else
        met.add("special_events", 1);
    }
  }

  static void imu(const FlatTable& list, ImuPacket& out) {
    for (std::size_t i = 0; i < list.tables(0); ++i) {
      const auto table = list.table(0, i);
      if (!table) continue;
      const auto f = [&](std::size_t field) { return table->value<float>(field, 0); };
      out.push_back(
          {table->value<std::int64_t>(0, 0), {f(2), f(3), f(4)}, {f(5), f(6), f(7)}, f(1)});
    }
  }

  void frame(const FlatTable& table, FramePacket& out, Findings& met) const {
    const auto size = [&](std::size_t field) { return int{table.value<std::int16_t>(field, 0)}; };
    const int format = table.value<std::int8_t>(frame::kFormat, 0);
    const SensorPart part{sensor, size(frame::kX), size(frame::kY), size(frame::kWidth),
                          size(frame::kHeight)};
    const std::size_t channels = format == kGrey ? 1 : format == kBgr ? 3 : format == kBgra ? 4 : 0;
    const auto pixels = table.list(frame::kPixels, 1);
    const bool fits =
        pixels && channels && part.width > 0 && part.height > 0 && part.x >= 0 && part.y >= 0 &&
        static_cast<std::size_t>(part.width) * static_cast<std::size_t>(part.height) * channels <=
            pixels->size() &&
        (sensor.width == 0 ||
         (part.x + part.width <= sensor.width && part.y + part.height <= sensor.height));
    if (!fits)
      return met.add("damaged_frames", 1,
                     "pictures do not fit the sensor or their packet and were skipped");
    Grey picture(table.value<std::int64_t>(frame::kT, 0), part);
    for (int row = 0; row < part.height; ++row)
      for (int column = 0; column < part.width; ++column) {
        const std::size_t at =
            (static_cast<std::size_t>(row) * static_cast<std::size_t>(part.width) +
             static_cast<std::size_t>(column)) *
            channels;
        const auto value = [&](std::size_t c) { return std::to_integer<int>((*pixels)[at + c]); };
        picture.set(column, row,
                    channels == 1 ? greyOf(value(0)) : greyOf(value(2), value(1), value(0)));
      }
    out.push_back(std::move(picture).frame());
  }
};

/// The header, and where the packets lie.
struct Opening {
  Decoder decoder;
  std::vector<DvStream> streams;
  Notes notes;
};

Result<Opening> readHeader(const std::filesystem::path& path) {
  TRY(FileWindow file, FileWindow::open(path));
  const auto broken = [&](const std::string& why) {
    return Error{"is no AEDAT 4: " + why, path.string()};
  };
  TRY(const auto start, file.at(0, kMagicSize + 4));
  if (start.size() < kMagicSize + 4 || textOf(start.first(kMagicSize)) != kMagic)
    return broken("it does not begin with #!AER-DAT4.0");
  const std::size_t size = little<std::uint32_t>(start, kMagicSize);
  if (size > kHeaderMost || kMagicSize + 4 + size > file.size())
    return broken("its header of " + std::to_string(size) +
                  " bytes is longer than the file or 16 MiB");
  TRY(const auto bytes, file.at(kMagicSize + 4, size));
  const auto table = FlatTable::root(bytes, "IOHE");
  if (!table) return broken("its header is damaged");
  Opening made{Decoder{file}, {}, {}};
  Decoder& decoder = made.decoder;
  decoder.first = kMagicSize + 4 + size;
  decoder.end = file.size();
  decoder.compression = table->value<std::int32_t>(header::kCompression, kNone);
  if (decoder.compression < kNone || decoder.compression > kZstdHigh)
    return broken("its compression is of kind " + std::to_string(decoder.compression) +
                  "; 0 to 4 are known");
  const auto position = table->value<std::int64_t>(header::kTablePosition, -1);
  if (position >= static_cast<std::int64_t>(decoder.first) &&
      position <= static_cast<std::int64_t>(file.size()))
    decoder.end = static_cast<std::uint64_t>(position);
  else
    made.notes.push_back(
        {Note::Level::Warning,
         position == -1
             ? "the recording was not closed: it has no table of its packets, which are "
               "read one after the other"
             : "the table of its packets would lie at byte " + std::to_string(position) +
                   ", which is beyond the file; the packets are read one after the other"});
  const auto info = table->list(header::kInfo, 1);
  auto streams = readDvInfo(info ? textOf(*info) : std::string_view());
  if (streams)
    made.streams = std::move(streams).value();
  else
    made.notes.push_back({Note::Level::Warning, streams.error().text()});
  constexpr const char* kNames[] = {"none", "LZ4", "LZ4", "zstd", "zstd"};
  made.notes.push_back({Note::Level::Info,
                        std::string("AEDAT 4.0, packed with ") + kNames[decoder.compression] +
                            ", " + std::to_string(made.streams.size()) + " streams in its header"});
  return made;
}

/// The streams that the first packets show, for a file whose description cannot be read.
Result<void> discover(Opening& made) {
  Decoder& decoder = made.decoder;
  std::map<int, std::string> types;
  std::uint64_t at = decoder.first;
  for (int packets = 0; packets < 10'000 && at + kPacketHeader <= decoder.end; ++packets) {
    TRY(const auto head, decoder.file.at(at, kPacketHeader));
    const int id = little<std::int32_t>(head);
    const std::int64_t size = little<std::int32_t>(head, 4);
    const std::uint64_t after =
        at + kPacketHeader + static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0));
    if (size <= 0 || after > decoder.end || id < 0) break;
    if (!types.contains(id) && size <= static_cast<std::int64_t>(kPackedMost)) {
      TRY(const auto type, decoder.identifierAt(at, static_cast<std::size_t>(size)));
      if (type) types[id] = *type;
    }
    at = after;
  }
  for (const auto& [id, type] : types) made.streams.push_back({id, type, "", ""});
  made.notes.push_back({Note::Level::Warning, "the header names no stream of events; " +
                                                  std::to_string(types.size()) +
                                                  " streams were found in the packets"});
  return {};
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(Opening made, readHeader(path));
  const auto isEvents = [](const DvStream& s) { return s.type == "EVTS" && s.id >= 0; };
  if (std::ranges::none_of(made.streams, isEvents)) {
    made.streams.clear();
    TRY_DO(discover(made));
  }
  const std::int64_t wanted = integerOr(options, "stream", -1);
  std::vector<Stream> streams;
  for (const auto kind :
       {Stream::Kind::Events, Stream::Kind::Triggers, Stream::Kind::Imu, Stream::Kind::Frames})
    for (const DvStream& stream : made.streams) {
      if (stream.type != identifierOf(kind) || stream.id < 0) continue;
      const bool first = kind == Stream::Kind::Events && stream.id == wanted;
      const std::string name = kind == Stream::Kind::Events ? "events"
                               : stream.type == "TRIG"      ? "triggers"
                               : stream.type == "IMUS"      ? "imu"
                                                            : "frames";
      Sensor size = {stream.width, stream.height, "header"};
      if (stream.width < 1 || stream.height < 1 || stream.width > 32767 || stream.height > 32767)
        size = {};
      if (kind == Stream::Kind::Events) {
        TRY(size, sensorFrom(options, size));
      }
      const auto at = first ? 0 : static_cast<std::ptrdiff_t>(streams.size());
      streams.insert(streams.begin() + at,
                     {kind, name + " of stream " + std::to_string(stream.id), size});
      made.decoder.streams.insert(made.decoder.streams.begin() + at, {stream.id, kind});
    }
  if (streams.empty() || streams[0].kind != Stream::Kind::Events)
    return Error{"it holds no stream of events", path.string()};
  if (wanted >= 0 && made.decoder.streams[0].id != wanted)
    return Error{"there is no stream of events " + std::to_string(wanted) + "; the first is " +
                     std::to_string(made.decoder.streams[0].id),
                 "stream"};
  if (std::ranges::count(streams, Stream::Kind::Events, &Stream::kind) > 1)
    made.notes.push_back({Note::Level::Info, "it holds several streams of events; stream " +
                                                 std::to_string(made.decoder.streams[0].id) +
                                                 " is played. Set the option stream for another"});
  for (const DvStream& stream : made.streams) made.decoder.known.push_back(stream.id);
  for (const Stream& stream : streams)
    if (stream.kind == Stream::Kind::Frames && stream.sensor.width > 0)
      made.decoder.sensor = stream.sensor;
  return BlockSource<Decoder>::open(std::move(made.decoder), std::move(streams),
                                    std::move(made.notes));
}

int sniff(const FileProbe& probe) {
  return !probe.isFolder && textOf(probe.head).starts_with("#!AER-DAT4.0\r\n") ? 95 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "stream",
                     .kind = Kind::Integer,
                     .initial = std::int64_t{-1},
                     .min = -1,
                     .max = 65535,
                     .doc = "Number of the stream of events to play; −1: the first",
                     .live = false});
  options.push_back({.name = "compression",
                     .kind = Kind::Choice,
                     .initial = std::string("lz4"),
                     .doc = "How packets are packed when it is written",
                     .choices = {"lz4", "zstd", "none"},
                     .live = false});
  registry.add(FileFormat{.id = "aedat4",
                          .title = "AEDAT 4.0 (DV)",
                          .endings = ".aedat4",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::aedat4
