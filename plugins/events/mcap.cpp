// MCAP, as ROS 2 records it: records of a number and a length, messages within chunks that may be
// packed. Layout: mcap.dev/spec.
#include <algorithm>
#include <map>
#include <optional>

#include "engine/graph/Registry.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RosChunks.h"
#include "plugins/events/loads.h"

namespace spk::events::mcap {
namespace {

constexpr char kMagic[] = "\x89MCAP0\r\n";
constexpr std::size_t kMagicSize = 8, kRecordHead = 9, kFooterSize = 20;
enum Op : int { kFooter = 2, kSchema, kChannel, kMessage, kChunk, kLast = 0x0F };

/// Takes fields one after the other; past the end it gives zeros and is `bad`.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <class T>
  T take() {
    if (bytes_.size() < sizeof(T)) return bad = true, T{};
    const T value = little<T>(bytes_);
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }
  std::string_view text() {
    const std::size_t size = take<std::uint32_t>();
    if (size > bytes_.size()) return bad = true, std::string_view();
    const auto taken = textOf(bytes_.first(size));
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  std::span<const std::byte> rest() const { return bytes_; }
  bool bad = false;

 private:
  std::span<const std::byte> bytes_;
};

struct Record {
  int op = 0;
  std::uint64_t size = 0;
  std::uint64_t end() const { return kRecordHead + size; }
};

/// A file of messages, one by one, in chunks or outside.
class Log : public RosChunks<Log> {
 public:
  using RosChunks::RosChunks;
  using Record = mcap::Record;
  static constexpr int kChunkOp = kChunk;
  static constexpr std::uint64_t kBegin = kMagicSize;

  static std::optional<Record> recordIn(std::span<const std::byte> bytes) {
    if (bytes.size() < kRecordHead) return std::nullopt;
    const Record record{std::to_integer<int>(bytes[0]), little<std::uint64_t>(bytes, 1)};
    if (record.op < 1 || record.size > std::uint64_t{1} << 40) return std::nullopt;
    return record;
  }
  /// u16 channel, u32 number, two times, then the data.
  static Message messageOf(const Record& record, std::span<const std::byte> bytes,
                           std::uint32_t topic) {
    constexpr std::size_t kHead = 2 + 4 + 8 + 8;
    if (record.op != kMessage) return std::nullopt;
    bytes = bytes.subspan(kRecordHead,
                          std::min<std::uint64_t>(record.size, bytes.size() - kRecordHead));
    if (bytes.size() < kHead || little<std::uint16_t>(bytes) != topic) return std::nullopt;
    return bytes.subspan(kHead);
  }
  Result<Message> looseMessage(std::uint64_t at, const Record& record, std::uint32_t topic) {
    if (record.op != kMessage) return Message();
    TRY(const auto bytes, file_.at(at, bounded(record.end())));
    return messageOf(record, bytes, topic);
  }

  /// The record at the place, or nothing at the end. After damage, the next one of a kind that is
  /// known and that another one follows.
  Result<std::optional<Record>> recordAt(Place& place, bool counts, Findings& met) {
    std::uint64_t skipped = 0;
    while (place.at + kRecordHead <= file_.size()) {
      TRY(const auto bytes, file_.at(place.at, kRecordHead));
      if (textOf(bytes).starts_with(std::string_view(kMagic, kMagicSize))) break;  // the end
      const auto record = recordIn(bytes);
      TRY(const bool sound, isSound(place.at, record, skipped > 0));
      if (sound) {
        note(skipped, counts, met);
        return record;
      }
      ++place.at, ++skipped;
      place.within = 0;
    }
    const bool ended = place.at + kMagicSize == file_.size();
    note(skipped + (ended || place.at > file_.size() ? 0 : file_.size() - place.at), counts, met);
    place.at = file_.size();
    return std::optional<Record>();
  }

  /// Three times and numbers, the packing's name, the size, and the records.
  Result<RosChunk> chunkAt(std::uint64_t at, const Record& record) {
    TRY(const auto bytes, file_.at(at + kRecordHead, bounded(record.size)));
    Fields fields(bytes);
    fields.take<std::uint64_t>(), fields.take<std::uint64_t>(), fields.take<std::uint64_t>();
    fields.take<std::uint32_t>();
    const std::string_view compression = fields.text();
    RosChunk chunk;
    chunk.said = fields.take<std::uint64_t>();
    chunk.packed = fields.rest().first(
        static_cast<std::size_t>(std::min<std::uint64_t>(chunk.said, fields.rest().size())));
    chunk.packing = compression == "lz4"    ? Packing::Lz4
                    : compression == "zstd" ? Packing::Zstd
                                            : Packing::None;
    chunk.known = !fields.bad &&
                  (chunk.packing != Packing::None || compression.empty() || compression == "none");
    return chunk;
  }

  /// The channels that are announced: in the summary at the end, else among the messages.
  Result<std::vector<RosTopic>> topics(Notes& notes) {
    std::map<std::uint32_t, std::string> schemas;
    std::map<std::uint32_t, RosTopic> known;
    std::string left;
    const auto take = [&](int op, std::span<const std::byte> data) {
      Fields fields(data);
      const std::uint32_t number = fields.take<std::uint16_t>();
      if (op == kSchema) {
        schemas.emplace(number, std::string(fields.text()));
        return;
      }
      const std::uint32_t schema = fields.take<std::uint16_t>();
      const std::string name(fields.text()), encoding(fields.text());
      if (fields.bad || known.contains(number)) return;
      const auto type = rosType(schemas[schema]);
      if (type && (encoding == "cdr" || encoding == "ros1"))
        known[number] = {number, name, *type,
                         encoding == "cdr" ? RosLayout::Cdr : RosLayout::Packed};
      else if (left.size() < 1000 && left.find(schemas[schema]) == left.npos)
        left += (left.empty() ? "" : ", ") + schemas[schema].substr(0, 100);
    };
    TRY(const std::uint64_t summary, summaryAt());
    TRY_DO(collect(summary, schemas, take));
    if (summary && known.empty()) TRY_DO(collect(0, schemas, take));
    if (summary == 0)
      notes.push_back(
          {Note::Level::Warning,
           "the file was not closed: it has no summary, and is read from its beginning"});
    if (!left.empty()) notes.push_back({Note::Level::Info, "messages that are not read: " + left});
    std::vector<RosTopic> made;
    for (auto& [number, topic] : known) made.push_back(std::move(topic));
    return made;
  }

 private:
  /// Schemas and channels in the summary, or, where that is 0, in the whole file.
  template <class Take>
  Result<void> collect(std::uint64_t summary, const std::map<std::uint32_t, std::string>& schemas,
                       Take take) {
    Findings unused;
    for (Place place{summary ? summary : kMagicSize, 0}; schemas.size() < 10'000;) {
      TRY(const auto record, recordAt(place, false, unused));
      if (!record) break;
      if (record->op == kSchema || record->op == kChannel) {
        TRY(const auto bytes, file_.at(place.at + kRecordHead, bounded(record->size)));
        take(record->op, bytes);
      } else if (record->op == kChunk && summary == 0) {
        TRY_DO(load(place.at, *record, false, unused));
        eachLoaded([&](const Record& inner, std::span<const std::byte> from) {
          if (inner.op == kSchema || inner.op == kChannel)
            take(inner.op, from.subspan(kRecordHead, inner.size));
        });
      }
      place.at += kRecordHead + record->size;
    }
    return {};
  }
  static std::size_t bounded(std::uint64_t size) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(size, RosChunk::kMost));
  }

  /// Where the summary begins, as the footer says; 0 if there is none.
  Result<std::uint64_t> summaryAt() {
    constexpr std::size_t kEnd = kRecordHead + kFooterSize + kMagicSize;
    if (file_.size() < kMagicSize + kEnd) return std::uint64_t{0};
    TRY(const auto end, file_.at(file_.size() - kEnd, kEnd));
    const bool closed = textOf(end.last(kMagicSize)) == std::string_view(kMagic, kMagicSize) &&
                        end[0] == std::byte{kFooter};
    const std::uint64_t at = closed ? little<std::uint64_t>(end, kRecordHead) : 0;
    return at >= kMagicSize && at < file_.size() ? at : 0;
  }

  Result<bool> isSound(std::uint64_t at, const std::optional<Record>& record, bool searching) {
    if (!record) return false;
    const std::uint64_t after = at + kRecordHead + record->size;
    if (after > file_.size()) return record->op == kChunk && !searching;
    if (!searching) return true;
    if (record->op > kLast || record->size == 0) return false;
    TRY(const auto bytes, file_.at(after, kRecordHead));
    const auto next = recordIn(bytes);
    return next && next->op <= kLast && after + kRecordHead + next->size <= file_.size();
  }
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(FileWindow file, FileWindow::open(path));
  TRY(const auto head, file.at(0, kMagicSize));
  if (textOf(head) != std::string_view(kMagic, kMagicSize))
    return Error{"is no MCAP file", path.string()};
  Log log(std::move(file));
  Notes notes = {{Note::Level::Info, "MCAP"}};
  TRY(auto topics, log.topics(notes));
  return openRos(std::move(log), std::move(topics), options, std::move(notes), path.string());
}

int sniff(const FileProbe& probe) {
  const bool begins = textOf(probe.head).starts_with(std::string_view(kMagic, kMagicSize));
  return !probe.isFolder && begins ? 90 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "mcap",
                          .title = "MCAP (ROS 2)",
                          .endings = ".mcap",
                          .options = rosOptions(sensorOptions()),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::mcap
