#include "panels/image/eventImage.h"

#include "panels/image/PixelCounts.h"
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
    const QImage picture = make({.window = 25 * kMillisecond});
    QCOMPARE(picture.size(), QSize(4, 3));
    QCOMPARE(picture.pixelColor(1, 0), theme().plot);  // too old
    QCOMPARE(picture.pixelColor(2, 1), theme().on);    // ON came after OFF
    QCOMPARE(picture.pixelColor(3, 2), theme().off);
  }
  void timeSurfaceFallsByE() {
    const QImage picture = make({.mode = Mode::TimeSurface, .window = 10 * kMillisecond});
    QCOMPARE(picture.pixel(3, 2), viridis(1));
    QVERIFY(isLike(picture.pixel(2, 1), viridis(std::exp(-1.0))));
    QCOMPARE(picture.pixel(0, 0), viridis(0));
  }
  void countIsFullWhereMostHappened() {
    const QImage picture = make({.mode = Mode::Count, .window = 40 * kMillisecond});
    QCOMPARE(picture.pixel(2, 1), viridis(1));
    QCOMPARE(picture.pixelColor(0, 0), theme().plot);
    QVERIFY(isLike(picture.pixel(3, 2), viridis(0.5)));
    const QImage wished = make({.mode = Mode::Count, .window = 40 * kMillisecond, .full = 4});
    QVERIFY(isLike(wished.pixel(2, 1), viridis(0.5)));
  }
  void balanceIsOnLessOff() {
    const QImage picture = make({.mode = Mode::Balance, .window = 40 * kMillisecond});
    QCOMPARE(picture.pixel(1, 0), difference(1, true));
    QCOMPARE(picture.pixel(3, 2), difference(-1, true));
    QCOMPARE(picture.pixelColor(2, 1), theme().plot);  // one of each
  }
  void timeRunsFromTheOldestToTheNewest() {
    const QImage picture = make({.mode = Mode::Time, .window = 40 * kMillisecond});
    QCOMPARE(picture.pixel(3, 2), viridis(1));
    QVERIFY(isLike(picture.pixel(2, 1), viridis(0.75)));
    QVERIFY(isLike(picture.pixel(1, 0), viridis(0.25)));
  }
  void dilationFillsWhatIsDark() {
    const QImage picture = make({.window = 25 * kMillisecond, .dilate = 1});
    QCOMPARE(picture.pixelColor(1, 1), theme().on);   // beside (2, 1)
    QCOMPARE(picture.pixelColor(3, 2), theme().off);  // an event of its own
    QCOMPARE(picture.pixelColor(0, 1), theme().plot);
  }
  void aPictureOfTheCameraLiesBehind() {
    const Frame frame{5 * kMillisecond, 2, 3, {10, 20, 30, 40, 50, 60}};
    const QImage picture = make({.window = 25 * kMillisecond, .behind = &frame});
    QCOMPARE(picture.pixelColor(0, 0), QColor(10, 10, 10));  // stretched to the sensor
    QCOMPARE(picture.pixelColor(3, 0), QColor(20, 20, 20));
    QCOMPARE(picture.pixelColor(2, 1), theme().on);
  }
  void aNumberOfEventsIsAWindow() {
    QCOMPARE(windowOf(tape_, 2, 40 * kMillisecond), 10 * kMillisecond + 1);
    QCOMPARE(windowOf(tape_, 3, 35 * kMillisecond), 25 * kMillisecond + 1);
    QCOMPARE(windowOf(tape_, 100, 40 * kMillisecond), 30 * kMillisecond + 1);
    QCOMPARE(windowOf(Tape(), 100, 40 * kMillisecond), Time{0});
  }
  void theFrameOfATimeIsTheLastOneBefore() {
    Tape frames;
    const std::vector<Frame> taken = {{10, 1, 1, {1}}, {20, 1, 1, {2}}};
    frames.append(std::span<const Frame>(taken));
    QVERIFY(!frameAt(frames, 9));
    QCOMPARE(frameAt(frames, 19)->grey[0], std::uint8_t{1});
    QCOMPARE(frameAt(frames, 20)->grey[0], std::uint8_t{2});
  }
  void pixelsThatFireAloneAreHot() {
    Tape tape;
    std::vector<Event> events;
    for (int i = 0; i < 400; ++i) {
      events.push_back({i * kMillisecond, 5, 4, 1});                      // alone
      events.push_back({i * kMillisecond, std::uint16_t(i % 10), 8, 1});  // a busy row
      if (i % 10 == 0) events.push_back({i * kMillisecond, 2, std::uint16_t(i / 40), 0});
    }
    tape.append(std::span<const Event>(events));
    tape.advance(kSecond);
    PixelCounts counts;
    counts.update(tape, {10, 10});
    QCOMPARE(counts.at({5, 4}), 400u);
    const auto hot = counts.hot();
    QCOMPARE(hot.size(), std::size_t{1});
    QCOMPARE(hot[0].pixel, QPoint(5, 4));
    const QImage picture = counts.picture(hot, qRgb(0, 0, 0), qRgb(255, 0, 0));
    QCOMPARE(picture.pixel(5, 4), qRgb(255, 0, 0));
    QCOMPARE(picture.pixel(0, 0), qRgb(0, 0, 0));
    QCOMPARE(picture.pixel(2, 0), viridis(std::log1p(4.0) / std::log1p(400.0)));
    // Only what is new is counted; a rewind begins anew.
    const std::vector<Event> more = {{2 * kSecond, 5, 4, 1}};
    tape.append(std::span<const Event>(more));
    tape.advance(3 * kSecond);
    counts.update(tape, {10, 10});
    QCOMPARE(counts.at({5, 4}), 401u);
    tape.cut(200 * kMillisecond);
    counts.update(tape, {10, 10});
    QCOMPARE(counts.at({5, 4}), 200u);
  }
  void theSensorIsWhatWasSeen() { QCOMPARE(seenSensor(tape_, 0, {0, 0}), QSize(4, 3)); }
  void eventsBesideTheSensorAreLeftOut() {
    const QImage picture = make({.window = 40 * kMillisecond}, {2, 2});
    QCOMPARE(picture.size(), QSize(2, 2));
    QCOMPARE(picture.pixelColor(1, 0), theme().on);
  }

 private:
  QImage make(ImageLook look, QSize sensor = {4, 3}) const {
    look.t = 40 * kMillisecond;
    look.ground = theme().plot;
    return eventImage(tape_, look, sensor);
  }
  static bool isLike(QRgb wanted, QRgb found) {
    return std::abs(qRed(wanted) - qRed(found)) + std::abs(qGreen(wanted) - qGreen(found)) +
               std::abs(qBlue(wanted) - qBlue(found)) <
           9;
  }
  Tape tape_;
};

SPK_GUI_MAIN(EventImageTest)
#include "eventImage_test.moc"
