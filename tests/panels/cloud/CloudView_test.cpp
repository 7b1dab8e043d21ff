#include "panels/cloud/CloudView.h"

#include <QMainWindow>

#include "tests/kit/guiBench.h"
#include "tests/kit/guiData.h"
#include "tests/kit/guiMain.h"
#include "tests/kit/ownContexts.h"

using namespace spk;
using namespace spk::test;
using namespace spk::panels::cloud;

namespace {

CloudLook lookAt(Time now) {
  return {.now = now,
          .window = 50 * kMillisecond,
          .sensor = {64, 48},
          .on = theme().on,
          .off = theme().off,
          .ground = theme().plot};
}

void feed(CloudView& view, double rate, Time from, Time to) {
  const auto events = turningBar(rate, from, to);
  view.ring().append(std::span<const Event>(events));
}

int litPixels(CloudView& view) {
  const QImage picture = view.grabFramebuffer();
  return pixelsLike(picture, theme().on, 120) + pixelsLike(picture, theme().off, 120);
}

}  // namespace

class CloudViewTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theRingHoldsTheNewest() {
    EventRing ring(8);
    std::vector<Event> events;
    for (int i = 0; i < 20; ++i)
      events.push_back({i * kMillisecond, std::uint16_t(i), 3, std::uint8_t(i % 2)});
    ring.append(std::span<const Event>(events));
    QCOMPARE(ring.end(), std::uint64_t{20});
    QCOMPARE(ring.begin(), std::uint64_t{12});
    const Vertex newest = ring.data()[ring.place(19)];
    QCOMPARE(newest.where, 19u | 3u << 15 | 1u << 30);
    QCOMPARE(newest.when, 19000u);
    // (14 ms, 17 ms]: the events 15, 16, 17; times before what is held begin at the oldest.
    QCOMPARE(ring.during(14 * kMillisecond, 17 * kMillisecond),
             std::pair(std::uint64_t{15}, std::uint64_t{18}));
    QCOMPARE(ring.during(0, kSecond), std::pair(std::uint64_t{12}, std::uint64_t{20}));
  }

  void onlyNewEventsAreUploaded() {
    CloudView view;
    view.resize(400, 300);
    view.QWidget::show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    feed(view, 1e5, 0, kSecond);
    view.show(lookAt(kSecond));
    QTRY_COMPARE(view.uploadedEvents(), std::uint64_t{100'000});
    QTRY_VERIFY(litPixels(view) > 500);
    feed(view, 1e5, kSecond, kSecond + 33 * kMillisecond);
    view.show(lookAt(kSecond + 33 * kMillisecond));
    QTRY_COMPARE(view.uploadedEvents(), std::uint64_t{103'300});
    // Turning uploads nothing.
    QTest::mousePress(&view, Qt::LeftButton, {}, {200, 150});
    for (int i = 1; i <= 5; ++i) QTest::mouseMove(&view, {200 + 10 * i, 150});
    QTest::mouseRelease(&view, Qt::LeftButton, {}, {250, 150});
    (void)view.grabFramebuffer();
    QCOMPARE(view.uploadedEvents(), std::uint64_t{103'300});
  }

  void theRingGoesRound() {
    CloudView view;
    view.resize(400, 300);
    view.QWidget::show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    // 1.2 million events in a ring of 2^20: the window lies across the seam.
    feed(view, 1.2e6, 0, kSecond);
    CloudLook look = lookAt(kSecond);
    look.window = 300 * kMillisecond;
    view.show(look);
    QTRY_VERIFY(view.drawnEvents() > 0);
    const auto [first, last] = view.ring().during(look.now - look.window, look.now);
    QVERIFY(first / view.ring().capacity() != last / view.ring().capacity());
    QCOMPARE(view.drawnEvents(), std::size_t(last - first));
    QCOMPARE(view.uploadedEvents(), std::uint64_t(view.ring().capacity()));
  }

  void thinnedItLooksTheSame() {
    CloudView view;
    view.resize(400, 300);
    view.QWidget::show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    feed(view, 1e6, 0, 200 * kMillisecond);
    CloudLook look = lookAt(200 * kMillisecond);
    look.window = 100 * kMillisecond;
    view.show(look);
    QTRY_COMPARE(view.drawnEvents(), std::size_t{100'000});
    const int all = litPixels(view);
    look.most = 20'000;
    view.show(look);
    QTRY_VERIFY(view.drawnEvents() <= 20'000);
    QVERIFY(view.drawnEvents() >= 16'000);
    QVERIFY2(litPixels(view) > all / 2,
             qPrintable(QStringLiteral("%1 of %2").arg(litPixels(view)).arg(all)));
  }

  void survivesTheLossOfItsContext() {
    CloudView view;
    view.resize(400, 300);
    view.QWidget::show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    feed(view, 1e5, 0, kSecond);
    view.show(lookAt(kSecond));
    QTRY_VERIFY(litPixels(view) > 500);
    // A new top level window may bring a new context; with shared contexts Qt keeps the old one.
    QMainWindow window;
    window.resize(600, 400);
    window.setCentralWidget(&view);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    view.QWidget::show();
    QTRY_VERIFY(litPixels(view) > 500);
    QCOMPARE(view.uploadedEvents(), std::uint64_t{100'000});
    // Without sharing it does: buffer, shaders and VTK's own objects are made again from the ring.
    const OwnContexts lost;
    const int before = view.initialisations();
    view.setParent(nullptr);
    view.QWidget::show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(litPixels(view) > 500);
    QCOMPARE(view.initialisations(), before + 1);
    QCOMPARE(view.uploadedEvents(), std::uint64_t{200'000});
    // And it goes on as before.
    feed(view, 1e5, kSecond, kSecond + 33 * kMillisecond);
    view.show(lookAt(kSecond + 33 * kMillisecond));
    QTRY_COMPARE(view.uploadedEvents(), std::uint64_t{203'300});
    QVERIFY(litPixels(view) > 500);
  }

  void theBoxFitsIntoAnyShape() {
    CloudView view;
    view.show(lookAt(kSecond));
    view.QWidget::show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    for (const QSize size : {QSize(600, 240), QSize(320, 320), QSize(220, 500)}) {
      view.resize(size);
      QTRY_COMPARE(view.grabFramebuffer().size(), size);
      const QImage picture = view.grabFramebuffer();
      QVERIFY(pixelsLike(picture, theme().line, 30) > 100);
      const QImage middle = picture.copy(picture.rect().adjusted(4, 4, -4, -4));
      QCOMPARE(pixelsLike(middle, theme().line, 30), pixelsLike(picture, theme().line, 30));
    }
  }

  void aPictureHasTheNamesOfItsAxes() {
    CloudView view;
    view.resize(400, 300);
    feed(view, 1e5, 0, kSecond);
    view.show(lookAt(kSecond));
    const QImage picture = view.picture({640, 480});
    QCOMPARE(picture.size(), QSize(640, 480));
    // The scene fills all of it: one background from corner to corner.
    QCOMPARE(picture.pixelColor(637, 2), picture.pixelColor(2, 477));
    QVERIFY(pixelsLike(picture, theme().on, 120) > 500);
    QVERIFY(pixelsLike(picture, theme().secondary, 60) > 20);
  }
};

SPK_GUI_MAIN(CloudViewTest)
#include "CloudView_test.moc"
