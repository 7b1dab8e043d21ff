#include "panels/kit/RasterImage.h"

#include <QPainter>
#include <algorithm>

namespace spk {

RasterImage::RasterImage(int width, int height, QColor ground)
    : pixels_(std::max(1, width), std::max(1, height), QImage::Format_RGB32),
      ground_(ground.rgb()),
      version_(1),
      changed_(static_cast<std::size_t>(pixels_.width()), 1) {
  pixels_.fill(ground_);
}

int RasterImage::place(std::int64_t column) const {
  const std::int64_t w = width();
  return static_cast<int>(((column % w) + w) % w);
}

void RasterImage::clearColumn(int x) {
  for (int y = 0; y < height(); ++y) {
    reinterpret_cast<QRgb*>(pixels_.scanLine(y))[x] = ground_;
  }
  changed_[static_cast<std::size_t>(x)] = version_;
}

void RasterImage::clear() {
  pixels_.fill(ground_);
  std::ranges::fill(changed_, ++version_);
}

void RasterImage::moveTo(std::int64_t firstColumn) {
  const std::int64_t by = firstColumn - first_;
  if (by == 0) return;
  const std::int64_t w = width();
  first_ = firstColumn;
  if (by >= w || by <= -w) {
    clear();
    return;
  }
  ++version_;
  const std::int64_t from = by > 0 ? firstColumn + w - by : firstColumn;
  for (std::int64_t c = from; c < from + std::abs(by); ++c) clearColumn(place(c));
}

void RasterImage::fill(std::int64_t column, int row, int width, int height, QRgb colour) {
  const std::int64_t left = std::max(column, first_);
  const std::int64_t right = std::min(column + width, first_ + this->width());
  const int top = std::max(row, 0), bottom = std::min(row + height, this->height());
  if (left >= right || top >= bottom) return;
  ++version_;
  auto* bits = reinterpret_cast<QRgb*>(pixels_.bits());
  const std::int64_t stride = pixels_.bytesPerLine() / static_cast<std::int64_t>(sizeof(QRgb));
  for (std::int64_t c = left; c < right; ++c) {
    const int x = place(c);
    for (int y = top; y < bottom; ++y) bits[y * stride + x] = colour;
    changed_[static_cast<std::size_t>(x)] = version_;
  }
}

QImage RasterImage::unrolled() const {
  QImage flat(pixels_.size(), pixels_.format());
  const int cut = place(first_);
  QPainter painter(&flat);
  painter.drawImage(0, 0, pixels_, cut, 0, width() - cut, height());
  if (cut > 0) painter.drawImage(width() - cut, 0, pixels_, 0, 0, cut, height());
  return flat;
}

}  // namespace spk
