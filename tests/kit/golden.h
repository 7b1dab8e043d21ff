#pragma once
#include <QDir>
#include <QImage>
#include <QPainter>
#include <QString>

#include "tests/kit/guiBench.h"

namespace spk::test {

/// Mean difference of the channels up to which two pictures count as the same: letters may be
/// smoothed otherwise by another version of FreeType, a plot may not move.
constexpr double kGoldenTolerance = 3;

inline QString goldenOutput() { return QStringLiteral(SPK_BUILD_DIR "/golden"); }

/// Old | new | difference (four times as strong) side by side in build/golden/NAME.png.
inline void keepDifference(const QString& name, const QImage& before, const QImage& now) {
  QDir().mkpath(goldenOutput());
  const QSize size = before.size().expandedTo(now.size());
  QImage all(size.width() * 3, size.height(), QImage::Format_RGB32);
  all.fill(Qt::black);
  QPainter painter(&all);
  painter.drawImage(0, 0, before);
  painter.drawImage(size.width(), 0, now);
  painter.end();
  const QImage a = before.convertToFormat(QImage::Format_RGB32),
               b = now.convertToFormat(QImage::Format_RGB32);
  for (int y = 0; y < std::min(a.height(), b.height()); ++y) {
    for (int x = 0; x < std::min(a.width(), b.width()); ++x) {
      const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
      const auto strong = [](int d) { return std::min(255, 4 * std::abs(d)); };
      all.setPixel(2 * size.width() + x, y,
                   qRgb(strong(qRed(p) - qRed(q)), strong(qGreen(p) - qGreen(q)),
                        strong(qBlue(p) - qBlue(q))));
    }
  }
  all.save(goldenOutput() + u'/' + name + QStringLiteral(".png"));
}

/// Compares with tests/golden/NAME.png; empty if they are the same, else what is wrong.
/// UPDATE_GOLDEN=1 writes the picture instead.
inline QString compareGolden(const QString& name, const QImage& picture) {
  const QString path =
      QStringLiteral(SPK_SOURCE_DIR "/tests/golden/") + name + QStringLiteral(".png");
  if (qEnvironmentVariableIsSet("UPDATE_GOLDEN")) {
    QDir().mkpath(QStringLiteral(SPK_SOURCE_DIR "/tests/golden"));
    return picture.convertToFormat(QImage::Format_RGB888).save(path)
               ? QString()
               : QStringLiteral("cannot write ") + path;
  }
  const QImage before(path);
  if (before.isNull())
    return QStringLiteral("no picture %1: make it with UPDATE_GOLDEN=1 and look at it").arg(path);
  const double difference = meanDifference(before, picture);
  if (difference <= kGoldenTolerance) return {};
  keepDifference(name, before, picture);
  return QStringLiteral("mean difference %1; old, new and difference in %2/%3.png")
      .arg(difference)
      .arg(goldenOutput(), name);
}

}  // namespace spk::test
