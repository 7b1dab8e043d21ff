#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "engine/data/FileFormat.h"

namespace spk {
class H5;
}

namespace spk::events {

/// A file in the making, beside the one that it will replace; it leaves nothing behind unless
/// finished.
class RawBytes {
 public:
  static Result<RawBytes> create(const std::filesystem::path& path);
  RawBytes(RawBytes&&) = default;
  RawBytes& operator=(RawBytes&&) = delete;
  ~RawBytes();

  template <class Word>
  void put(Word word) {
    for (std::size_t i = 0; i < sizeof word; ++i)
      held_.push_back(static_cast<char>(word >> (8 * i) & 0xFF));
    if (held_.size() >= kHeldMost) flush();
  }
  void putText(std::string_view text);
  /// Writes over bytes that were put before.
  void patch(std::uint64_t offset, std::string_view bytes);
  Result<void> finish();  ///< sync and rename

 private:
  static constexpr std::size_t kHeldMost = 1 << 16;
  RawBytes(std::filesystem::path path, std::filesystem::path temp);
  void flush();

  std::filesystem::path path_, temp_;
  std::ofstream file_;
  std::vector<char> held_;
};

/// Events in the order of the file, times raw.
struct RawRun {
  std::span<const std::int64_t> t;  ///< µs, or ns for text
  std::span<const std::uint16_t> x, y;
  std::span<const std::uint8_t> polarity;
};

/// Where the records of a source go, by time: of one instant, the triggers first.
struct RecordSink {
  std::function<Result<void>(const RawRun&)> events;
  std::function<Result<void>(const Trigger&)> trigger;  ///< its t is raw as well [ns]
};

/// Makes an HDF5 file beside the one that it will replace; nothing is left behind if `fill` fails.
Result<void> writeH5(const std::filesystem::path& path,
                     const std::function<Result<void>(H5&)>& fill);
/// What a writer says of times that had fractions of a microsecond.
Notes flooredNotes(std::int64_t floored);

/// Whether a file begins as HDF5 does, and holds all of these paths.
bool isH5(const FileProbe& probe);
bool hasH5(const FileProbe& probe, std::initializer_list<std::string_view> paths);

/// The event source in `from`. Error if it holds something else or has no events stream.
Result<EventSource*> eventSource(Opened& from);
/// Raw time of the source's first record [ns].
Result<Time> firstRawTime(EventSource& source);
/// Reads the source from its beginning to the end; times are raw [ns].
Result<void> readAll(EventSource& source, const RecordSink& sink);

}  // namespace spk::events
