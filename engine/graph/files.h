#pragma once
#include <filesystem>
#include <string_view>

namespace spk {

/// Where a parameter of kind File points: an absolute path as it is; `datasets/…` or `resources/…`
/// as they come with the program, unless the project's folder has such a file; anything else
/// beside the project.
std::filesystem::path resolvedFile(std::string_view written,
                                   const std::filesystem::path& projectFolder);

}  // namespace spk
