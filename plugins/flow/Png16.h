#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Result.h"

namespace spk::flow {

/// A picture of three channels of 16 bits, row by row, red first.
struct Picture16 {
  int width = 0, height = 0;
  std::vector<std::uint16_t> rgb;
};
/// As PNG (ISO/IEC 15948), without interlace.
std::string pngOf(const Picture16& picture);
/// Error: no PNG, of another depth, interlaced, damaged, or of more than 2^24 pixels.
Result<Picture16> readPng(std::string_view bytes);
/// Whether these bytes begin a PNG of 16 bits and three channels.
bool isPng16(std::string_view head);

}  // namespace spk::flow
