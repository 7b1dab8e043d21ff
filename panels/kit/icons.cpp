// Icons drawn in the theme's colours at the moment of painting.
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>
#include <cassert>

#include "panels/kit/Theme.h"

namespace spk {
namespace {

/// Paints one SVG text, whose strokes are `currentColor`, in the colour that mode and state ask
/// for.
class ThemedIcon : public QIconEngine {
 public:
  ThemedIcon(QByteArray svg, IconGround ground) : svg_(std::move(svg)), ground_(ground) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const Theme& t = theme();
    QColor colour = ground_ == IconGround::Action ? t.onAction
                    : state == QIcon::On          ? t.action
                                                  : t.text;
    if (mode == QIcon::Disabled) colour = mixed(t.surface, t.text, 0.35);
    QSvgRenderer renderer(QByteArray(svg_).replace("currentColor", colour.name().toLatin1()));
    renderer.render(painter, rect);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixels(size);
    pixels.fill(Qt::transparent);
    QPainter painter(&pixels);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixels;
  }

  QIconEngine* clone() const override { return new ThemedIcon(svg_, ground_); }

 private:
  QByteArray svg_;
  IconGround ground_;
};

}  // namespace

QIcon icon(std::string_view name, IconGround ground) {
  QFile file(QStringLiteral(":/spk/icons/%1.svg")
                 .arg(QString::fromUtf8(name.data(), qsizetype(name.size()))));
  const bool opened = file.open(QIODevice::ReadOnly);
  assert(opened && "no such icon in resources/icons");
  return opened ? QIcon(new ThemedIcon(file.readAll(), ground)) : QIcon();
}

}  // namespace spk
