// Pictures that are little more than their numbers: PGM, PPM and NumPy arrays.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "plugins/sources/pictureFormats.h"

namespace spk::sources {
namespace {

/// The next number of a PGM's text; # begins a comment.
std::optional<std::uint32_t> nextNumber(std::string_view bytes, std::size_t& at) {
  const auto isBlank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (at < bytes.size() && (isBlank(bytes[at]) || bytes[at] == '#'))
    if (bytes[at] == '#')
      at = std::min(bytes.find('\n', at), bytes.size());
    else
      ++at;
  std::uint32_t number = 0;
  const auto read = std::from_chars(bytes.data() + at, bytes.data() + bytes.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  at = static_cast<std::size_t>(read.ptr - bytes.data());
  return number;
}

/// What stands behind a key of the dictionary in a NumPy header.
std::string_view behind(std::string_view header, std::string_view key) {
  const std::size_t at = header.find(key);
  const std::size_t colon = at == header.npos ? at : header.find(':', at);
  if (colon == header.npos) return {};
  std::string_view rest = header.substr(colon + 1);
  return rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
}

struct Array {
  char form = 0;  ///< b, u, i or f
  std::size_t bytes = 0;
  bool swapped = false, byColumns = false;
  std::uint64_t height = 0, width = 0;
};

Result<Array> readHeader(std::string_view header) {
  const Error unknown{"has a header that describes no picture [H, W] of numbers", ""};
  Array array;
  std::string_view kind = behind(header, "'descr'");
  if (kind.size() < 4 || kind[0] != '\'') return unknown;
  array.swapped = kind[1] == '>';
  array.form = kind[2];
  kind = kind.substr(3);
  const auto bytes = std::from_chars(kind.data(), kind.data() + kind.size(), array.bytes);
  const bool real = array.form == 'f' && (array.bytes == 4 || array.bytes == 8);
  const bool whole = (array.form == 'u' || array.form == 'i') &&
                     (array.bytes == 1 || array.bytes == 2 || array.bytes == 4);
  if (bytes.ec != std::errc() || !(real || whole || (array.form == 'b' && array.bytes == 1)))
    return unknown;
  array.byColumns = behind(header, "'fortran_order'").starts_with("True");
  std::string_view shape = behind(header, "'shape'");
  if (!shape.starts_with('(')) return unknown;
  shape = shape.substr(1, std::min(shape.find(')'), shape.size()) - 1);
  std::uint64_t* const sides[] = {&array.height, &array.width};
  for (std::uint64_t* side : sides) {
    shape = shape.substr(std::min(shape.find_first_not_of(" ,"), shape.size()));
    const auto read = std::from_chars(shape.data(), shape.data() + shape.size(), *side);
    if (read.ec != std::errc()) return unknown;
    shape = shape.substr(static_cast<std::size_t>(read.ptr - shape.data()));
  }
  if (shape.find_first_not_of(" ,") != shape.npos) return unknown;
  return array;
}

/// A number of the array, integers as parts of their range.
double valueOf(const Array& array, const char* at) {
  unsigned char raw[8] = {};
  std::memcpy(raw, at, array.bytes);
  if (array.swapped) std::reverse(raw, raw + array.bytes);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < array.bytes; ++i) word |= std::uint64_t{raw[i]} << 8 * i;
  if (array.form == 'f')
    return array.bytes == 8
               ? std::bit_cast<double>(word)
               : static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(word)));
  if (array.form == 'b') return word ? 1 : 0;
  const std::uint64_t bits = 8 * array.bytes;
  if (array.form == 'i') {
    const std::uint64_t most = (std::uint64_t{1} << (bits - 1)) - 1;
    return word > most ? 0 : static_cast<double>(word) / static_cast<double>(most);
  }
  return static_cast<double>(word) / static_cast<double>((std::uint64_t{1} << bits) - 1);
}

}  // namespace

Result<void> sizeAllowed(std::uint64_t width, std::uint64_t height) {
  constexpr std::uint64_t kMostSide = 16'384, kMostPixels = 64 << 20;
  if (width > 0 && height > 0 && width <= kMostSide && height <= kMostSide &&
      width * height <= kMostPixels)
    return {};
  return Error{"has " + std::to_string(width) + " x " + std::to_string(height) +
                   " pixels; 1 x 1 to 16384 x 16384, at most 67108864 in all, are allowed",
               ""};
}

Result<Picture> readPnm(std::string_view bytes) {
  std::size_t at = 2;
  const auto width = nextNumber(bytes, at), height = nextNumber(bytes, at),
             most = nextNumber(bytes, at);
  if (!width || !height || !most || *most < 1 || *most > 65535)
    return Error{"has no header of width, height and largest value (1 to 65535)", ""};
  TRY_DO(sizeAllowed(*width, *height));
  const bool text = bytes[1] == '2', coloured = bytes[1] == '6';
  const std::size_t pixels = std::size_t{*width} * *height, wide = *most > 255 ? 2 : 1,
                    values = pixels * (coloured ? 3 : 1);
  ++at;  // one blank parts header and pixels
  const std::size_t left = bytes.size() - std::min(at, bytes.size());
  if (!text && left < values * wide)
    return Error{"is cut short: " + std::to_string(values * wide) + " bytes of pixels, " +
                     std::to_string(left) + " are there",
                 ""};
  const auto next = [&]() -> std::optional<float> {
    std::uint32_t value = 0;
    if (text) {
      const auto read = nextNumber(bytes, at);
      if (!read) return std::nullopt;
      value = *read;
    } else {
      for (std::size_t k = 0; k < wide; ++k)
        value = value << 8 | static_cast<std::uint8_t>(bytes[at++]);
    }
    return std::min(1.f, static_cast<float>(value) / static_cast<float>(*most));
  };
  Picture picture{static_cast<int>(*width), static_cast<int>(*height), {}};
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::optional<float> first = next();
    if (!first)
      return Error{"is cut short: " + std::to_string(pixels) + " pixels, " + std::to_string(i) +
                       " are there",
                   ""};
    if (!coloured) {
      picture.grey.push_back(*first);
      continue;
    }
    const float green = next().value_or(0), blue = next().value_or(0);
    picture.grey.push_back(greyOf(*first, green, blue));
  }
  return picture;
}

Result<Picture> readNpy(std::string_view bytes) {
  const auto byte = [&](std::size_t i) -> std::size_t {
    return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0;
  };
  const bool first = byte(6) == 1;
  const std::size_t begin = first ? 10 : 12,
                    length = byte(8) | byte(9) << 8 | (first ? 0 : byte(10) << 16 | byte(11) << 24);
  if (bytes.size() < begin || bytes.size() - begin < length)
    return Error{"is cut short in its header", ""};
  TRY(const Array array, readHeader(bytes.substr(begin, length)));
  TRY_DO(sizeAllowed(array.width, array.height));
  const std::size_t pixels = array.width * array.height;
  const std::string_view data = bytes.substr(begin + length);
  if (data.size() < pixels * array.bytes)
    return Error{"is cut short: " + std::to_string(pixels * array.bytes) + " bytes of numbers, " +
                     std::to_string(data.size()) + " are there",
                 ""};
  Picture picture{static_cast<int>(array.width), static_cast<int>(array.height),
                  std::vector<float>(pixels)};
  double largest = 1;
  for (std::size_t y = 0; y < array.height; ++y)
    for (std::size_t x = 0; x < array.width; ++x) {
      const std::size_t i = array.byColumns ? x * array.height + y : y * array.width + x;
      const double value = valueOf(array, data.data() + i * array.bytes);
      if (!std::isfinite(value))
        return Error{"has a pixel that is no number, in row " + std::to_string(y) + ", column " +
                         std::to_string(x),
                     ""};
      largest = std::max(largest, value);
      picture.grey[y * array.width + x] = static_cast<float>(std::max(0.0, value));
    }
  for (float& grey : picture.grey) grey = static_cast<float>(static_cast<double>(grey) / largest);
  return picture;
}

}  // namespace spk::sources
