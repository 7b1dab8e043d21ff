#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/base/Result.h"

namespace spk {

/// The whole file.
Result<std::string> readFile(const std::filesystem::path& path);

enum class KeepOld { No, AsBak };
/// All or nothing, whatever happens meanwhile: temp file beside it, fsync, rename, fsync of the
/// folder. KeepOld::AsBak leaves the file that was there as PATH.bak. Creates missing folders.
Result<void> writeFileSafely(const std::filesystem::path& path, std::string_view bytes,
                             KeepOld keepOld = KeepOld::No);
/// Puts `temp`, already written by the caller in the same folder, at `path`: fsync, rename, fsync.
Result<void> moveIntoPlace(const std::filesystem::path& temp, const std::filesystem::path& path,
                           KeepOld keepOld = KeepOld::No);
/// A name in the same folder for moveIntoPlace, unlike any that another process or thread takes.
std::filesystem::path tempBeside(const std::filesystem::path& path);

}  // namespace spk
