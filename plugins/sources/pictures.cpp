#include "plugins/sources/pictures.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/file.h"
#include "plugins/sources/pictureFormats.h"

namespace spk::sources {
namespace {

bool isPicture(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending == ".png" || ending == ".pgm" || ending == ".ppm";
}

/// How much of old pixel `from` lies in new pixel `to`, one axis of `n` old and `m` new ones.
double covered(int from, int to, int n, int m) {
  const double scale = static_cast<double>(n) / m;
  const double low = std::max<double>(from, to * scale),
               high = std::min<double>(from + 1, (to + 1) * scale);
  return std::max(0.0, high - low) / scale;
}

}  // namespace

Result<Picture> readPicture(const std::filesystem::path& path) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{256} << 20;
  std::error_code error;
  if (const auto size = std::filesystem::file_size(path, error); !error && size > kMostBytes)
    return Error{"has more than 256 MiB", path.string()};
  TRY(const std::string bytes, readFile(path));
  Result<Picture> picture = Error{"is no PNG, PGM or PPM picture and no NumPy array", ""};
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
    picture = readPng(bytes);
  else if (bytes.starts_with("P2") || bytes.starts_with("P5") || bytes.starts_with("P6"))
    picture = readPnm(bytes);
  else if (bytes.starts_with("\x93NUMPY"))
    picture = readNpy(bytes);
  if (!picture) return Error{picture.error().what, path.string()};
  return picture;
}

Picture scaled(const Picture& picture, int width, int height) {
  Picture made{width, height, {}};
  made.grey.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const auto range = [](int to, int n, int m) {
    return std::pair{to * n / m, std::min(n, ((to + 1) * n + m - 1) / m)};
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto [top, bottom] = range(y, picture.height, height);
      const auto [left, right] = range(x, picture.width, width);
      double sum = 0;
      for (int v = top; v < bottom; ++v)
        for (int u = left; u < right; ++u)
          sum +=
              static_cast<double>(picture.grey[static_cast<std::size_t>(v * picture.width + u)]) *
              covered(v, y, picture.height, height) * covered(u, x, picture.width, width);
      made.grey.push_back(static_cast<float>(std::clamp(sum, 0.0, 1.0)));
    }
  return made;
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
