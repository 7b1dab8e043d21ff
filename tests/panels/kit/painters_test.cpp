// Both painters show the same figure, print has text as text, and what the kit shows looks as it
// did.
#include <QDir>
#include <QFile>
#include <QPainter>
#include <QRegularExpression>
#include <QTemporaryDir>

#include "panels/kit/ImGuiPanel.h"
#include "panels/kit/PlotWidget.h"
#include "panels/kit/QtCanvas.h"
#include "panels/kit/exportFigure.h"
#include "panels/kit/gallery.h"
#include "tests/kit/again.h"
#include "tests/kit/golden.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::test;

namespace {

constexpr QSize kSize{420, 260};

void everySample() {
  QTest::addColumn<int>("at");
  QTest::addColumn<int>("kind");
  const auto samples = sampleFigures(QSizeF(kSize), 1);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    QTest::addRow("%s-dark", qPrintable(samples[i].first)) << int(i) << int(ThemeKind::Dark);
    QTest::addRow("%s-light", qPrintable(samples[i].first)) << int(i) << int(ThemeKind::Light);
  }
}

QImage drawn(Painter painter, const Figure& figure) {
  PlotWidget widget(painter);
  widget.resize(kSize);
  widget.QWidget::show();
  if (!QTest::qWaitForWindowExposed(&widget)) return {};
  widget.show(figure);
  return widget.grabPixels().convertToFormat(QImage::Format_RGB32);
}

}  // namespace

class PaintersTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cleanup() { setTheme(ThemeKind::Dark); }

  void bothPaintTheSame_data() { everySample(); }
  void bothPaintTheSame() {
    QFETCH(int, at);
    QFETCH(int, kind);
    setTheme(static_cast<ThemeKind>(kind));
    const Figure figure = sampleFigures(QSizeF(kSize), 1)[std::size_t(at)].second;
    const QImage qt = drawn(Painter::Qt, figure), imgui = drawn(Painter::ImGui, figure);
    const double ratio = qGuiApp->devicePixelRatio();
    QCOMPARE(qt.size(), (QSizeF(kSize) * ratio).toSize());
    const double difference = meanDifference(qt, imgui);
    if (difference > 2.5) keepDifference(QString::fromUtf8(QTest::currentDataTag()), qt, imgui);
    QVERIFY2(difference <= 2.5, qPrintable(QStringLiteral("mean difference %1").arg(difference)));
    // Not empty both: something is there that the ground is not.
    QVERIFY(pixelsLike(qt, theme().plot, 12) < qt.width() * qt.height() - 200);
  }

  /// On a screen with two pixels to the unit as well: this program once more, with that scale.
  void bothPaintTheSameAtTwoPixels() {
    SPK_HOLDS_AT_TWO_PIXELS(QStringLiteral("bothPaintTheSame"));
  }

  void looksAsItDid_data() { everySample(); }
  void looksAsItDid() {
    QFETCH(int, at);
    QFETCH(int, kind);
    setTheme(static_cast<ThemeKind>(kind));
    const Figure figure = sampleFigures(QSizeF(kSize), 1)[std::size_t(at)].second;
    const QImage picture = paintedFigure([&](Figure) { return figure; }, QSizeF(kSize), 1);
    const QString complaint = compareGolden(
        QStringLiteral("figure-") + QString::fromUtf8(QTest::currentDataTag()), picture);
    QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
  }

  void printHasTextAsText_data() { everySample(); }
  void printHasTextAsText() {
    QFETCH(int, at);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("f.svg"));
    const auto make = [at](Figure blank) {
      Figure figure = sampleFigures(blank.size, 1)[std::size_t(at)].second;
      figure.use = blank.use;
      return figure;
    };
    const auto saved = saveFigure(make, path.toStdString(), {.widthMm = 85, .heightMm = 60});
    QVERIFY2(saved, saved ? "" : saved.error().text().c_str());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString svg = QString::fromUtf8(file.readAll());
    QVERIFY(svg.contains(QStringLiteral("width=\"85mm\"")) &&
            svg.contains(QStringLiteral("height=\"60mm\"")));
    const Figure figure = make({});
    for (const QString& words : {figure.x.label, figure.y.label, figure.words}) {
      if (!words.isEmpty()) QVERIFY2(svg.contains(words.toHtmlEscaped()), qPrintable(words));
    }
    if (!figure.x.label.isEmpty() || !figure.words.isEmpty())
      QVERIFY(svg.contains(QStringLiteral("<text")));
  }

  void marksSideBySideCoverNoWords() {
    Figure figure{.size = QSizeF(kSize)};
    figure.x.range = {0, 2};
    const auto lowerLane = [&](double second) {
      figure.guides = {{.look = Guide::Look::Edit, .at = 1, .words = QStringLiteral("weight 1")},
                       {.look = Guide::Look::Edit, .at = second, .words = QStringLiteral("to 2")}};
      const QImage picture = paintedFigure([&](Figure) { return figure; }, QSizeF(kSize), 1);
      const int top = int(figure.plotBox().top() + 19 * textScale());
      return pixelsLike(picture.copy(0, top, kSize.width(), int(18 * textScale())), theme().action);
    };
    QVERIFY(lowerLane(1.05) > lowerLane(1.6) + 100);
  }

  void sharpAtTwiceTheSize() {
    Figure figure = sampleFigures(QSizeF(kSize), 2)[0].second;
    const QImage twice = paintedFigure([&](Figure) { return figure; }, QSizeF(kSize), 2);
    QCOMPARE(twice.size(), kSize * 2);
    const QImage once = paintedFigure([&](Figure) { return figure; }, QSizeF(kSize), 1);
    QVERIFY(meanDifference(twice.scaled(kSize, Qt::IgnoreAspectRatio, Qt::SmoothTransformation),
                           once) < 4);
  }

  void theRendererChoosesUnlessToldOtherwise() {
    QVERIFY(isSoftwareRenderer("llvmpipe (LLVM 15.0.6, 256 bits)"));
    QVERIFY(!isSoftwareRenderer("NVIDIA H100/PCIe/SSE2"));
    QVERIFY(!rendererName().empty());
    QCOMPARE(painter(), isSoftwareRenderer(rendererName()) ? Painter::Qt : Painter::ImGui);
    choosePainter(Painter::ImGui);
    QCOMPARE(painter(), Painter::ImGui);
    qputenv("SPK_PAINTER", "qpainter");
    QCOMPARE(painter(), Painter::Qt);
    qunsetenv("SPK_PAINTER");
    choosePainter(std::nullopt);
  }

  void theGalleryShowsAll() {
    for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::Light}) {
      setTheme(kind);
      const std::unique_ptr<QWidget> gallery(makeGallery());
      gallery->resize(1360, 1700);
      gallery->show();
      QVERIFY(QTest::qWaitForWindowExposed(gallery.get()));
      const QImage picture = gallery->grab().toImage();
      QDir().mkpath(goldenOutput());
      picture.save(goldenOutput() + (kind == ThemeKind::Dark
                                         ? QStringLiteral("/gallery-dark.png")
                                         : QStringLiteral("/gallery-light.png")));
      QVERIFY(pixelsLike(picture, theme().excitatory) > 1000);
      QVERIFY(pixelsLike(picture, theme().action) > 500);
    }
  }
};

SPK_GUI_MAIN(PaintersTest)
#include "painters_test.moc"
