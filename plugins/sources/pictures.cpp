#include "plugins/sources/pictures.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "engine/base/file.h"

namespace spk::sources {
namespace {

constexpr int kMostSide = 8192;

int byteAt(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::uint32_t wordAt(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(byteAt(bytes, at)) << 24 |
         static_cast<std::uint32_t>(byteAt(bytes, at + 1)) << 16 |
         static_cast<std::uint32_t>(byteAt(bytes, at + 2)) << 8 |
         static_cast<std::uint32_t>(byteAt(bytes, at + 3));
}
float greyOf(float red, float green, float blue) {
  return 0.299f * red + 0.587f * green + 0.114f * blue;
}

// PNG ----

struct PngHead {
  int width = 0, height = 0, depth = 0, colour = 0;
  int channels() const { return colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1; }
  std::size_t pixelBytes() const { return static_cast<std::size_t>(channels() * depth / 8); }
  std::size_t rowBytes() const { return pixelBytes() * static_cast<std::size_t>(width); }
};

Result<PngHead> pngHead(std::string_view data) {
  if (data.size() < 13) return Error{"its header is cut short", ""};
  const std::uint32_t width = wordAt(data, 0), height = wordAt(data, 4);
  PngHead head{static_cast<int>(std::min(width, 1u << 30)),
               static_cast<int>(std::min(height, 1u << 30)), byteAt(data, 8), byteAt(data, 9)};
  if (head.width < 1 || head.height < 1 || head.width > kMostSide || head.height > kMostSide)
    return Error{"has " + std::to_string(width) + "×" + std::to_string(height) +
                     " px; 1 to 8192 are allowed on each side",
                 ""};
  const bool known = head.colour == 0 || head.colour == 2 || head.colour == 4 || head.colour == 6 ||
                     (head.colour == 3 && head.depth == 8);
  if (!known || (head.depth != 8 && head.depth != 16) || byteAt(data, 12) != 0)
    return Error{"is a PNG of colour type " + std::to_string(head.colour) + " with " +
                     std::to_string(head.depth) + " bits" +
                     (byteAt(data, 12) ? ", interlaced" : "") +
                     "; 8 or 16 bits, not interlaced, can be read",
                 ""};
  return head;
}

Result<std::string> inflated(std::string_view packed, std::size_t size) {
  std::string bytes(size, '\0');
  uLongf made = size;
  const int code = uncompress(reinterpret_cast<Bytef*>(bytes.data()), &made,
                              reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (code != Z_OK || made != size) return Error{"its pixels cannot be unpacked", ""};
  return bytes;
}

int paeth(int a, int b, int c) {
  const int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/// Takes back the filter that stands before each row (PNG specification, section 9).
Result<void> unfilter(std::string& bytes, const PngHead& head) {
  const std::size_t row = head.rowBytes(), back = head.pixelBytes();
  for (std::size_t y = 0; y < static_cast<std::size_t>(head.height); ++y) {
    auto* const now = reinterpret_cast<unsigned char*>(bytes.data()) + y * (row + 1) + 1;
    const unsigned char* const above = y > 0 ? now - row - 1 : nullptr;
    const int kind = now[-1];
    if (kind > 4) return Error{"has an unknown filter in row " + std::to_string(y), ""};
    for (std::size_t i = 0; i < row; ++i) {
      const int a = i >= back ? now[i - back] : 0, b = above ? above[i] : 0,
                c = above && i >= back ? above[i - back] : 0;
      const int add = kind == 1   ? a
                      : kind == 2 ? b
                      : kind == 3 ? (a + b) / 2
                      : kind == 4 ? paeth(a, b, c)
                                  : 0;
      now[i] = static_cast<unsigned char>(now[i] + add);
    }
  }
  return {};
}

Picture pngPicture(std::string_view bytes, const PngHead& head, std::string_view palette) {
  Picture picture{head.width, head.height, {}};
  const std::size_t step = static_cast<std::size_t>(head.depth / 8);
  for (std::size_t y = 0; y < static_cast<std::size_t>(head.height); ++y)
    for (std::size_t x = 0; x < static_cast<std::size_t>(head.width); ++x) {
      const std::size_t at = y * (head.rowBytes() + 1) + 1 + x * head.pixelBytes();
      const auto value = [&](std::size_t channel) {
        const std::size_t from = at + channel * step;
        return step == 1 ? static_cast<float>(byteAt(bytes, from)) / 255
                         : static_cast<float>(byteAt(bytes, from) * 256 + byteAt(bytes, from + 1)) /
                               65535;
      };
      if (head.colour == 3) {
        const std::size_t entry = static_cast<std::size_t>(byteAt(bytes, at)) * 3;
        const auto part = [&](std::size_t i) {
          return entry + i < palette.size() ? static_cast<float>(byteAt(palette, entry + i)) / 255
                                            : 0.f;
        };
        picture.grey.push_back(greyOf(part(0), part(1), part(2)));
      } else {
        picture.grey.push_back(head.channels() >= 3 ? greyOf(value(0), value(1), value(2))
                                                    : value(0));
      }
    }
  return picture;
}

Result<Picture> readPng(std::string_view file) {
  PngHead head;
  std::string packed;
  std::string_view palette;
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t size = wordAt(file, at);
    const std::string_view kind = file.substr(at + 4, 4);
    if (size > file.size() - at - 12) break;
    const std::string_view data = file.substr(at + 8, size);
    if (kind == "IHDR") {
      TRY(head, pngHead(data));
    } else if (kind == "PLTE") {
      palette = data;
    } else if (kind == "IDAT") {
      packed += data;
    } else if (kind == "IEND") {
      if (head.width == 0) return Error{"has no header", ""};
      TRY(std::string bytes,
          inflated(packed, (head.rowBytes() + 1) * static_cast<std::size_t>(head.height)));
      TRY_DO(unfilter(bytes, head));
      return pngPicture(bytes, head, palette);
    }
    at += size + 12;
  }
  return Error{"is cut short", ""};
}

// PGM, PPM ----

Result<Picture> readPnm(std::string_view file) {
  const int channels = file[1] == '6' ? 3 : 1;
  std::size_t at = 2;
  int numbers[3] = {};
  for (int& number : numbers) {
    while (at < file.size() && (std::isspace(byteAt(file, at)) || file[at] == '#'))
      at = file[at] == '#' ? std::min(file.find('\n', at), file.size()) : at + 1;
    const std::size_t begin = at;
    for (; at < file.size() && std::isdigit(byteAt(file, at)) && at - begin < 6; ++at)
      number = number * 10 + (file[at] - '0');
  }
  const auto [width, height, most] = numbers;
  if (width < 1 || height < 1 || width > kMostSide || height > kMostSide || most < 1 ||
      most > 65535)
    return Error{"has no sound header (width, height, brightest value)", ""};
  const std::size_t bytes = most > 255 ? 2 : 1;
  const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (file.size() < at + 1 + count * bytes * static_cast<std::size_t>(channels))
    return Error{"is cut short", ""};
  Picture picture{width, height, std::vector<float>(count)};
  const auto value = [&](std::size_t i) {
    const std::size_t from = at + 1 + i * bytes;
    const int raw =
        bytes == 1 ? byteAt(file, from) : byteAt(file, from) * 256 + byteAt(file, from + 1);
    return static_cast<float>(raw) / static_cast<float>(most);
  };
  for (std::size_t i = 0; i < count; ++i)
    picture.grey[i] =
        channels == 1 ? value(i) : greyOf(value(3 * i), value(3 * i + 1), value(3 * i + 2));
  return picture;
}

bool isPicture(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending == ".png" || ending == ".pgm" || ending == ".ppm";
}

}  // namespace

Result<Picture> readPicture(const std::filesystem::path& path) {
  TRY(const std::string file, readFile(path));
  Result<Picture> picture = Error{"is no PNG, PGM or PPM picture", ""};
  if (file.starts_with("\x89PNG\r\n\x1a\n"))
    picture = readPng(file);
  else if (file.starts_with("P5") || file.starts_with("P6"))
    picture = readPnm(file);
  if (!picture) return Error{picture.error().what, path.string()};
  return picture;
}

Result<std::vector<std::filesystem::path>> pictureFiles(const std::filesystem::path& path) {
  std::error_code error;
  const bool isFolder = std::filesystem::is_directory(path, error);
  const std::filesystem::path folder = isFolder ? path : path.parent_path();
  std::vector<std::filesystem::path> files;
  std::filesystem::directory_iterator each(folder, error);
  if (error) return Error{"cannot be read: " + error.message(), folder.string()};
  for (const auto& entry : each)
    if (isPicture(entry.path())) files.push_back(entry.path());
  if (files.empty()) return Error{"holds no PNG, PGM or PPM pictures", folder.string()};
  std::ranges::sort(files);
  return files;
}

}  // namespace spk::sources
