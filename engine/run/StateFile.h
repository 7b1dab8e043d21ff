#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Checkpoint.h"

namespace spk {

/// What decides a run: types, wires and values of all nodes but views and layout, seed and dt; not
/// names, places, duration. Two projects with equal sums run alike.
std::uint64_t networkSum(const Project& project, const Registry& registry);

/// A checkpoint on disk, for --save-state and --from-state.
struct StateFile {
  std::uint64_t network = 0;  ///< networkSum of the project that was running
  Checkpoint checkpoint;
};
Result<void> saveState(const StateFile& state, const std::filesystem::path& path);
/// Error: no state file, another version, damaged (checksum), cut short; it names the file.
Result<StateFile> loadState(const std::filesystem::path& path);
/// The same from its bytes; `path` is for messages.
Result<StateFile> readState(std::string_view bytes, const std::filesystem::path& path);
bool isStateFile(const std::filesystem::path& path);

}  // namespace spk
