// PNG, as the W3C's second edition describes it; without interlacing.
#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "plugins/sources/pictureFormats.h"

namespace spk::sources {
namespace {

std::uint8_t byteAt(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}
std::uint32_t wordAt(std::string_view bytes, std::size_t i) {
  return std::uint32_t{byteAt(bytes, i)} << 24 | std::uint32_t{byteAt(bytes, i + 1)} << 16 |
         std::uint32_t{byteAt(bytes, i + 2)} << 8 | byteAt(bytes, i + 3);
}

enum Colour { Grey = 0, Rgb = 2, Indexed = 3, GreyAlpha = 4, Rgba = 6 };

/// What the chunks say.
struct Png {
  std::uint32_t width = 0, height = 0;
  int depth = 0, colour = 0;
  std::vector<std::array<float, 3>> palette;
  std::string packed;

  std::size_t samples() const {
    return colour == Rgb ? 3 : colour == GreyAlpha ? 2 : colour == Rgba ? 4 : 1;
  }
  std::size_t rowBytes() const {
    return (std::size_t{width} * samples() * static_cast<std::size_t>(depth) + 7) / 8;
  }
};

Result<void> readHeader(std::string_view data, Png& png) {
  if (data.size() != 13) return Error{"has a damaged header", ""};
  png.width = wordAt(data, 0), png.height = wordAt(data, 4);
  png.depth = byteAt(data, 8), png.colour = byteAt(data, 9);
  TRY_DO(sizeAllowed(png.width, png.height));
  const bool small = png.depth == 1 || png.depth == 2 || png.depth == 4;
  const bool known = png.colour == Grey      ? small || png.depth == 8 || png.depth == 16
                     : png.colour == Indexed ? small || png.depth == 8
                     : png.colour == Rgb || png.colour == GreyAlpha || png.colour == Rgba
                         ? png.depth == 8 || png.depth == 16
                         : false;
  if (!known)
    return Error{"has colours of type " + std::to_string(png.colour) + " with " +
                     std::to_string(png.depth) + " bits, which PNG does not know",
                 ""};
  if (byteAt(data, 10) != 0 || byteAt(data, 11) != 0)
    return Error{"is packed or filtered in a way that PNG does not know", ""};
  if (byteAt(data, 12) != 0) return Error{"is interlaced; save it without interlacing", ""};
  return {};
}

Result<Png> readChunks(std::string_view bytes) {
  Png png;
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::size_t length = wordAt(bytes, at);
    if (length > bytes.size() - at - 12)
      return Error{"is cut short at byte " + std::to_string(at), ""};
    const std::string_view name = bytes.substr(at + 4, 4), data = bytes.substr(at + 8, length);
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data() + at + 4),
                           static_cast<uInt>(length + 4));
    if (sum != wordAt(bytes, at + 8 + length))
      return Error{"is damaged at byte " + std::to_string(at) + ": a wrong checksum", ""};
    if (png.width == 0 && name != "IHDR") return Error{"does not begin with its header", ""};
    if (name == "IHDR") TRY_DO(readHeader(data, png));
    if (name == "PLTE")
      for (std::size_t i = 0; i + 3 <= data.size(); i += 3)
        png.palette.push_back({static_cast<float>(byteAt(data, i)) / 255,
                               static_cast<float>(byteAt(data, i + 1)) / 255,
                               static_cast<float>(byteAt(data, i + 2)) / 255});
    if (name == "IDAT") png.packed += data;
    if (name == "IEND") return png;
    at += length + 12;
  }
  return Error{"is cut short: its end is missing", ""};
}

Result<std::vector<std::uint8_t>> unpack(const Png& png) {
  std::vector<std::uint8_t> rows((png.rowBytes() + 1) * png.height);
  uLongf size = rows.size();
  const int done = uncompress(rows.data(), &size, reinterpret_cast<const Bytef*>(png.packed.data()),
                              png.packed.size());
  if (done != Z_OK || size != rows.size())
    return Error{"has pixels that cannot be unpacked or are too few", ""};
  return rows;
}

/// Undoes the filter of each row, in place. The first byte of a row names it.
Result<void> unfilter(const Png& png, std::vector<std::uint8_t>& rows) {
  const std::size_t bytes = png.rowBytes(), stride = bytes + 1;
  const std::size_t back =
      std::max<std::size_t>(1, png.samples() * static_cast<std::size_t>(png.depth) / 8);
  for (std::size_t y = 0; y < png.height; ++y) {
    std::uint8_t* row = rows.data() + y * stride + 1;
    const std::uint8_t* above = y ? row - stride : nullptr;
    const int filter = row[-1];
    if (filter > 4) return Error{"has a row of the unknown filter " + std::to_string(filter), ""};
    for (std::size_t i = 0; i < bytes; ++i) {
      const int a = i >= back ? row[i - back] : 0, b = above ? above[i] : 0,
                c = above && i >= back ? above[i - back] : 0;
      const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
      const int paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      const int add = filter == 1   ? a
                      : filter == 2 ? b
                      : filter == 3 ? (a + b) / 2
                      : filter == 4 ? paeth
                                    : 0;
      row[i] = static_cast<std::uint8_t>(row[i] + add);
    }
  }
  return {};
}

}  // namespace

Result<Picture> readPng(std::string_view bytes) {
  TRY(const Png png, readChunks(bytes));
  TRY(std::vector<std::uint8_t> rows, unpack(png));
  TRY_DO(unfilter(png, rows));
  Picture picture{static_cast<int>(png.width), static_cast<int>(png.height), {}};
  picture.grey.reserve(std::size_t{png.width} * png.height);
  const std::uint32_t most = (1u << png.depth) - 1;
  for (std::size_t y = 0; y < png.height; ++y) {
    const std::uint8_t* row = rows.data() + y * (png.rowBytes() + 1) + 1;
    const auto raw = [&](std::size_t i) -> std::uint32_t {
      if (png.depth == 16) return std::uint32_t{row[2 * i]} << 8 | row[2 * i + 1];
      if (png.depth == 8) return row[i];
      const std::size_t bit = i * static_cast<std::size_t>(png.depth);
      return row[bit / 8] >> (8 - png.depth - static_cast<int>(bit % 8)) & most;
    };
    const auto sample = [&](std::size_t i) {
      return static_cast<float>(raw(i)) / static_cast<float>(most);
    };
    for (std::size_t x = 0; x < png.width; ++x) {
      const std::size_t i = x * png.samples();
      if (png.colour == Indexed) {
        if (raw(i) >= png.palette.size())
          return Error{"has a pixel of colour " + std::to_string(raw(i)) + "; its palette has " +
                           std::to_string(png.palette.size()),
                       ""};
        const auto& [red, green, blue] = png.palette[raw(i)];
        picture.grey.push_back(greyOf(red, green, blue));
        continue;
      }
      const bool coloured = png.colour == Rgb || png.colour == Rgba;
      const float grey = coloured ? greyOf(sample(i), sample(i + 1), sample(i + 2)) : sample(i);
      const bool alpha = png.colour == GreyAlpha || png.colour == Rgba;
      picture.grey.push_back(alpha ? grey * sample(i + png.samples() - 1) : grey);
    }
  }
  return picture;
}

}  // namespace spk::sources
