#pragma once
#include <filesystem>

#include "engine/base/Result.h"

namespace spk {

/// Turns the log of a recording into an HDF5 file in SONATA's layout:
/// /spikes/POPULATION/{timestamps [ms], node_ids}, /report/POPULATION for the traces, /spikarium
/// with the project's text, seed, version and the edits of the run. No wall clock and no path goes
/// in: equal runs give equal bytes. The file is written aside and renamed; the log stays.
Result<void> writeRecording(const std::filesystem::path& log, const std::filesystem::path& path);

}  // namespace spk
