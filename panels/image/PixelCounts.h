#pragma once
#include <QImage>
#include <QPoint>
#include <QSize>
#include <vector>

#include "engine/data/Tape.h"

namespace spk::panels::image {

/// How many events each pixel has had since the tape began or was cut, brought up to date by what
/// is new; finds the pixels that fire by themselves.
class PixelCounts {
 public:
  void update(const Tape& tape, QSize sensor);
  std::uint32_t at(QPoint pixel) const;
  Time from() const { return from_; }
  Time to() const { return to_; }

  struct Hot {
    QPoint pixel;
    std::uint32_t count;
  };
  /// Pixels with at least kLeast events and kTimes as many as the busiest of the eight around them
  /// (or one): edges move over neighbours, a hot pixel is alone. The hottest first.
  std::vector<Hot> hot() const;
  static constexpr std::uint32_t kLeast = 20, kTimes = 10;
  /// Counts in viridis on a logarithmic scale; hot pixels in `mark`, with a frame around them.
  QImage picture(const std::vector<Hot>& hot, QRgb ground, QRgb mark) const;

 private:
  QSize sensor_;
  std::vector<std::uint32_t> counts_;
  Time from_ = 0, to_ = 0;
  std::uint64_t cuts_ = 0;
};

}  // namespace spk::panels::image
