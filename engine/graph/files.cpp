#include "engine/graph/files.h"

#include "engine/base/resources.h"

namespace spk {

std::filesystem::path resolvedFile(std::string_view written,
                                   const std::filesystem::path& projectFolder) {
  const std::filesystem::path path(written);
  if (path.empty() || path.is_absolute()) return path;
  std::error_code error;
  std::filesystem::path beside = projectFolder / path;
  if (std::filesystem::exists(beside, error)) return beside;
  const std::filesystem::path first = *path.begin();
  if (first == "datasets") return datasetFolder().parent_path() / path;
  if (first == "resources") return resourceFolder().parent_path() / path;
  return beside;
}

}  // namespace spk
