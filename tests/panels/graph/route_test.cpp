#include "panels/graph/route.h"

#include <QTest>
#include <cmath>

namespace spk::test {

using namespace panels::graph;

class RouteTest : public QObject {
  Q_OBJECT

  static RouteEnds between(QRectF a, QRectF b) {
    return {QPointF(a.right(), a.top() + 41), QPointF(b.left(), b.top() + 41), a, b};
  }
  static bool crossesInside(const QPainterPath& path, const QRectF& box) {
    for (double t = 0; t <= 1; t += 0.005)
      if (box.adjusted(1, 1, -1, -1).contains(path.pointAtPercent(t))) return true;
    return false;
  }

 private Q_SLOTS:
  void everyWireLeavesRightAndArrivesFromTheLeft() {
    const QRectF a(0, 0, 196, 120);
    for (const QPointF& at : {QPointF(400, 0), QPointF(400, 300), QPointF(-400, 0), QPointF(0, 300),
                              QPointF(0, 0), QPointF(-150, -260)}) {
      const RouteEnds ends = between(a, a.translated(at));
      const QPainterPath path = route(ends, {}, {});
      QCOMPARE(path.pointAtPercent(0), ends.from);
      QVERIFY(QLineF(path.pointAtPercent(1), ends.to).length() < 0.01);
      QVERIFY(path.pointAtPercent(0.01).x() > ends.from.x());
      QVERIFY(path.pointAtPercent(0.99).x() < ends.to.x());
    }
  }

  void loopsGoRoundTheirNodes() {
    const QRectF a(0, 0, 196, 120);
    for (int lane = 0; lane < 4; ++lane)
      for (const QPointF& at :
           {QPointF(0, 0), QPointF(0, 300), QPointF(0, -300), QPointF(-400, 20)}) {
        RouteEnds ends = between(a, a.translated(at));
        ends.lane = lane;
        const QPainterPath path = route(ends, {}, {});
        QVERIFY(!crossesInside(path, ends.fromBox));
        QVERIFY(!crossesInside(path, ends.toBox));
      }
  }

  void aBackwardWireAvoidsWhatLiesInItsWay() {
    const QRectF a(0, 0, 196, 120), b(-500, 0, 196, 120);
    const QRectF above(-250, -60, 196, 60);  // where it would run otherwise
    const QPainterPath path = route(between(a, b), {}, std::vector<QRectF>{a, b, above});
    QVERIFY(!crossesInside(path, above));
  }

  void reroutePointsAreMet() {
    const std::vector<QPointF> points{{300, 200}, {420, -60}};
    const QPainterPath path = route(between({0, 0, 196, 120}, {600, 0, 196, 120}), points, {});
    const QPolygonF line = path.toSubpathPolygons().front();
    for (const QPointF& point : points) QVERIFY(distanceTo(line, point) < 0.5);
  }

  void distancesAndCuts() {
    const QPolygonF line{QList<QPointF>{{0, 0}, {100, 0}, {100, 100}}};
    QCOMPARE(distanceTo(line, {50, 10}), 10.0);
    QCOMPARE(distanceTo(line, {130, 140}), 50.0);
    QCOMPARE(crossings(line, {50, -10}, {50, 10}).size(), std::size_t{1});
    QVERIFY(crossings(line, {50, 10}, {60, 20}).empty());
    const std::vector<QPointF> points{{30, 0}, {60, 0}};
    QCOMPARE(pointIndex({0, 0}, points, {100, 0}, {10, 1}), 0);
    QCOMPARE(pointIndex({0, 0}, points, {100, 0}, {45, 1}), 1);
    QCOMPARE(pointIndex({0, 0}, points, {100, 0}, {90, 1}), 2);
  }
};

}  // namespace spk::test

using spk::test::RouteTest;
QTEST_GUILESS_MAIN(RouteTest)
#include "route_test.moc"
