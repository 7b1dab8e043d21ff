#include "plugins/flow/Png16.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>

namespace spk::flow {
namespace {

constexpr std::string_view kMagic = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kBytes = 6;  // of a pixel
constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 24;

void putWord(std::string& out, std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift & 0xFF);
}
std::uint32_t wordAt(std::string_view bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[at + i]);
  return word;
}
std::uint32_t checkOf(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}
void putChunk(std::string& out, std::string_view kind, std::string_view data) {
  putWord(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t from = out.size();
  out += kind;
  out += data;
  putWord(out, checkOf(std::string_view(out).substr(from)));
}

Error damaged() { return {"is a damaged PNG", "png"}; }

/// Takes back what a row was predicted from: its left, the row above, both.
bool unfilter(std::uint8_t kind, std::span<std::uint8_t> row, std::span<const std::uint8_t> above) {
  if (kind > 4) return false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int a = i >= kBytes ? row[i - kBytes] : 0, b = above[i],
              c = i >= kBytes ? above[i - kBytes] : 0;
    int guess = 0;
    if (kind == 1) guess = a;
    if (kind == 2) guess = b;
    if (kind == 3) guess = (a + b) / 2;
    if (kind == 4) {  // Paeth
      const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
      guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
    row[i] = static_cast<std::uint8_t>(row[i] + guess);
  }
  return true;
}

}  // namespace

std::string pngOf(const Picture16& picture) {
  std::string head;
  putWord(head, static_cast<std::uint32_t>(picture.width));
  putWord(head, static_cast<std::uint32_t>(picture.height));
  head += std::string_view("\x10\x02\0\0\0", 5);  // 16 bits, colour, no interlace
  std::string rows;
  const auto inRow = static_cast<std::size_t>(picture.width) * 3;
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    if (i % inRow == 0) rows += '\0';  // not predicted
    rows += static_cast<char>(picture.rgb[i] >> 8);
    rows += static_cast<char>(picture.rgb[i] & 0xFF);
  }
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
            reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()), 6);
  packed.resize(size);
  std::string out(kMagic);
  putChunk(out, "IHDR", head);
  putChunk(out, "IDAT", packed);
  putChunk(out, "IEND", {});
  return out;
}

bool isPng16(std::string_view head) {
  return head.size() >= 33 && head.starts_with(kMagic) && head.substr(12, 4) == "IHDR" &&
         head.substr(24, 5) == std::string_view("\x10\x02\0\0\0", 5);
}

Result<Picture16> readPng(std::string_view bytes) {
  if (!isPng16(bytes))
    return Error{"is no PNG of three channels of 16 bits without interlace", "png"};
  Picture16 picture;
  const std::uint64_t width = wordAt(bytes, 16), height = wordAt(bytes, 20);
  if (width < 1 || height < 1 || width > 65536 || height > 65536 || width * height > kMostPixels)
    return Error{"says it has " + std::to_string(width) + " x " + std::to_string(height) +
                     " px; 2^26 pixels at most are read",
                 "png"};
  std::string packed;
  for (std::size_t at = kMagic.size(); at + 12 <= bytes.size();) {
    const std::size_t size = wordAt(bytes, at);
    if (size > bytes.size() - at - 12) return damaged();
    const std::string_view kind = bytes.substr(at + 4, 4);
    if (checkOf(bytes.substr(at + 4, size + 4)) != wordAt(bytes, at + 8 + size)) return damaged();
    if (kind == "IDAT") packed += bytes.substr(at + 8, size);
    if (kind == "IEND") break;
    at += size + 12;
  }
  const std::size_t inRow = width * kBytes;
  std::vector<std::uint8_t> rows((inRow + 1) * height), above(inRow);
  auto size = static_cast<uLongf>(rows.size());
  if (uncompress(rows.data(), &size, reinterpret_cast<const Bytef*>(packed.data()),
                 static_cast<uLong>(packed.size())) != Z_OK ||
      size != rows.size())
    return damaged();
  picture.width = static_cast<int>(width);
  picture.height = static_cast<int>(height);
  picture.rgb.reserve(width * height * 3);
  for (std::size_t y = 0; y < height; ++y) {
    std::span<std::uint8_t> row(rows.data() + y * (inRow + 1) + 1, inRow);
    if (!unfilter(rows[y * (inRow + 1)], row, above)) return damaged();
    for (std::size_t i = 0; i < inRow; i += 2)
      picture.rgb.push_back(static_cast<std::uint16_t>(row[i] << 8 | row[i + 1]));
    std::ranges::copy(row, above.begin());
  }
  return picture;
}

}  // namespace spk::flow
