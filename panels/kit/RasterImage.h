#pragma once
#include <QColor>
#include <QImage>
#include <cstdint>
#include <vector>

namespace spk {

/// Pixels whose columns are a ring: column c (any whole number, one step of time each) lies at
/// c mod width, so that time moves on without moving a pixel. Every column remembers when it
/// changed: who shows the image takes only what is new.
class RasterImage {
 public:
  RasterImage() = default;
  /// Opaque, filled with `ground`; at least 1 × 1.
  RasterImage(int width, int height, QColor ground);

  int width() const { return pixels_.width(); }
  int height() const { return pixels_.height(); }
  /// The columns held: [first, first + width).
  std::int64_t firstColumn() const { return first_; }
  /// Moves to other columns; those that enter are cleared, those that stay are untouched.
  void moveTo(std::int64_t firstColumn);
  /// Paints a rectangle with its top left pixel at (column, row), clipped to what is held.
  void fill(std::int64_t column, int row, int width, int height, QRgb colour);
  void set(std::int64_t column, int row, QRgb colour) { fill(column, row, 1, 1, colour); }
  void clear();

  /// Storage; column c is at x = place(c).
  const QImage& pixels() const { return pixels_; }
  int place(std::int64_t column) const;
  /// Grows with every change; changed(x) is the version at which storage column x last changed.
  std::uint64_t version() const { return version_; }
  std::uint64_t changed(int x) const { return changed_[static_cast<std::size_t>(x)]; }
  /// In order from left to right, as one ordinary picture.
  QImage unrolled() const;

 private:
  void clearColumn(int x);

  QImage pixels_;
  QRgb ground_ = 0;
  std::int64_t first_ = 0;
  std::uint64_t version_ = 0;
  std::vector<std::uint64_t> changed_;
};

}  // namespace spk
