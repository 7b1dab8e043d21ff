#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/Result.h"

namespace spk {

/// Turns the log of a recording into an HDF5 file in SONATA's layout:
/// /spikes/POPULATION/{timestamps [ms], node_ids}, /report/POPULATION for the traces,
/// /events/NODE/{t [ns], x, y, p} for events that views show or populations hear, /spikarium with
/// the project's text, seed, version and the edits of the run. No wall clock and no path goes in:
/// equal runs give equal bytes. The file is written aside and renamed; the log stays.
Result<void> writeRecording(const std::filesystem::path& log, const std::filesystem::path& path);

/// What such a file holds, without its numbers.
struct RecordingSummary {
  struct Population {
    std::string name;
    std::uint64_t spikes = 0;
  };
  struct Report {
    std::string name, column, unit;
    std::uint64_t samples = 0, neurons = 0;
    double every_ms = 0;
  };
  std::string project, version;
  std::int64_t seed = 0;
  double dt_ms = 0, end_ms = 0;
  double first_ms = 0, last_ms = 0;  ///< of all spikes; 0 where there are none
  std::uint64_t spikes = 0, edits = 0;
  std::vector<Population> populations;
  std::vector<Report> reports;
  struct Stream {
    std::string name;
    std::uint64_t events = 0;
  };
  std::vector<Stream> streams;
};
/// Whether writeRecording made it.
bool isRecordingFile(const std::filesystem::path& path);
Result<RecordingSummary> summariseRecording(const std::filesystem::path& path);

}  // namespace spk
