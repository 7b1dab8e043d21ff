#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Edit.h"
#include "engine/base/Note.h"
#include "engine/graph/Document.h"

namespace spk {

/// NAME.blobs beside NAME.spk (or NAME.spk.journal): one immutable HDF5 file for each Blob.
std::filesystem::path blobFolder(const std::filesystem::path& projectOrJournal);

/// Calls `visit` with each blob of an item's values.
void eachBlob(Values& values, const std::function<void(Blob&)>& visit);
void eachBlob(const Values& values, const std::function<void(const Blob&)>& visit);

/// Writes and syncs those that are not in the folder yet; missing ones are left alone.
Result<void> writeBlobs(const Project& project, const std::filesystem::path& folder);
Result<void> writeBlobs(const Edit& edit, const std::filesystem::path& folder);
/// Error if the file is not there, damaged, or holds another array than its name says.
Result<Blob> readBlob(const std::string& name, const std::filesystem::path& folder);
/// Names of the arrays in the folder beside `project` (NAME.spk) that nothing names any more: not
/// it, nor its .bak, nor a journal, nor another file NAME.spk…; none where one cannot be read.
std::vector<std::string> strayBlobs(const std::filesystem::path& project);
/// Removes strays from the folder, but for those that an edit made meanwhile brings back.
void removeBlobs(std::span<const std::string> strays, std::span<const Edit> since,
                 const std::filesystem::path& folder);
/// Fetches every missing blob of a project; a Note for each that cannot be read.
Notes fetchBlobs(Project& project, const std::filesystem::path& folder);

}  // namespace spk
