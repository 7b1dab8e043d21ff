#pragma once
#include "engine/data/FileFormat.h"

namespace spk::events::aedat4 {

/// Writes events, triggers, inertial samples and frames as DV does, each kind as a stream of its
/// own, interleaved by time. @param options  compression: lz4, zstd or none
Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values& options);

}  // namespace spk::events::aedat4
