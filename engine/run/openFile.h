#pragma once
#include <filesystem>
#include <string>

#include "engine/data/FileFormat.h"
#include "engine/graph/Registry.h"

namespace spk {

struct OpenedFile {
  const FileFormat* format = nullptr;
  Opened content;
};
/// Asks every format's sniff and opens with the surest. Error if none says more than 0: it lists
/// what the file begins with and which formats there are.
Result<OpenedFile> openFile(const std::filesystem::path& path, const Values& options,
                            const Registry& registry);
/// The format that would open it, without opening.
Result<const FileFormat*> sniffFile(const std::filesystem::path& path, const Registry& registry);

/// The node that a dropped file becomes, without id, place and unique name: for events of a camera
/// a source.event_stream with the file's absolute path, format and sensor size filled in; for a PNG,
/// PGM or PPM a source.image; for spikes in SONATA's layout, as runs write them, a source.replay of
/// the first population. Error for what is no node (a project, another recording of neurons).
Result<Item> itemForFile(const std::filesystem::path& path, const Registry& registry);

}  // namespace spk
