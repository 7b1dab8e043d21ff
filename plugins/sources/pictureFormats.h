#pragma once
#include <cstdint>
#include <string_view>

#include "engine/base/Result.h"
#include "plugins/sources/pictures.h"

namespace spk::sources {

/// Each reads a whole file of its format. Error says what is wrong, without the file's name.
Result<Picture> readPng(std::string_view bytes);
Result<Picture> readPnm(std::string_view bytes);
Result<Picture> readNpy(std::string_view bytes);
/// Error unless a picture of that size can be held.
Result<void> sizeAllowed(std::uint64_t width, std::uint64_t height);
/// ITU-R BT.601.
constexpr float greyOf(float red, float green, float blue) {
  return 0.299f * red + 0.587f * green + 0.114f * blue;
}

}  // namespace spk::sources
