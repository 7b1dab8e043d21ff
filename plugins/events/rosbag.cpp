// ROS 1 bags (version 2.0): records of named fields, messages within chunks that may be packed.
// Layout: wiki.ros.org/Bags/Format/2.0.
#include <algorithm>
#include <map>
#include <optional>

#include "engine/graph/Registry.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RosChunks.h"
#include "plugins/events/loads.h"

namespace spk::events::rosbag {
namespace {

constexpr char kMagic[] = "#ROSBAG V2.0\n";
constexpr std::size_t kMagicSize = 13, kHeaderMost = 1 << 16;
enum Op : int { kMessage = 2, kBagHeader, kIndex, kChunk, kChunkInfo, kConnection };

/// A record's fields and where its data lies, counted from the record's beginning.
struct Record {
  int op = 0;
  std::uint32_t connection = 0;
  std::uint64_t indexAt = 0;
  std::string_view compression, topic, type;
  std::uint64_t dataAt = 0, dataSize = 0;
  std::uint64_t end() const { return dataAt + dataSize; }
};

/// Fields "name=value", each after its length; nothing if they do not fit.
bool readFields(std::span<const std::byte> bytes, Record& record) {
  while (!bytes.empty()) {
    if (bytes.size() < 4) return false;
    const std::size_t size = little<std::uint32_t>(bytes);
    if (size > bytes.size() - 4) return false;
    const std::string_view field = textOf(bytes.subspan(4, size));
    bytes = bytes.subspan(4 + size);
    const std::size_t equals = field.find('=');
    if (equals == field.npos) return false;
    const std::string_view name = field.substr(0, equals), value = field.substr(equals + 1);
    const auto raw = std::as_bytes(std::span(value.data(), value.size()));
    if (name == "op" && value.size() == 1) record.op = static_cast<unsigned char>(value[0]);
    if (name == "conn" && value.size() == 4) record.connection = little<std::uint32_t>(raw);
    if (name == "index_pos" && value.size() == 8) record.indexAt = little<std::uint64_t>(raw);
    if (name == "compression") record.compression = value;
    if (name == "topic") record.topic = value;
    if (name == "type") record.type = value;
  }
  return true;
}

/// A bag, message by message. All of them lie in chunks.
class Bag : public RosChunks<Bag> {
 public:
  using RosChunks::RosChunks;
  using Record = rosbag::Record;
  static constexpr int kChunkOp = kChunk;
  static constexpr std::uint64_t kBegin = kMagicSize;

  /// Its header must be there wholly; its data need not.
  static std::optional<Record> recordIn(std::span<const std::byte> bytes) {
    if (bytes.size() < 8) return std::nullopt;
    const std::uint64_t size = little<std::uint32_t>(bytes);
    if (size > kHeaderMost || size + 8 > bytes.size()) return std::nullopt;
    Record record;
    if (!readFields(bytes.subspan(4, static_cast<std::size_t>(size)), record)) return std::nullopt;
    if (record.op < kMessage || record.op > kConnection) return std::nullopt;
    record.dataAt = size + 8;
    record.dataSize = little<std::uint32_t>(bytes, static_cast<std::size_t>(size + 4));
    return record;
  }
  static Message messageOf(const Record& record, std::span<const std::byte> bytes,
                           std::uint32_t topic) {
    if (record.op != kMessage || record.connection != topic) return std::nullopt;
    return bytes.subspan(record.dataAt, record.dataSize);
  }
  Result<Message> looseMessage(std::uint64_t, const Record&, std::uint32_t) { return Message(); }

  Result<RosChunk> chunkAt(std::uint64_t at, const Record& record) {
    const std::string compression(record.compression);
    RosChunk chunk;
    chunk.said = record.dataSize;
    TRY(chunk.packed, file_.at(at + record.dataAt, static_cast<std::size_t>(std::min<std::uint64_t>(
                                                       record.dataSize, RosChunk::kMost))));
    chunk.packing = compression == "lz4"   ? Packing::Lz4
                    : compression == "bz2" ? Packing::Bz2
                                           : Packing::None;
    chunk.known = chunk.packing != Packing::None || compression == "none";
    return chunk;
  }

  /// The topics that are announced: behind the chunks if the bag was closed, else among them.
  Result<std::vector<RosTopic>> topics(std::uint64_t indexAt, Notes& notes) {
    std::map<std::uint32_t, RosTopic> known;
    std::map<std::string, int> others;
    const auto take = [&](const Record& record, std::span<const std::byte> data) {
      Record described;
      if (!readFields(data, described)) return;
      const auto type = rosType(described.type);
      if (type)
        known[record.connection] = {record.connection, std::string(record.topic), *type,
                                    RosLayout::Packed};
      else
        others[std::string(described.type.substr(0, 100))] += 1;
    };
    Findings unused;
    for (Place place{indexAt ? indexAt : kMagicSize, 0}; known.size() + others.size() < 10'000;) {
      TRY(const auto record, recordAt(place, false, unused));
      if (!record) break;
      if (record->op == kConnection && record->dataSize < 1 << 20) {
        // Texts of the record lie in the window: both are asked for at once.
        TRY(const auto bytes, file_.at(place.at, static_cast<std::size_t>(record->end())));
        const auto again = recordIn(bytes);
        if (again && again->end() == bytes.size()) take(*again, bytes.subspan(again->dataAt));
      } else if (record->op == kChunk && indexAt == 0) {
        TRY_DO(load(place.at, *record, false, unused));
        eachLoaded([&](const Record& inner, std::span<const std::byte> from) {
          if (inner.op == kConnection) take(inner, from.subspan(inner.dataAt, inner.dataSize));
        });
      }
      place.at += record->end();
    }
    std::string left;
    for (const auto& [type, n] : others) left += (left.empty() ? "" : ", ") + type;
    if (!left.empty()) notes.push_back({Note::Level::Info, "messages that are not read: " + left});
    std::vector<RosTopic> made;
    for (auto& [number, topic] : known) made.push_back(std::move(topic));
    return made;
  }

  /// The record at the place, or after damage the next one; nothing at the end.
  Result<std::optional<Record>> recordAt(Place& place, bool counts, Findings& met) {
    std::uint64_t skipped = 0;
    while (place.at + 8 <= size()) {
      TRY(const auto bytes, file_.at(place.at, kHeaderMost + 8));
      const auto record = recordIn(bytes);
      if (record && (skipped == 0 || record->op != kMessage)) {
        if (place.at + record->end() <= size() || (skipped == 0 && record->op == kChunk)) {
          note(skipped, counts, met);
          return record;
        }
      }
      ++place.at, ++skipped;
      place.within = 0;
    }
    note(skipped + (place.at < size() ? size() - place.at : 0), counts, met);
    place.at = size();
    return std::optional<Record>();
  }
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(FileWindow file, FileWindow::open(path));
  TRY(const auto head, file.at(0, kMagicSize + kHeaderMost + 8));
  if (!textOf(head).starts_with(kMagic))
    return Error{"is no ROS bag of version 2.0", path.string()};
  const auto first = Bag::recordIn(head.subspan(kMagicSize));
  const std::uint64_t indexAt = first && first->op == kBagHeader ? first->indexAt : 0;
  const bool closed = indexAt > kMagicSize && indexAt < file.size();
  Notes notes = {{Note::Level::Info, "ROS bag 2.0"}};
  if (!closed)
    notes.push_back({Note::Level::Warning,
                     "the bag was not closed: it has no index, and is read from its beginning"});
  Bag bag(std::move(file));
  TRY(auto topics, bag.topics(closed ? indexAt : 0, notes));
  if (topics.empty() && closed) {  // the index is not there
    TRY(topics, bag.topics(0, notes));
  }
  return openRos(std::move(bag), std::move(topics), options, std::move(notes), path.string());
}

int sniff(const FileProbe& probe) {
  return !probe.isFolder && textOf(probe.head).starts_with(kMagic) ? 95 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "rosbag",
                          .title = "ROS 1 bag",
                          .endings = ".bag",
                          .options = rosOptions(sensorOptions()),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::rosbag
