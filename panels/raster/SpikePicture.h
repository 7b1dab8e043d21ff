#pragma once
#include <QRgb>
#include <QSize>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "engine/data/Tape.h"
#include "panels/kit/Figure.h"

namespace spk::panels::raster {

/// One population in the raster, or the run of it that a rewind left: where its rows are, as shares
/// of the height from the bottom.
struct Band {
  Id wire = Id::none;
  const Tape* tape = nullptr;
  std::uint32_t neurons = 1;
  QRgb colour = 0;
  double bottom = 0, top = 1;
};

/// Spikes as pixels, kept from one look to the next: when time moves on by a few columns, only
/// those are painted. Anything else that changes - size, zoom, groups, colours, a rewind - paints
/// the visible range afresh.
class SpikePicture {
 public:
  /// What a picture shows. Two pictures of equal scene may share pixels.
  struct Scene {
    QSize pixels;       ///< of the plot area, in device pixels
    double column = 0;  ///< time of one column [s]
    Range rows{0, 1};   ///< visible share of the height
    int dot = 2;        ///< [device px]
    QRgb ground = 0;
    std::vector<Band> bands;
  };
  /// Brings the pixels up to date for the columns [first, first + width).
  void update(const Scene& scene, std::int64_t firstColumn);
  const std::shared_ptr<RasterImage>& image() const { return image_; }
  /// How many columns were painted by the last update, and spikes in all.
  std::int64_t paintedColumns() const { return paintedColumns_; }
  std::uint64_t paintedSpikes() const { return paintedSpikes_; }

 private:
  bool isSame(const Scene& scene) const;
  void paintBand(const Band& band, Time from, Time to);

  Scene scene_;
  std::shared_ptr<RasterImage> image_;
  std::map<const Tape*, Time> paintedTo_;
  std::map<const Tape*, std::uint64_t> cuts_;
  std::int64_t paintedColumns_ = 0;
  std::uint64_t paintedSpikes_ = 0;
};

}  // namespace spk::panels::raster
