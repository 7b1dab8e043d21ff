#pragma once
#include <filesystem>

namespace spk {

/// The folder `resources/` (demos, lessons, templates, docs, icons …): in $SPK_HOME if that is set,
/// else in the first folder above the running program that holds one, else in the source folder
/// that the program was built from.
std::filesystem::path resourceFolder();
/// The folder `datasets/` beside it.
std::filesystem::path datasetFolder();

}  // namespace spk
