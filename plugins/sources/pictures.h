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
/// PNG (any colours and depth, not interlaced), PGM or PPM (P2, P5, P6), or a NumPy array [H, W]:
/// of bools, of integers over their whole range, or of reals, which are divided by their largest if
/// that is above 1. Colours become grey (ITU-R BT.601), transparent is black. Error: which file,
/// and what in it cannot be read.
Result<Picture> readPicture(const std::filesystem::path& path);
/// In another size: the mean over what each new pixel covers.
Picture scaled(const Picture& picture, int width, int height);

/// The pictures of a folder (or of the folder in which this picture lies) in order of their names.
Result<std::vector<std::filesystem::path>> pictureFiles(const std::filesystem::path& path);

}  // namespace spk::sources
