// The synthetic camera: closed forms of a bar's events, the truth about each event against
// numerical derivatives, and that pixels which are not asked would have had nothing to say.
#include <QtTest>
#include <cmath>
#include <limits>
#include <map>

#include "engine/data/testScenes.h"

using namespace spk;

namespace {

/// A scenery of which nothing is known in advance: every pixel is asked in every step.
class Restless final : public Scenery {
 public:
  explicit Restless(Scenery& inner) : inner_(inner) {}
  Time step() const override { return inner_.step(); }
  void place(Time t) override { inner_.place(t); }
  Glance glance(int x, int y) const override { return {inner_.glance(x, y).level, 0, 1e12}; }
  Look look(double x, double y, Time t) const override { return inner_.look(x, y, t); }

 private:
  Scenery& inner_;
};

std::vector<SeenEvent> run(Scenery& scenery, const CameraPixels& pixels, Time duration) {
  PixelModel model(pixels, scenery);
  std::vector<SeenEvent> all;
  while (model.now() < duration) model.advance(all);
  return all;
}

bool same(const SeenEvent& a, const SeenEvent& b) {
  return a.event == b.event && a.exact == b.exact && a.cause == b.cause;
}

QString words(const TestScene& scene) { return QString(scene.id) + " " + scene.title; }

}  // namespace

class PixelModelTest : public QObject {
  Q_OBJECT

  static void scenes() {
    QTest::addColumn<QString>("id");
    for (const TestScene& scene : testScenes()) QTest::newRow(qPrintable(words(scene))) << scene.id;
    // What the scenes leave out.
    for (const char* id : {"disc", "polygon", "all at once"}) QTest::newRow(id) << id;
  }
  static Pattern patternOf(const QString& id) {
    if (const TestScene* scene = testScene(id.toStdString())) return scene->pattern;
    Pattern p;
    p.kind = id == "disc" ? Pattern::Kind::Disc : Pattern::Kind::Polygon;
    p.size = 30;
    p.direction = 100;
    p.corners = {{0, 0}, {4, 1}, {3, 3}, {1, 2}};
    if (id == "all at once") p.kind = Pattern::Kind::Square, p.rotation = 2, p.growth = -1;
    return p;
  }

 private Q_SLOTS:
  void aBarGivesSevenEventsAtTheTimesOfItsEdge() {
    // S1: contrast 1.5 rises over 2 px; 0.2 k / 1.5 = 3c² − 2c³ gives where event k is.
    const LabelledEvents made = recordScene(testScene("S1")->pattern, cleanPixels(), kSecond / 2);
    std::map<int, std::vector<Time>> columns;
    for (const Event& e : made.events)
      if (e.y == 60 && e.polarity == 1 && e.x >= 50 && e.x < 75) columns[e.x].push_back(e.t);
    QCOMPARE(columns.size(), std::size_t{25});
    // The front edge begins at 79.5 − 48 + 6 px.
    for (const auto& [x, times] : columns) {
      QCOMPARE(times.size(), std::size_t{7});
      for (int k = 1; k <= 7; ++k) {
        double low = 0, high = 1;
        for (int i = 0; i < 60; ++i) {
          const double c = (low + high) / 2;
          (c * c * (3 - 2 * c) < 0.2 * k / 1.5 ? low : high) = c;
        }
        const double seconds = (x - (1 - 2 * low) - 37.5) / 100;
        const double error = double(times[std::size_t(k - 1)]) / 1e9 - seconds;
        // Linear interpolation over 0.1 px, and rounding down.
        QVERIFY2(std::abs(error) < 3e-5, qPrintable(QString("%1 %2: %3").arg(x).arg(k).arg(error)));
      }
    }
  }

  void pixelsThatAreNotAskedHaveNothingToSay_data() { scenes(); }
  void pixelsThatAreNotAskedHaveNothingToSay() {
    QFETCH(QString, id);
    MovingPattern asked(patternOf(id)), all(patternOf(id));
    Restless restless(all);
    CameraPixels pixels = noisyPixels();
    pixels.leakHz = id == "S1" || id == "disc" ? 3 : 0;
    const auto some = run(asked, pixels, 30 * kMillisecond),
               every = run(restless, pixels, 30 * kMillisecond);
    QVERIFY(some.size() > 300);
    QCOMPARE(some.size(), every.size());
    QVERIFY(std::ranges::equal(some, every, same));
  }

  void theTruthAgreesWithDerivatives_data() { scenes(); }
  void theTruthAgreesWithDerivatives() {
    QFETCH(QString, id);
    MovingPattern scenery(patternOf(id));
    const auto events = run(scenery, cleanPixels(), 200 * kMillisecond);
    QVERIFY(events.size() > 1000);
    int checked = 0;
    for (std::size_t i = 0; i < events.size(); i += 37) {
      const auto& [event, t, cause] = events[i];
      const Scenery::Look look = scenery.look(event.x, event.y, t);
      const double h = 1e-4;
      const auto level = [&](double x, double y, Time when) {
        return scenery.look(x, y, when).level;
      };
      const double gx = (level(event.x + h, event.y, t) - level(event.x - h, event.y, t)) / (2 * h),
                   gy = (level(event.x, event.y + h, t) - level(event.x, event.y - h, t)) / (2 * h);
      const double size = std::hypot(gx, gy);
      if (size < 0.02) continue;
      // Polygons have kinks where two sides are equally far.
      if (std::hypot(gx - look.gradientX, gy - look.gradientY) > 0.02 * size) {
        QVERIFY(id == "polygon");
        continue;
      }
      // What moves keeps its brightness: ∂L/∂t + ∇L · v = 0.
      const double dt = 1e-6;
      const double change =
          (level(event.x, event.y, t + 1000) - level(event.x, event.y, t - 1000)) / (2 * dt);
      const double scale = size * std::hypot(look.vx, look.vy);
      QVERIFY2(
          std::abs(change + look.gradientX * look.vx + look.gradientY * look.vy) < 0.02 * scale,
          qPrintable(QString("%1 at %2, %3").arg(i).arg(event.x).arg(event.y)));
      const TrueFlow truth = trueFlow(scenery, events[i]);
      const double n2 = truth.normal.vx * truth.normal.vx + truth.normal.vy * truth.normal.vy;
      QVERIFY(std::abs(n2 - (truth.normal.vx * truth.full.vx + truth.normal.vy * truth.full.vy)) <=
              1e-3 * (n2 + 1));
      QCOMPARE(truth.full.t, event.t);
      ++checked;
    }
    QVERIFY2(checked > 15, qPrintable(QString::number(checked)));
  }

  void scenesMoveAsTheyAreCalled() {
    const auto flow = [](const char* id) {
      return recordScene(testScene(id)->pattern, cleanPixels(), 100 * kMillisecond);
    };
    const LabelledEvents bar = flow("S2"), square = flow("S3"), texture = flow("S4"),
                         fast = flow("S5b"), turning = flow("S6"), growing = flow("S7");
    for (std::size_t i = 0; i < bar.events.size(); ++i) {
      QVERIFY(std::abs(bar.full[i].vx - 346.41f) < 0.01f && std::abs(bar.full[i].vy - 200) < 0.01f);
      QVERIFY(std::abs(bar.normal[i].vx - bar.full[i].vx) < 0.01f);
    }
    for (const Flow& v : square.full) QVERIFY(std::hypot(v.vx - 160, v.vy - 120) < 0.01f);
    for (const Flow& v : texture.full) QVERIFY(std::hypot(v.vx - 120, v.vy + 60) < 0.01f);
    for (const Flow& v : fast.full) QVERIFY(std::hypot(v.vx - 600, v.vy - 300) < 0.01f);
    for (const Flow& v : turning.full)
      QVERIFY(std::hypot(v.vx + 3 * (v.y - 59.5), v.vy - 3 * (v.x - 79.5)) < 0.01);
    for (const Flow& v : growing.full)
      QVERIFY(std::hypot(v.vx - 1.5 * (v.x - 79.5), v.vy - 1.5 * (v.y - 59.5)) < 0.01);
    for (const LabelledEvents* made : {&bar, &square, &texture, &fast, &turning, &growing}) {
      QVERIFY(made->events.size() > 1000);
      QCOMPARE(std::ranges::count(made->noise, 1), 0);
    }
  }

  void noiseIsLabelledAndHasItsRate() {
    Pattern still = testScene("S1")->pattern;
    still.speed = 0;
    const LabelledEvents noise = recordScene(still, noisyPixels(), kSecond);
    const double expected = 2 * 160 * 120;
    QVERIFY(std::abs(double(noise.events.size()) - expected) < 4 * std::sqrt(expected));
    QCOMPARE(std::size_t(std::ranges::count(noise.noise, 1)), noise.events.size());
    // Beside a bar: as many, but for those in a refractory time.
    const LabelledEvents both = recordScene(testScene("S1")->pattern, noisyPixels(), kSecond);
    const double labelled = double(std::ranges::count(both.noise, 1));
    QVERIFY(std::abs(labelled - expected) < 5 * std::sqrt(expected));
    for (std::size_t i = 0; i < both.events.size(); ++i)
      if (both.noise[i]) QVERIFY(both.full[i].vx == 0 && both.normal[i].vx == 0);
    QVERIFY(std::ranges::is_sorted(both.events, {}, &Event::t));
  }

  void aLeakGivesOnEventsAtItsRate() {
    Pattern still = testScene("S1")->pattern;
    still.speed = 0;
    CameraPixels pixels;
    pixels.width = 20, pixels.height = 10;
    pixels.leakHz = 5;
    const LabelledEvents made = recordScene(still, pixels, 2 * kSecond - kMillisecond);
    QCOMPARE(made.events.size(), std::size_t{200 * 9});  // at 0.2, 0.4 … 1.8 s
    for (const Event& e : made.events) QCOMPARE(int(e.polarity), 1);
    QCOMPARE(std::size_t(std::ranges::count(made.noise, 1)), made.events.size());
  }

  void aSeedDecidesAndAPortionDoesNot() {
    MovingPattern first(testScene("S3")->pattern), second(testScene("S3")->pattern);
    CameraPixels pixels = noisyPixels();
    const auto once = run(first, pixels, 50 * kMillisecond);
    // Half way, then from what was saved.
    PixelModel whole(pixels, second);
    std::vector<SeenEvent> joined;
    while (whole.now() < 20 * kMillisecond) whole.advance(joined);
    Bytes bytes;
    whole.save(bytes);
    PixelModel other(pixels, second);
    QVERIFY(other.restore(bytes));
    while (other.now() < 50 * kMillisecond) other.advance(joined);
    QVERIFY(std::ranges::equal(once, joined, same));
    pixels.seed = 2;
    MovingPattern third(testScene("S3")->pattern);
    QVERIFY(!std::ranges::equal(once, run(third, pixels, 50 * kMillisecond), same));
  }

  void aChangeOfSpeedGoesOnFromWhereItIs() {
    Pattern pattern = testScene("S3")->pattern;
    MovingPattern scenery(pattern);
    const double before = scenery.look(60, 40, 100 * kMillisecond).level;
    pattern.speed = 50;
    QCOMPARE(scenery.set(pattern, 100 * kMillisecond), MovingPattern::Change::Motion);
    QVERIFY(std::abs(scenery.look(60, 40, 100 * kMillisecond).level - before) < 1e-12);
    pattern.size = 20;
    QCOMPARE(scenery.set(pattern, 120 * kMillisecond), MovingPattern::Change::Looks);
  }

  void whatIsTooMuchForOneStepIsCounted() {
    // Every pixel of a large sensor sees a jump of many thresholds at once.
    struct Jump final : Scenery {
      Time step() const override { return kMillisecond; }
      void place(Time t) override { lit = t > 0; }
      Glance glance(int, int) const override { return {lit ? 4.0 : 0, 0, 1e12}; }
      Look look(double, double, Time t) const override { return {t > 0 ? 4.0 : 0}; }
      bool lit = false;
    } jump;
    CameraPixels pixels;
    pixels.width = 200, pixels.height = 100;
    pixels.refractory = 0;
    PixelModel model(pixels, jump);
    std::vector<SeenEvent> events;
    model.advance(events);
    QCOMPARE(events.size(), PixelModel::kMostPerStep);
    // 20 crossings of 0.2 up to 4.0, the last of which may be lost in rounding.
    QVERIFY(model.dropped() >= 20'000 * 19 - events.size());
  }
};

QTEST_APPLESS_MAIN(PixelModelTest)
#include "PixelModel_test.moc"
