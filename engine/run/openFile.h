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

}  // namespace spk
