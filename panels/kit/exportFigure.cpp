#include "panels/kit/exportFigure.h"

#include <QFile>
#include <QMarginsF>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <algorithm>

#include "panels/kit/QtCanvas.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

constexpr double kMmPerInch = 25.4, kScreenDpi = 96;
/// 40 dots in a millimetre: widths in whole millimetres stay exact.
constexpr int kVectorDpi = 1016;

Figure blankFigure(const FigureSize& size) {
  Figure figure;
  figure.size = QSizeF(size.widthMm, size.heightMm) * (kScreenDpi / kMmPerInch);
  return figure;
}

std::string lowerEnding(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

Error cannotWrite(const std::filesystem::path& path, const QString& why) {
  return {"cannot be written" + (why.isEmpty() ? std::string() : ": " + why.toStdString()),
          path.string()};
}

void paintVectors(const MakeFigure& make, QPaintDevice& device, const FigureSize& size,
                  QPainter& painter) {
  const ThemeScope print(ThemeKind::Light);
  Figure blank = blankFigure(size);
  blank.use = Figure::Use::Paper;
  const Figure figure = make(std::move(blank));
  painter.begin(&device);
  painter.scale(kVectorDpi / kScreenDpi, kVectorDpi / kScreenDpi);
  QtCanvas canvas(painter, QtCanvas::Medium::Vectors);
  paint(figure, canvas);
  painter.end();
}

Result<void> saveSvg(const MakeFigure& make, const std::filesystem::path& path,
                     const FigureSize& size) {
  QFile file(QString::fromStdString(path.string()));
  if (!file.open(QIODevice::WriteOnly)) return cannotWrite(path, file.errorString());
  QSvgGenerator svg;
  svg.setOutputDevice(&file);
  svg.setResolution(kVectorDpi);
  const QSize dots = (QSizeF(size.widthMm, size.heightMm) * (kVectorDpi / kMmPerInch)).toSize();
  svg.setSize(dots);
  svg.setViewBox(QRect(QPoint(), dots));
  svg.setTitle(QStringLiteral("Spikarium figure"));
  QPainter painter;
  paintVectors(make, svg, size, painter);
  if (!file.flush()) return cannotWrite(path, file.errorString());
  return {};
}

Result<void> savePdf(const MakeFigure& make, const std::filesystem::path& path,
                     const FigureSize& size) {
  QFile file(QString::fromStdString(path.string()));
  if (!file.open(QIODevice::WriteOnly)) return cannotWrite(path, file.errorString());
  QPdfWriter pdf(&file);
  pdf.setResolution(kVectorDpi);
  pdf.setPageSize(QPageSize(QSizeF(size.widthMm, size.heightMm), QPageSize::Millimeter, QString(),
                            QPageSize::ExactMatch));
  pdf.setPageMargins(QMarginsF(0, 0, 0, 0));
  QPainter painter;
  paintVectors(make, pdf, size, painter);
  if (!file.flush()) return cannotWrite(path, file.errorString());
  return {};
}

}  // namespace

QImage paintedFigure(const MakeFigure& make, QSizeF size, double pixelRatio) {
  Figure blank;
  blank.size = size;
  blank.use = Figure::Use::Picture;
  blank.pixelRatio = pixelRatio;
  const Figure figure = make(std::move(blank));
  QImage picture((size * pixelRatio).toSize(), QImage::Format_RGB32);
  picture.setDevicePixelRatio(pixelRatio);
  QPainter painter(&picture);
  QtCanvas canvas(painter, QtCanvas::Medium::Pixels);
  paint(figure, canvas);
  return picture;
}

Result<void> saveFigure(const MakeFigure& make, const std::filesystem::path& path,
                        const FigureSize& size) {
  const std::string ending = lowerEnding(path);
  if (!(size.widthMm >= 10 && size.heightMm >= 10 && size.widthMm <= 2000 &&
        size.heightMm <= 2000)) {
    return Error{"a figure is 10 to 2000 mm wide and high, not " + numberText(size.widthMm) +
                     " × " + numberText(size.heightMm),
                 path.string()};
  }
  if (ending == ".svg") return saveSvg(make, path, size);
  if (ending == ".pdf") return savePdf(make, path, size);
  if (ending != ".png") {
    return Error{
        "a figure is written as .png, .svg or .pdf, its numbers as .csv; not as \"" + ending + "\"",
        path.string()};
  }
  if (!(size.dpi >= 36 && size.dpi <= 1200)) {
    return Error{"36 to 1200 dots per inch, not " + numberText(size.dpi), path.string()};
  }
  QImage picture = paintedFigure(make, blankFigure(size).size, size.dpi / kScreenDpi);
  picture.setDotsPerMeterX(qRound(size.dpi / kMmPerInch * 1000));
  picture.setDotsPerMeterY(qRound(size.dpi / kMmPerInch * 1000));
  if (!picture.save(QString::fromStdString(path.string()), "PNG")) return cannotWrite(path, {});
  return {};
}

}  // namespace spk
