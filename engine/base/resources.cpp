#include "engine/base/resources.h"

#include <cstdlib>

namespace spk {
namespace {

std::filesystem::path home() {
  if (const char* given = std::getenv("SPK_HOME"); given && *given) return given;
  std::error_code error;
  std::filesystem::path folder =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  while (!error && folder.has_relative_path()) {
    if (std::filesystem::is_directory(folder / "resources" / "docs", error)) return folder;
    error.clear();
    folder = folder.parent_path();
  }
  return SPK_SOURCE_DIR;
}

}  // namespace

std::filesystem::path resourceFolder() { return home() / "resources"; }
std::filesystem::path datasetFolder() { return home() / "datasets"; }

}  // namespace spk
