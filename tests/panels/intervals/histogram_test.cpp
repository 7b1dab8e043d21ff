#include "panels/intervals/histogram.h"

#include <QTest>
#include <numeric>

using namespace spk;
using namespace spk::panels::intervals;

class HistogramTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void intervalsOfAPixelAndOfTheSensor() {
    // Two pixels, each every 2 ms, half a period apart.
    Tape tape;
    std::vector<Event> events;
    for (int i = 0; i < 101; ++i)
      events.push_back({i * kMillisecond, std::uint16_t(i % 2), 0, std::uint8_t(i % 4 < 2)});
    tape.append(std::span<const Event>(events));
    const Histogram pixel = histogram(tape, -1, kSecond, Of::Pixel, Polarity::Both);
    QCOMPARE(pixel.intervals, std::uint64_t{99});
    QCOMPARE(pixel.median, 2 * kMillisecond);
    QCOMPARE(binHolding(pixel), 33);  // 10^0.3 = 1.995 ms
    const Histogram sensor = histogram(tape, -1, kSecond, Of::Sensor, Polarity::Both);
    QCOMPARE(sensor.intervals, std::uint64_t{100});
    QCOMPARE(sensor.median, kMillisecond);
    QCOMPARE(binHolding(sensor), 30);  // from 1 ms
    // ON events of a pixel come every 4 ms.
    const Histogram on = histogram(tape, -1, kSecond, Of::Pixel, Polarity::On);
    QCOMPARE(on.median, 4 * kMillisecond);
    // (from, to]
    QCOMPARE(histogram(tape, 0, 2 * kMillisecond, Of::Sensor, Polarity::Both).intervals,
             std::uint64_t{1});
  }
  void theEndsTakeWhatIsBeyond() {
    Tape tape(1000 * kSecond);
    const std::vector<Event> events = {{5, 0, 0, 1}, {5, 0, 0, 1}, {5 + 100 * kSecond, 0, 0, 1}};
    tape.append(std::span<const Event>(events));
    const Histogram made = histogram(tape, 0, 200 * kSecond, Of::Pixel, Polarity::Both);
    QCOMPARE(made.bins.front(), std::uint64_t{1});
    QCOMPARE(made.bins.back(), std::uint64_t{1});
    QCOMPARE(histogram(Tape(), 0, kSecond, Of::Pixel, Polarity::Both).intervals, std::uint64_t{0});
  }

 private:
  /// The only bin with anything in it, from 1 µs on; −1 if there are several.
  static int binHolding(const Histogram& made) {
    int found = -1;
    for (std::size_t k = 0; k < made.bins.size(); ++k)
      if (made.bins[k] > 0) found = found < 0 ? int(k) : -1000;
    return found;
  }
};

QTEST_APPLESS_MAIN(HistogramTest)
#include "histogram_test.moc"
