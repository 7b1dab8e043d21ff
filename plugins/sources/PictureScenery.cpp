#include "plugins/sources/PictureScenery.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/base/Math.h"
#include "plugins/sources/pictures.h"

namespace spk::sources {
namespace {

constexpr std::size_t kMostValues = std::size_t{1} << 28;
/// Added to a brightness of 0 … 1, so that black has a logarithm: a contrast of 26 to 1.
constexpr double kDark = 0.04;

}  // namespace

PictureScenery::PictureScenery(const Settings& settings)
    : settings_(settings),
      interval_(static_cast<Time>(1e9 / settings.perSecond)),
      pixels_(static_cast<std::size_t>(settings.width) *
              static_cast<std::size_t>(settings.height)) {
  const Time parts = (interval_ + kMillisecond - 1) / kMillisecond;
  step_ = std::max<Time>(1, interval_ / parts);
}

Result<PictureScenery> PictureScenery::read(const std::filesystem::path& path,
                                            const Settings& settings) {
  TRY(const auto files, pictureFiles(path));
  PictureScenery made(settings);
  if (files.size() > kMostValues / made.pixels_)
    return Error{"holds " + std::to_string(files.size()) + " pictures; at this size " +
                     std::to_string(kMostValues / made.pixels_) + " fit into memory",
                 "pictures"};
  for (const auto& file : files) {
    TRY(const Picture picture, readPicture(file));
    for (int y = 0; y < settings.height; ++y)
      for (int x = 0; x < settings.width; ++x) {
        const int fromX = x * picture.width / settings.width,
                  fromY = y * picture.height / settings.height;
        const float grey = picture.grey[static_cast<std::size_t>(fromY * picture.width + fromX)];
        made.levels_.push_back(static_cast<float>(log(static_cast<double>(grey) + kDark)));
      }
  }
  made.count_ = files.size();
  float most = 0;
  for (std::size_t i = made.pixels_; i < made.levels_.size(); ++i)
    most = std::max(most, std::abs(made.levels_[i] - made.levels_[i - made.pixels_]));
  made.steepest_ = static_cast<double>(most) / toSeconds(made.interval_);
  made.place(0);
  return made;
}

PictureScenery::Place PictureScenery::placeAt(Time t) const {
  const auto last = static_cast<Time>(count_ - 1);
  const auto at = [&](Time i) { return levels_.data() + static_cast<std::size_t>(i) * pixels_; };
  const Time whole = t / interval_, rest = t % interval_;
  const double share = static_cast<double>(rest) / static_cast<double>(interval_);
  const double left = toSeconds(interval_ - rest);
  if (last == 0 || (!settings_.backAndForth && whole >= last)) return {at(last), at(last), 0, 1e10};
  const Time lap = whole % (2 * last);
  if (lap < last) return {at(lap), at(lap + 1), share, left};
  return {at(2 * last - lap), at(2 * last - lap - 1), share, left};
}

double PictureScenery::levelAt(const Place& place, int x, int y) const {
  const auto i = static_cast<std::size_t>(y * settings_.width + x);
  const double before = place.before[i], after = place.after[i];
  return before + place.share * (after - before);
}

Scenery::Glance PictureScenery::glance(int x, int y) const {
  const auto i = static_cast<std::size_t>(y * settings_.width + x);
  const bool same = placed_.after[i] == placed_.before[i];
  return {levelAt(placed_, x, y), same ? placed_.seconds : 0, steepest_};
}

Scenery::Look PictureScenery::look(double x, double y, Time t) const {
  const Place place = placeAt(t);
  const int column = std::clamp(static_cast<int>(x), 0, settings_.width - 1),
            row = std::clamp(static_cast<int>(y), 0, settings_.height - 1);
  const int left = std::max(column - 1, 0), right = std::min(column + 1, settings_.width - 1),
            above = std::max(row - 1, 0), below = std::min(row + 1, settings_.height - 1);
  Look look{.level = levelAt(place, column, row)};
  if (right > left)
    look.gradientX = (levelAt(place, right, row) - levelAt(place, left, row)) / (right - left);
  if (below > above)
    look.gradientY =
        (levelAt(place, column, below) - levelAt(place, column, above)) / (below - above);
  return look;
}

}  // namespace spk::sources
