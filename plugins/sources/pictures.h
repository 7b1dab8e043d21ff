#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "engine/base/Result.h"

namespace spk::sources {

/// A grey picture, row by row, top left first; brightness 0 … 1.
struct Picture {
  int width = 0, height = 0;
  std::vector<float> grey;
};
/// PNG of 8 or 16 bits (grey, colour, palette; not interlaced), PGM or PPM (P5, P6). Colours become
/// grey (ITU-R BT.601). @return Error: which file, and what in it cannot be read
Result<Picture> readPicture(const std::filesystem::path& path);

/// The pictures of a folder (or of the folder in which this picture lies) in order of their names.
Result<std::vector<std::filesystem::path>> pictureFiles(const std::filesystem::path& path);

}  // namespace spk::sources
