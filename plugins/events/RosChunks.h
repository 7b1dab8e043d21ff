#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "plugins/events/FileWindow.h"
#include "plugins/events/RosSource.h"
#include "plugins/events/unpack.h"

namespace spk::events {

/// A chunk as it lies in the file.
struct RosChunk {
  Packing packing = Packing::None;
  bool known = true;                  ///< packed in a way that is known
  std::span<const std::byte> packed;  ///< as much as the file has, 64 MiB at most
  std::uint64_t said = 0;             ///< bytes that it claims to have
  static constexpr std::size_t kMost = std::size_t{1} << 26;
};

/// A file of records, some of which are chunks of further records, perhaps packed: walks to the
/// messages of a topic, whatever the layout of the records.
/// @tparam Log  derives from it, and has Record with `op` and end(), counted from the record's
/// beginning; kChunkOp and kBegin, where the first record lies; recordIn(bytes), the record at
/// their start; recordAt(place, counts, findings), the record at the place, or after damage the
/// next one; messageOf(record, bytes, topic), its data if it is a message of that topic;
/// looseMessage(at, record, topic), the same of one that lies outside the chunks; chunkAt(at,
/// record)
template <class Log>
class RosChunks {
 public:
  struct Place {
    std::uint64_t at = Log::kBegin;  ///< a record of the file
    std::uint64_t within = 0;        ///< of its chunk, a record
  };

  explicit RosChunks(FileWindow file) : file_(std::move(file)) {}
  RosChunks(const RosChunks& other) : file_(other.file_) {}

  Place begin() const { return {}; }
  std::uint64_t size() const { return file_.size(); }

  Result<RosStep> next(Place& place, std::uint32_t topic, bool counts, Findings& met) {
    while (true) {
      if (place.at != loadedAt_) {
        TRY(const auto record, self().recordAt(place, counts, met));
        if (!record) return RosStep{};
        if (record->op != Log::kChunkOp) {
          const std::uint64_t at = place.at;
          place.at += record->end();
          TRY(const auto message, self().looseMessage(at, *record, topic));
          if (message) return RosStep{true, message};
          continue;
        }
        TRY_DO(load(place.at, *record, counts, met));
      }
      while (place.within < chunk_.size()) {
        const auto rest = std::span<const std::byte>(chunk_).subspan(place.within);
        const auto inner = Log::recordIn(rest);
        if (!inner || inner->end() > rest.size()) {
          if (counts)
            met.add("damaged_bytes", static_cast<std::int64_t>(rest.size()),
                    "bytes of chunks are no sound records and were skipped");
          break;
        }
        place.within += inner->end();
        if (const auto message = Log::messageOf(*inner, rest, topic)) return RosStep{true, message};
      }
      place.at = loadedEnd_;
      place.within = 0;
      return RosStep{true};
    }
  }

 protected:
  using Message = std::optional<std::span<const std::byte>>;

  /// Unpacks the chunk at `at`. A damaged one has no records; one that is cut short has the first.
  template <class Record>
  Result<void> load(std::uint64_t at, const Record& record, bool counts, Findings& met) {
    if (loadedAt_ == at) return {};
    chunk_.clear();
    loadedAt_ = at;
    loadedEnd_ = std::min(size(), at + record.end());
    TRY(const RosChunk chunk, self().chunkAt(at, record));
    if (counts && chunk.packed.size() < chunk.said)
      met.add("truncated_bytes", static_cast<std::int64_t>(chunk.packed.size()),
              "bytes are of a chunk that is cut short or larger than 64 MiB");
    const auto bytes = unpacker_.unpack(chunk.packing, chunk.packed, kUnpackedMost);
    if (bytes && chunk.known)
      chunk_.assign(bytes.value().begin(), bytes.value().end());
    else if (counts)
      met.add("damaged_chunks", 1,
              "chunks are damaged or packed in an unknown way and were skipped");
    return {};
  }
  /// Hands the records of the chunk that was loaded to take(record, bytes from its beginning on).
  template <class Take>
  void eachLoaded(Take take) const {
    for (std::span<const std::byte> rest = chunk_; !rest.empty();) {
      const auto inner = Log::recordIn(rest);
      if (!inner || inner->end() > rest.size()) return;
      take(*inner, rest);
      rest = rest.subspan(inner->end());
    }
  }
  static void note(std::uint64_t skipped, bool counts, Findings& met) {
    if (counts)
      met.add("skipped_bytes", static_cast<std::int64_t>(skipped),
              "bytes are no sound records and were skipped");
  }

  FileWindow file_;

 private:
  static constexpr std::uint64_t kNothing = ~std::uint64_t{0};
  static constexpr std::size_t kUnpackedMost = std::size_t{1} << 27;

  Log& self() { return static_cast<Log&>(*this); }

  Unpacker unpacker_;
  std::vector<std::byte> chunk_;
  std::uint64_t loadedAt_ = kNothing, loadedEnd_ = 0;
};

}  // namespace spk::events
