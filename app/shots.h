#pragma once
#include <filesystem>

#include "engine/base/Jobs.h"
#include "engine/graph/Registry.h"
#include "engine/run/Target.h"

namespace spk {

/// Draws the window in each of its states, every demo and every panel into PNGs in `folder`.
/// Error names the state that could not be reached.
Result<void> makeShots(const std::filesystem::path& folder, const Registry& registry,
                       const Targets& targets, Jobs& jobs);

}  // namespace spk
