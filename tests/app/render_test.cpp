#include "app/render.h"

#include <QTest>

#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class RenderTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aViewBecomesAPicture();
  void whatIsNoViewIsSaid();

 private:
  Result<void> made(const std::string& view, const std::string& out) {
    return render({.project = WindowDesk::demo("ei_balance"),
                   .out = std::filesystem::path(folder_.path().toStdString()) / out,
                   .view = view,
                   .time = kSecond / 5,
                   .size = {800, 400}},
                  registry_, targets_, jobs_);
  }
  QTemporaryDir folder_;
  Registry registry_ = wholeRegistry();
  Targets targets_ = wholeTargets();
  Jobs jobs_;
};

void RenderTest::aViewBecomesAPicture() {
  const auto done = made("Raster", "raster.png");
  QVERIFY2(done, done ? "" : done.error().text().c_str());
  const QImage picture(folder_.filePath(QStringLiteral("raster.png")));
  QCOMPARE(picture.size(), QSize(800, 400));
  // Spikes of both populations; the words and lines of an empty plot are not coloured.
  int lit = 0;
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x) lit += picture.pixelColor(x, y).saturation() > 60;
  QVERIFY2(lit > 1000, qPrintable(QStringLiteral("%1 lit pixels").arg(lit)));
}

void RenderTest::whatIsNoViewIsSaid() {
  const auto population = made("E", "e.png"), nothing = made("Nobody", "n.png");
  QVERIFY(!population && population.error().text().find("Raster") != std::string::npos);
  QVERIFY(!nothing);
  QVERIFY(!std::filesystem::exists(folder_.filePath(QStringLiteral("e.png")).toStdString()));
}

}  // namespace spk::test

using spk::test::RenderTest;
SPK_GUI_MAIN(RenderTest)
#include "render_test.moc"
