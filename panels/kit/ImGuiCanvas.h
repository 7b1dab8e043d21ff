#pragma once
#include <QImage>
#include <QOpenGLFunctions>
#include <map>
#include <tuple>
#include <vector>

#include "panels/kit/Canvas.h"

struct ImDrawList;

namespace spk {

/// The textures of one GL context that a figure needs: its texts, its raster, its picture. Made
/// again from what the figure holds whenever they are missing, so a lost context costs one frame.
class Textures {
 public:
  struct Texture {
    unsigned name = 0;
    QSizeF size = {};          ///< logical px
    std::uint64_t usedAt = 0;  ///< frame
    std::shared_ptr<const RasterImage> raster =
        nullptr;                ///< kept, so that its address stays its own
    std::uint64_t version = 0;  ///< of the raster, as uploaded
  };
  /// Makes ready for a frame; drops what has not been used for a while. The GL context is current
  /// here and until the frame ends.
  void beginFrame(QOpenGLFunctions* gl, double pixelRatio);
  const Texture& text(const QString& text, const Type& type, bool turned);
  const Texture& picture(const QImage& image);
  /// Uploads the columns that changed since the last time.
  const Texture& raster(const std::shared_ptr<const RasterImage>& image);
  /// Deletes all; the GL context is current.
  void release();
  std::uint64_t uploadedColumns() const { return uploadedColumns_; }

 private:
  using TextKey = std::tuple<QString, int, int, bool, bool, double>;
  unsigned make(const QImage& pixels, bool smooth);
  void upload(const RasterImage& image, Texture& texture);

  QOpenGLFunctions* gl_ = nullptr;
  double pixelRatio_ = 1;
  std::uint64_t frame_ = 0;
  std::uint64_t uploadedColumns_ = 0;
  std::map<TextKey, Texture> texts_;
  std::map<qint64, Texture> pictures_;
  std::map<const RasterImage*, Texture> rasters_;
};

/// A Canvas by Dear ImGui's draw list, for one frame. Texts are drawn by Qt into small textures, so
/// that both painters show the same letters.
class ImGuiCanvas : public Canvas {
 public:
  ImGuiCanvas(ImDrawList& list, Textures& textures, double pixelRatio)
      : list_(list), textures_(textures), pixelRatio_(pixelRatio) {}

  void fill(const QRectF& box, const QColor& colour, double radius) override;
  void line(QPointF from, QPointF to, const QColor& colour, double width) override;
  void dashes(QPointF from, QPointF to, const QColor& colour, double width, double dash) override;
  void polyline(std::span<const QPointF> points, const QColor& colour, double width) override;
  void band(std::span<const QPointF> upper, std::span<const QPointF> lower,
            const QColor& colour) override;
  void points(std::span<const QPointF> points, const QColor& colour, double size) override;
  void raster(const std::shared_ptr<const RasterImage>& image, const QRectF& box) override;
  void picture(const QImage& image, const QRectF& box) override;
  void text(QPointF at, Qt::Alignment align, const QString& text, const QColor& colour,
            const Type& type, bool turned) override;
  double textWidth(const QString& text, const Type& type) const override;
  void clip(const QRectF& box) override;
  void unclip() override;

 private:
  void image(unsigned texture, const QRectF& box, const QRectF& part, unsigned tint);

  ImDrawList& list_;
  Textures& textures_;
  double pixelRatio_;
};

}  // namespace spk
