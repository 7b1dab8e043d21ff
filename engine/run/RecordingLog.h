#pragma once
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Result.h"
#include "engine/data/Event.h"
#include "engine/data/Spike.h"
#include "engine/sim/Simulation.h"

namespace spk {

/// The append-only file of a recording in progress: a header (JSON), then chunks of spikes,
/// samples, events and edits in the order of the run. writeRecording() turns it into HDF5.
class RecordingLog {
 public:
  RecordingLog() = default;
  ~RecordingLog();  ///< closes; the file stays
  RecordingLog(const RecordingLog&) = delete;
  RecordingLog& operator=(const RecordingLog&) = delete;

  Result<void> open(const std::filesystem::path& path, std::string_view header);
  Result<void> spikes(std::span<const FiredSpike> spikes);
  Result<void> samples(std::uint32_t trace, std::span<const Sample> samples);
  Result<void> events(std::uint32_t stream, std::span<const Event> events);
  Result<void> edit(Time t, std::string_view line);
  /// Writes the end and closes.
  Result<void> close(Time end);
  const std::filesystem::path& path() const { return path_; }

  struct Reader {
    std::function<Result<void>(std::string_view header)> header;
    std::function<Result<void>(std::span<const FiredSpike>)> spikes;
    std::function<Result<void>(std::uint32_t trace, std::span<const Sample>)> samples;
    std::function<Result<void>(std::uint32_t stream, std::span<const Event>)> events;
    std::function<Result<void>(Time t, std::string_view line)> edit;
    std::function<Result<void>(Time end)> end;
  };
  /// Hands every chunk to `reader` in order; functions left empty skip theirs.
  static Result<void> read(const std::filesystem::path& path, const Reader& reader);

 private:
  Result<void> chunk(char kind, std::uint32_t number, std::span<const std::byte> payload);

  std::filesystem::path path_;
  std::FILE* file_ = nullptr;
  std::vector<std::byte> buffer_;
};

}  // namespace spk
