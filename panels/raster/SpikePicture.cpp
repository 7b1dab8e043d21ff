#include "panels/raster/SpikePicture.h"

#include <algorithm>
#include <cmath>

namespace spk::panels::raster {
namespace {

constexpr double kTallest = 6;  // px of a dot where rows are high

Time columnStart(std::int64_t column, double length) {
  return static_cast<Time>(std::llround(static_cast<double>(column) * length * kSecond));
}

}  // namespace

bool SpikePicture::isSame(const Scene& scene) const {
  if (!image_ || scene.pixels != scene_.pixels || scene.column != scene_.column ||
      scene.rows != scene_.rows || scene.dot != scene_.dot || scene.ground != scene_.ground ||
      scene.bands.size() != scene_.bands.size()) {
    return false;
  }
  for (std::size_t i = 0; i < scene.bands.size(); ++i) {
    const Band &a = scene.bands[i], &b = scene_.bands[i];
    if (a.wire != b.wire || a.tape != b.tape || a.neurons != b.neurons || a.colour != b.colour ||
        a.bottom != b.bottom || a.top != b.top) {
      return false;
    }
    const auto cuts = cuts_.find(a.tape);
    if (a.tape && (cuts == cuts_.end() || cuts->second != a.tape->cuts())) return false;
  }
  return true;
}

void SpikePicture::update(const Scene& scene, std::int64_t first) {
  const int width = std::max(1, scene.pixels.width());
  const std::int64_t end = first + width;
  const bool same = isSame(scene);
  const std::int64_t before = image_ ? image_->firstColumn() : 0;
  // Going back uncovers columns at the left, which were painted once and then left the ring.
  const bool forward = same && first >= before && first < before + width;
  scene_ = scene;
  if (!forward) {
    if (!same || !image_)
      image_ = std::make_shared<RasterImage>(width, scene.pixels.height(), QColor(scene.ground));
    image_->moveTo(first);
    image_->clear();
    paintedTo_.clear();
    cuts_.clear();
  } else {
    image_->moveTo(first);
  }
  paintedColumns_ = 0;
  paintedSpikes_ = 0;
  for (const Band& band : scene_.bands) {
    if (!band.tape) continue;
    cuts_[band.tape] = band.tape->cuts();
    const Time left = columnStart(first, scene.column);
    // A spike of the very last time may still be on its way: painting it twice does no harm.
    const auto done = paintedTo_.find(band.tape);
    const Time from = done == paintedTo_.end() ? left : std::max(left, done->second);
    const Time to = std::min(columnStart(end, scene.column), band.tape->end() + 1);
    if (to > from) paintBand(band, from, to);
    paintedTo_[band.tape] = std::max(from, std::min(to, band.tape->end()));
    const auto columns = static_cast<std::int64_t>(
        std::ceil(double(std::max<Time>(0, to - from)) / (scene.column * kSecond)));
    paintedColumns_ = std::max(paintedColumns_, columns);
  }
}

void SpikePicture::paintBand(const Band& band, Time from, Time to) {
  const double height = scene_.pixels.height();
  const double perShare = height / scene_.rows.length();
  const double neurons = std::max(1u, band.neurons);
  const double rowHeight = (band.top - band.bottom) * perShare / neurons;
  const int tall = std::max(scene_.dot, static_cast<int>(std::min(kTallest, rowHeight * 0.7)));
  const double bottom = height - (band.bottom - scene_.rows.from) * perShare;
  const int top = static_cast<int>(height - (band.top - scene_.rows.from) * perShare);
  const int lowest = static_cast<int>(bottom) - tall;
  const double perNs = 1 / (scene_.column * kSecond);
  RasterImage& image = *image_;
  band.tape->visit<Spike>(from, to, [&](std::span<const Spike> spikes) {
    paintedSpikes_ += spikes.size();
    for (const Spike& spike : spikes) {
      const double middle = bottom - (spike.neuron + 0.5) * rowHeight;
      // At the edges a dot stays inside its own group.
      const int row =
          std::clamp(static_cast<int>(middle - tall * 0.5), std::min(top, lowest), lowest);
      const auto column = static_cast<std::int64_t>(std::floor(double(spike.t) * perNs));
      image.fill(column - scene_.dot + 1, row, scene_.dot, tall, band.colour);
    }
  });
}

}  // namespace spk::panels::raster
