#include "panels/image/eventImage.h"

#include "panels/kit/colourMaps.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::panels::image;

class EventImageTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    tape_ = Tape();
    const std::vector<Event> events = {{10 * kMillisecond, 1, 0, 1},
                                       {20 * kMillisecond, 2, 1, 0},
                                       {30 * kMillisecond, 2, 1, 1},
                                       {40 * kMillisecond, 3, 2, 0}};
    tape_.append(std::span<const Event>(events));
  }
  void polarityShowsTheLastEventOfAPixel() {
    const QImage picture =
        eventImage(tape_, 40 * kMillisecond, 25 * kMillisecond, Mode::Polarity, {4, 3});
    QCOMPARE(picture.size(), QSize(4, 3));
    QCOMPARE(picture.pixelColor(1, 0), theme().plot);  // too old
    QCOMPARE(picture.pixelColor(2, 1), theme().on);    // ON came after OFF
    QCOMPARE(picture.pixelColor(3, 2), theme().off);
  }
  void timeSurfaceFallsByE() {
    const Time tau = 10 * kMillisecond;
    const QImage picture = eventImage(tape_, 40 * kMillisecond, tau, Mode::TimeSurface, {4, 3});
    QCOMPARE(picture.pixel(3, 2), viridis(1));
    const QRgb wanted = viridis(std::exp(-1.0)), found = picture.pixel(2, 1);
    QVERIFY(std::abs(qRed(wanted) - qRed(found)) + std::abs(qGreen(wanted) - qGreen(found)) +
                std::abs(qBlue(wanted) - qBlue(found)) <
            6);
    QCOMPARE(picture.pixel(0, 0), viridis(0));
  }
  void countIsFullWhereMostHappened() {
    const QImage picture =
        eventImage(tape_, 40 * kMillisecond, 40 * kMillisecond, Mode::Count, {4, 3});
    QCOMPARE(picture.pixel(2, 1), viridis(1));
    QCOMPARE(picture.pixelColor(0, 0), theme().plot);
    QVERIFY(picture.pixel(3, 2) != viridis(1));
  }
  void theSensorIsWhatWasSeen() { QCOMPARE(seenSensor(tape_, 0, {0, 0}), QSize(4, 3)); }
  void eventsBesideTheSensorAreLeftOut() {
    const QImage picture =
        eventImage(tape_, 40 * kMillisecond, 40 * kMillisecond, Mode::Polarity, {2, 2});
    QCOMPARE(picture.size(), QSize(2, 2));
    QCOMPARE(picture.pixelColor(1, 0), theme().on);
  }

 private:
  Tape tape_;
};

SPK_GUI_MAIN(EventImageTest)
#include "eventImage_test.moc"
