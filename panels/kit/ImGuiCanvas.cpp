#include "panels/kit/ImGuiCanvas.h"

#include <imgui.h>

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "panels/kit/QtCanvas.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

/// Frames that a texture is kept without being drawn.
constexpr std::uint64_t kKeep = 120;
/// ImGui's indices have 16 bits: so many rectangles or points go into one call.
constexpr std::size_t kPiece = 8000;
constexpr double kAir = 1;  // px of air around a text, so that nothing bleeds in

ImVec2 vec(QPointF p) { return {static_cast<float>(p.x()), static_cast<float>(p.y())}; }
ImU32 packed(const QColor& c) { return IM_COL32(c.red(), c.green(), c.blue(), c.alpha()); }
ImTextureID textureId(unsigned name) {
  return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(name));
}

QImage paintedText(const QString& text, const Type& type, bool turned, double ratio) {
  const QFont font = fontOf(type);
  const QFontMetricsF metrics(font);
  QSizeF size(std::ceil(metrics.horizontalAdvance(text)) + 2 * kAir,
              std::ceil(metrics.height()) + 2 * kAir);
  const QSizeF upright = size;
  if (turned) size.transpose();
  QImage pixels(QSize(int(std::ceil(size.width() * ratio)), int(std::ceil(size.height() * ratio))),
                QImage::Format_RGBA8888_Premultiplied);
  pixels.setDevicePixelRatio(ratio);
  pixels.fill(Qt::transparent);
  QPainter painter(&pixels);
  if (turned) {
    painter.translate(0, upright.width());
    painter.rotate(-90);
  }
  painter.setFont(font);
  painter.setPen(Qt::white);
  painter.drawText(QPointF(kAir, kAir + metrics.ascent()), text);
  painter.end();
  return pixels.convertToFormat(QImage::Format_RGBA8888);  // ImGui blends straight alpha
}

template <class Map>
void dropUnused(QOpenGLFunctions* gl, Map& textures, std::uint64_t frame) {
  std::erase_if(textures, [&](const auto& entry) {
    if (entry.second.usedAt + kKeep >= frame) return false;
    gl->glDeleteTextures(1, &entry.second.name);
    return true;
  });
}

}  // namespace

void Textures::beginFrame(QOpenGLFunctions* gl, double pixelRatio) {
  gl_ = gl;
  pixelRatio_ = pixelRatio;
  ++frame_;
  dropUnused(gl, texts_, frame_);
  dropUnused(gl, pictures_, frame_);
  dropUnused(gl, rasters_, frame_);
}

unsigned Textures::make(const QImage& pixels, bool smooth) {
  GLuint name = 0;
  gl_->glGenTextures(1, &name);
  gl_->glBindTexture(GL_TEXTURE_2D, name);
  const GLint filter = smooth ? GL_LINEAR : GL_NEAREST;
  gl_->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
  gl_->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
  gl_->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  gl_->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  gl_->glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  gl_->glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, pixels.width(), pixels.height(), 0, GL_RGBA,
                    GL_UNSIGNED_BYTE, pixels.constBits());
  return name;
}

const Textures::Texture& Textures::text(const QString& text, const Type& type, bool turned) {
  const TextKey key{text,   static_cast<int>(type.family), type.pixels, type.bold,
                    turned, pixelRatio_ * textScale()};
  Texture& texture = texts_[key];
  if (!texture.name) {
    const QImage pixels = paintedText(text, type, turned, pixelRatio_);
    texture.name = make(pixels, true);
    texture.size = QSizeF(pixels.size()) / pixelRatio_;
  }
  texture.usedAt = frame_;
  return texture;
}

const Textures::Texture& Textures::picture(const QImage& image) {
  Texture& texture = pictures_[image.cacheKey()];
  if (!texture.name) texture.name = make(image.convertToFormat(QImage::Format_RGBA8888), false);
  texture.usedAt = frame_;
  return texture;
}

const Textures::Texture& Textures::raster(const std::shared_ptr<const RasterImage>& held) {
  const RasterImage& image = *held;
  Texture& texture = rasters_[held.get()];
  if (!texture.name) {
    texture.name = make(image.pixels().convertToFormat(QImage::Format_RGBA8888), false);
    texture.size = image.pixels().size();
    texture.raster = held;
    uploadedColumns_ += static_cast<std::uint64_t>(image.width());
  } else if (texture.version != image.version()) {
    upload(image, texture);
  }
  texture.version = image.version();
  texture.usedAt = frame_;
  return texture;
}

void Textures::upload(const RasterImage& image, Texture& texture) {
  gl_->glBindTexture(GL_TEXTURE_2D, texture.name);
  for (int x = 0; x < image.width();) {
    if (image.changed(x) <= texture.version) {
      ++x;
      continue;
    }
    int end = x;
    while (end < image.width() && image.changed(end) > texture.version) ++end;
    const QImage strip =
        image.pixels().copy(x, 0, end - x, image.height()).convertToFormat(QImage::Format_RGBA8888);
    gl_->glTexSubImage2D(GL_TEXTURE_2D, 0, x, 0, strip.width(), strip.height(), GL_RGBA,
                         GL_UNSIGNED_BYTE, strip.constBits());
    uploadedColumns_ += static_cast<std::uint64_t>(end - x);
    x = end;
  }
}

void Textures::release() {
  if (!gl_) return;
  const auto drop = [this](auto& textures) {
    for (auto& [key, texture] : textures) gl_->glDeleteTextures(1, &texture.name);
    textures.clear();
  };
  drop(texts_), drop(pictures_), drop(rasters_);
}

void ImGuiCanvas::fill(const QRectF& box, const QColor& colour, double radius) {
  list_.AddRectFilled(vec(box.topLeft()), vec(box.bottomRight()), packed(colour),
                      static_cast<float>(radius));
}

void ImGuiCanvas::line(QPointF from, QPointF to, const QColor& colour, double width) {
  const ImVec2 ends[] = {vec(from), vec(to)};
  list_.AddPolyline(ends, 2, packed(colour), ImDrawFlags_None, static_cast<float>(width));
}

void ImGuiCanvas::dashes(QPointF from, QPointF to, const QColor& colour, double width,
                         double dash) {
  const QPointF way = to - from;
  const double length = std::hypot(way.x(), way.y());
  for (double at = 0; at < length; at += 2 * dash) {
    line(from + way * (at / length), from + way * (std::min(length, at + dash) / length), colour,
         width);
  }
}

void ImGuiCanvas::polyline(std::span<const QPointF> points, const QColor& colour, double width) {
  std::vector<ImVec2> piece;
  while (points.size() > 1) {
    const auto some = points.first(std::min(points.size(), kPiece));
    piece.clear();
    for (const QPointF& p : some) piece.push_back(vec(p));
    list_.AddPolyline(piece.data(), static_cast<int>(piece.size()), packed(colour),
                      ImDrawFlags_None, static_cast<float>(width));
    points = points.subspan(some.size() - 1);  // pieces share a point
  }
}

void ImGuiCanvas::band(std::span<const QPointF> upper, std::span<const QPointF> lower,
                       const QColor& colour) {
  const std::size_t n = std::min(upper.size(), lower.size());
  const ImDrawListFlags before = list_.Flags;
  list_.Flags &= ~ImDrawListFlags_AntiAliasedFill;  // or a hair line shows between the pieces
  for (std::size_t i = 1; i < n; ++i) {
    list_.AddQuadFilled(vec(upper[i - 1]), vec(upper[i]), vec(lower[i]), vec(lower[i - 1]),
                        packed(colour));
  }
  list_.Flags = before;
}

void ImGuiCanvas::points(std::span<const QPointF> points, const QColor& colour, double size) {
  const ImU32 ink = packed(colour);
  if (size > 3) {
    for (const QPointF& p : points)
      list_.AddCircleFilled(vec(p), static_cast<float>(size / 2), ink);
    return;
  }
  const QPointF half(size / 2, size / 2);
  while (!points.empty()) {
    const auto some = points.first(std::min(points.size(), kPiece));
    list_.PrimReserve(static_cast<int>(some.size() * 6), static_cast<int>(some.size() * 4));
    for (const QPointF& p : some) list_.PrimRect(vec(p - half), vec(p + half), ink);
    points = points.subspan(some.size());
  }
}

void ImGuiCanvas::image(unsigned texture, const QRectF& box, const QRectF& part, unsigned tint) {
  list_.AddImage(textureId(texture), vec(box.topLeft()), vec(box.bottomRight()),
                 vec(part.topLeft()), vec(part.bottomRight()), tint);
}

void ImGuiCanvas::raster(const std::shared_ptr<const RasterImage>& held, const QRectF& box) {
  const RasterImage& image = *held;
  const Textures::Texture& texture = textures_.raster(held);
  const double cut = double(image.place(image.firstColumn())) / image.width();
  const double split = box.left() + box.width() * (1 - cut);
  this->image(texture.name, QRectF(box.topLeft(), QPointF(split, box.bottom())),
              QRectF(QPointF(cut, 0), QPointF(1, 1)), IM_COL32_WHITE);
  if (cut > 0) {
    this->image(texture.name, QRectF(QPointF(split, box.top()), box.bottomRight()),
                QRectF(QPointF(0, 0), QPointF(cut, 1)), IM_COL32_WHITE);
  }
}

void ImGuiCanvas::picture(const QImage& image, const QRectF& box) {
  if (image.isNull()) return;
  this->image(textures_.picture(image).name, box, QRectF(0, 0, 1, 1), IM_COL32_WHITE);
}

void ImGuiCanvas::text(QPointF at, Qt::Alignment align, const QString& text, const QColor& colour,
                       const Type& type, bool turned) {
  if (text.isEmpty()) return;
  const Textures::Texture& texture = textures_.text(text, type, turned);
  const QFontMetricsF metrics(fontOf(type));
  QPointF corner;
  if (turned) {
    corner = at - QPointF(texture.size.width() / 2, texture.size.height() / 2);
  } else {
    corner = cornerOf(at, {metrics.horizontalAdvance(text), metrics.height()}, align) -
             QPointF(kAir, kAir);
  }
  // On whole device pixels, or the letters blur.
  corner = QPointF(std::round(corner.x() * pixelRatio_), std::round(corner.y() * pixelRatio_)) /
           pixelRatio_;
  image(texture.name, QRectF(corner, texture.size), QRectF(0, 0, 1, 1), packed(colour));
}

double ImGuiCanvas::textWidth(const QString& text, const Type& type) const {
  return QFontMetricsF(fontOf(type)).horizontalAdvance(text);
}

void ImGuiCanvas::clip(const QRectF& box) {
  list_.PushClipRect(vec(box.topLeft()), vec(box.bottomRight()), true);
}

void ImGuiCanvas::unclip() { list_.PopClipRect(); }

}  // namespace spk
