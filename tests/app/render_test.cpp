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
  void aViewBecomesAFilm();
  void withoutFfmpegPicturesAreLeft();
  void whatFfmpegSaysIsHandedOn();

 private:
  /// From 40 to 200 ms, five pictures in all.
  Result<void> filmed(const std::string& out) {
    return render({.project = WindowDesk::demo("ei_balance"),
                   .out = path(out),
                   .view = "Raster",
                   .time = kSecond / 5,
                   .size = {401, 200},
                   .isFilm = true,
                   .from = kSecond / 25,
                   .framesPerSecond = 25,
                   .speed = 1},
                  registry_, targets_, jobs_);
  }
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  /// A program of that name is found first, or alone.
  void ffmpegIs(const QByteArray& script) {
    const QString place = folder_.filePath(QStringLiteral("bin"));
    QDir().mkpath(place);
    QFile file(place + QStringLiteral("/ffmpeg"));
    file.remove();
    if (!script.isEmpty()) {
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write("#!/bin/sh\n" + script);
      file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    qputenv("PATH", place.toUtf8());
  }

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

void RenderTest::aViewBecomesAFilm() {
  // Says what it was asked, and how many pictures there are.
  ffmpegIs(
      "for last; do :; done\n"
      "{ echo \"$@\"; for f in \"$last\".pictures/*.png; do echo \"$f\"; done; } > \"$last\"\n");
  const auto done = filmed("film.mp4");
  QVERIFY2(done, done ? "" : done.error().text().c_str());
  QFile file(folder_.filePath(QStringLiteral("film.mp4")));
  QVERIFY(file.open(QIODevice::ReadOnly));
  const QByteArray said = file.readAll();
  QVERIFY2(said.contains("-framerate 25 "), said.constData());
  QCOMPARE(said.count("/frame_00000"), 5);
  // The pictures were on the way only.
  QVERIFY(!std::filesystem::exists(path("film.mp4.pictures")));
}

void RenderTest::withoutFfmpegPicturesAreLeft() {
  ffmpegIs({});
  const auto done = filmed("plain.mp4");
  QVERIFY2(done, done ? "" : done.error().text().c_str());
  QVERIFY(!std::filesystem::exists(path("plain.mp4")));
  QImage before;
  for (int i = 1; i <= 5; ++i) {
    const QImage picture(
        folder_.filePath(QStringLiteral("plain/frame_%1.png").arg(i, 6, 10, QLatin1Char('0'))));
    QCOMPARE(picture.size(), QSize(401, 200));
    QVERIFY(picture != before);
    before = picture;
  }
}

void RenderTest::whatFfmpegSaysIsHandedOn() {
  ffmpegIs("echo no such encoder\nexit 3\n");
  const auto done = filmed("bad.mp4");
  QVERIFY(!done);
  QVERIFY2(done.error().text().find("no such encoder") != std::string::npos,
           done.error().text().c_str());
  QVERIFY(!std::filesystem::exists(path("bad.mp4.pictures")));
}

}  // namespace spk::test

using spk::test::RenderTest;
SPK_GUI_MAIN(RenderTest)
#include "render_test.moc"
