// MCAP, as ROS 2 records it: records of a number and a length, messages within chunks that may be
// packed. Layout: mcap.dev/spec.
#include <algorithm>
#include <map>
#include <optional>

#include "engine/graph/Registry.h"
#include "plugins/events/FileWindow.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RosSource.h"
#include "plugins/events/loads.h"
#include "plugins/events/unpack.h"

namespace spk::events::mcap {
namespace {

constexpr char kMagic[] = "\x89MCAP0\r\n";
constexpr std::size_t kMagicSize = 8, kRecordHead = 9, kChunkMost = std::size_t{1} << 26,
                      kUnpackedMost = std::size_t{1} << 27, kFooterSize = 20;
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
};
std::optional<Record> recordIn(std::span<const std::byte> bytes) {
  if (bytes.size() < kRecordHead) return std::nullopt;
  const Record record{std::to_integer<int>(bytes[0]), little<std::uint64_t>(bytes, 1)};
  if (record.op < 1 || record.size > std::uint64_t{1} << 40) return std::nullopt;
  return record;
}

/// What a chunk's own fields say; its records follow.
struct Chunk {
  std::string compression;
  std::uint64_t unpacked = 0, recordsAt = 0, records = 0;
};

/// A file of messages, one by one.
class Log {
 public:
  struct Place {
    std::uint64_t at = kMagicSize;
    std::uint64_t within = 0;
  };

  explicit Log(FileWindow file) : file_(std::move(file)) {}
  Log(const Log& other) : file_(other.file_) {}

  Place begin() const { return {}; }
  std::uint64_t size() const { return file_.size(); }

  Result<RosStep> next(Place& place, std::uint32_t topic, bool counts, Findings& met) {
    while (true) {
      if (place.at != loadedAt_) {
        TRY(const auto record, recordAt(place, counts, met));
        if (!record) return RosStep{};
        const std::uint64_t after = place.at + kRecordHead + record->size;
        if (record->op == kMessage) {
          TRY(const auto bytes, file_.at(place.at + kRecordHead, bounded(record->size)));
          place.at = after;
          if (const auto message = messageOf(bytes, topic)) return RosStep{true, message};
          continue;
        }
        if (record->op != kChunk) {
          place.at = after;
          continue;
        }
        TRY_DO(load(place.at, *record, counts, met));
      }
      while (place.within < chunk_.size()) {
        const auto rest = std::span<const std::byte>(chunk_).subspan(place.within);
        const auto inner = recordIn(rest);
        if (!inner || inner->size > rest.size() - kRecordHead) {
          if (counts)
            met.add("damaged_bytes", static_cast<std::int64_t>(rest.size()),
                    "bytes of chunks are no sound records and were skipped");
          break;
        }
        place.within += kRecordHead + inner->size;
        if (inner->op != kMessage) continue;
        if (const auto message = messageOf(rest.subspan(kRecordHead, inner->size), topic))
          return RosStep{true, message};
      }
      place.at = loadedEnd_;
      place.within = 0;
      return RosStep{true};
    }
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
        for (std::span<const std::byte> rest = chunk_; !rest.empty();) {
          const auto inner = recordIn(rest);
          if (!inner || inner->size > rest.size() - kRecordHead) break;
          if (inner->op == kSchema || inner->op == kChannel)
            take(inner->op, rest.subspan(kRecordHead, inner->size));
          rest = rest.subspan(kRecordHead + inner->size);
        }
      }
      place.at += kRecordHead + record->size;
    }
    return {};
  }
  static std::size_t bounded(std::uint64_t size) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(size, kChunkMost));
  }
  /// u16 channel, u32 number, two times, then the data.
  static std::optional<std::span<const std::byte>> messageOf(std::span<const std::byte> bytes,
                                                             std::uint32_t topic) {
    constexpr std::size_t kHead = 2 + 4 + 8 + 8;
    if (bytes.size() < kHead || little<std::uint16_t>(bytes) != topic) return std::nullopt;
    return bytes.subspan(kHead);
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
  static void note(std::uint64_t skipped, bool counts, Findings& met) {
    if (counts)
      met.add("skipped_bytes", static_cast<std::int64_t>(skipped),
              "bytes are no sound records and were skipped");
  }

  /// The records of a chunk, unpacked; a damaged one has none.
  Result<void> load(std::uint64_t at, const Record& record, bool counts, Findings& met) {
    if (loadedAt_ == at) return {};
    chunk_.clear();
    loadedAt_ = at;
    loadedEnd_ = std::min(file_.size(), at + kRecordHead + record.size);
    TRY(const auto bytes, file_.at(at + kRecordHead, bounded(record.size)));
    Fields fields(bytes);
    fields.take<std::uint64_t>(), fields.take<std::uint64_t>(), fields.take<std::uint64_t>();
    fields.take<std::uint32_t>();
    const std::string compression(fields.text());
    const auto size = fields.take<std::uint64_t>();
    const auto packed = fields.rest().first(
        static_cast<std::size_t>(std::min<std::uint64_t>(size, fields.rest().size())));
    if (counts && packed.size() < size)
      met.add("truncated_bytes", static_cast<std::int64_t>(packed.size()),
              "bytes are of a chunk that is cut short or larger than 64 MiB");
    const Packing packing = compression == "lz4"    ? Packing::Lz4
                            : compression == "zstd" ? Packing::Zstd
                                                    : Packing::None;
    const auto unpacked = unpacker_.unpack(packing, packed, kUnpackedMost);
    if (!fields.bad && unpacked &&
        (packing != Packing::None || compression.empty() || compression == "none"))
      chunk_.assign(unpacked.value().begin(), unpacked.value().end());
    else if (counts)
      met.add("damaged_chunks", 1,
              "chunks are damaged or packed in an unknown way and were skipped");
    return {};
  }

  static constexpr std::uint64_t kNothing = ~std::uint64_t{0};
  FileWindow file_;
  Unpacker unpacker_;
  std::vector<std::byte> chunk_;
  std::uint64_t loadedAt_ = kNothing, loadedEnd_ = 0;
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
