#include "panels/kit/Figure.h"

#include <QFontMetricsF>
#include <QTest>

#include "panels/kit/Theme.h"

using namespace spk;

class FigureTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void ticksAreRoundAndFew_data() {
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<QStringList>("texts");
    QTest::newRow("two seconds") << 10.5 << 12.5
                                 << QStringList{"10.5", "11.0", "11.5", "12.0", "12.5"};
    QTest::newRow("milliseconds") << 0.0 << 0.0045
                                  << QStringList{"0.000", "0.001", "0.002", "0.003", "0.004"};
    QTest::newRow("below zero") << -70.0 << -40.0 << QStringList{"−70", "−60", "−50", "−40"};
    QTest::newRow("backwards") << 48.0 << 0.0 << QStringList{"0", "10", "20", "30", "40"};
    QTest::newRow("nothing") << 1.0 << 1.0 << QStringList{};
  }
  void ticksAreRoundAndFew() {
    QFETCH(double, from);
    QFETCH(double, to);
    QFETCH(QStringList, texts);
    QStringList found;
    for (const Tick& tick : ticks({.range = {from, to}})) found << tick.text;
    QCOMPARE(found, texts);
  }
  void ticksNeverCrowd() {
    for (double length = 1e-9; length < 1e9; length *= 1.7) {
      for (const double start : {0.0, 17.3, -5e3}) {
        const auto found = ticks({.range = {start, start + length}});
        QVERIFY2(found.size() <= 6, qPrintable(QString::number(length)));
        for (std::size_t i = 1; i < found.size(); ++i) QVERIFY(found[i].at > found[i - 1].at);
      }
    }
  }
  void logarithmicTicksArePowers() {
    QStringList found;
    for (const Tick& tick : ticks({.range = {0.7, 4000}, .scale = Axis::Scale::Log}))
      found << tick.text;
    QCOMPARE(found, (QStringList{"10⁰", "10¹", "10²", "10³"}));
    found.clear();
    for (const Tick& tick : ticks({.range = {1, 12}, .scale = Axis::Scale::Log}))
      found << tick.text;
    QCOMPARE(found, (QStringList{"1", "2", "5", "10"}));
  }
  void placeAndValueAreInverse() {
    for (const Axis::Scale scale : {Axis::Scale::Linear, Axis::Scale::Log}) {
      Figure figure;
      figure.x = {.range = {1, 1000}, .scale = scale};
      figure.y = {.range = {480, 0}};
      const QPointF place = figure.place(30, 100), value = figure.value(place);
      QVERIFY(std::abs(value.x() - 30) < 1e-9 * 30);
      QVERIFY(std::abs(value.y() - 100) < 1e-9 * 100);
    }
  }
  void aSensorKeepsItsProportions() {
    Figure figure;
    figure.sameScale = true;
    figure.x.range = {0, 640};
    figure.y.range = {480, 0};
    for (const QSizeF& size : {QSizeF(900, 200), QSizeF(200, 900), QSizeF(300, 300)}) {
      figure.size = size;
      const QRectF box = figure.plotBox();
      QVERIFY(std::abs(box.width() / box.height() - 4.0 / 3) < 0.01);
      QVERIFY(QRectF(QPointF(), size).contains(box));
    }
  }
  void timeFollowsButNeverBeforeTheBeginning() {
    Figure figure;
    QCOMPARE(figure.timeRange(kSecond / 2, 2000), (Range{0, 2}));
    QCOMPARE(figure.timeRange(5 * kSecond, 2000), (Range{3, 5}));
    figure.zoomLength = 0.5;
    QCOMPARE(figure.timeRange(5 * kSecond, 2000), (Range{4.5, 5}));
    figure.zoomX = Range{1, 1.25};
    QCOMPARE(figure.timeRange(5 * kSecond, 2000), (Range{1, 1.25}));
  }
  void theRingOfColumnsTurns() {
    RasterImage image(10, 4, Qt::black);
    image.moveTo(100);
    image.set(105, 2, qRgb(255, 0, 0));
    const std::uint64_t before = image.version();
    image.moveTo(103);
    QCOMPARE(image.unrolled().pixel(2, 2), qRgb(255, 0, 0));  // column 105 is now the third
    int changed = 0;
    for (int x = 0; x < 10; ++x) changed += image.changed(x) > before;
    QCOMPARE(changed, 3);
    image.moveTo(200);
    QCOMPARE(image.unrolled().pixel(2, 2), qRgb(0, 0, 0));
    image.fill(195, -3, 100, 100, qRgb(0, 255, 0));  // clipped to what is held
    QCOMPARE(image.unrolled().pixel(9, 3), qRgb(0, 255, 0));
  }
  void groupNamesHaveRoom() {
    Figure figure{.size = {400, 200}};
    figure.y.numbers = false;
    const auto leftFor = [&](const char* name) {
      figure.groups = {{{0, 1}, QString::fromLatin1(name), {}}};
      return figure.plotBox().left();
    };
    const QFontMetricsF metrics(textFont(12));
    QCOMPARE(leftFor("E"), leftFor("I"));  // short names share one margin
    QVERIFY(leftFor("a network") >= metrics.horizontalAdvance(QStringLiteral("a network")) + 12);
    QVERIFY(leftFor("a name that would leave no room for the plot itself") < 130 * textScale());
  }
};

QTEST_MAIN(FigureTest)
#include "Figure_test.moc"
