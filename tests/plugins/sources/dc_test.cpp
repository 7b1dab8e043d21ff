#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

class DcTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void chargesTheMembraneWhileItIsOn() {
    for (const std::uint32_t batch : {0u, 1u}) {
      Builder b;
      const Id dc = b.node("source.dc", {{"amplitude", 128.0}, {"start", 3.2}, {"stop", 21.7}});
      const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{9}}, {"E_L", -1.0}});
      b.wire("wire.signal", {dc, "out"}, {id, "I"});
      Run run(b.project, {.threads = 1, .mostBatchSteps = batch});
      QCOMPARE(run.error, std::string());
      for (int step = 1; step < 400; step += 7) {
        run.until(step * 0.1);
        const double on = std::min(std::max(0.0, step * 0.1 - 3.2), 18.5),
                     off = std::max(0.0, step * 0.1 - 21.7);
        const double expected =
            -1 + 128 * 20.0 / 250 * (1 - std::exp(-on / 20)) * std::exp(-off / 20);
        QVERIFY2(std::fabs(run.value(id, "V", 8) - expected) < 1e-10,
                 qPrintable(QString::number(step)));
      }
    }
  }

  void amplitudeIsLive() {
    Builder b;
    const Id dc = b.node("source.dc", {{"amplitude", 0.0}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{1}}});
    b.wire("wire.signal", {dc, "out"}, {id, "I"});
    Run run(b.project);
    run.until(10);
    QCOMPARE(run.value(id, "V"), 0.0);
    QVERIFY(
        bool(run.simulation->apply(Edit{"", {setting(b.project, dc, "amplitude", Value{100.0})}})));
    run.until(30);
    QVERIFY(std::fabs(run.value(id, "V") - 8 * (1 - std::exp(-1.0))) < 1e-10);
    QVERIFY(bool(run.simulation->apply(Edit{"", {setting(b.project, dc, "muted", Value{true})}})));
    run.until(50);
    QVERIFY(std::fabs(run.value(id, "V") - 8 * (1 - std::exp(-1.0)) * std::exp(-1.0)) < 1e-10);
  }
};

QTEST_APPLESS_MAIN(DcTest)
#include "dc_test.moc"
