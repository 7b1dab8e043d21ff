#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/base/Note.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

/// On disk a project is one JSON text, NAME.spk: schema version, items sorted by id, keys sorted,
/// so that diffs are small and equal projects are equal bytes. Blobs are immutable HDF5 files
/// named by their checksum in NAME.blobs/.
inline constexpr int kSchema = 1;

struct Loaded {
  Project project;
  Notes notes;  ///< renamed parameters, missing blobs, a newer schema; check() tells the rest
};

/// The text of a project; `read(write(p)) == p`, unknown fields included.
std::string projectText(const Project& project);
Result<Loaded> readProject(std::string_view text, const Registry& registry);

/// Blobs first, then temp, sync, rename; the old file stays as NAME.spk.bak.
Result<void> save(const Project& project, const std::filesystem::path& path);
Result<Loaded> load(const std::filesystem::path& path, const Registry& registry);

/// One line of JSON for an edit, and back; used by the journal.
std::string editText(const Edit& edit);
Result<Edit> readEdit(std::string_view line);

}  // namespace spk
