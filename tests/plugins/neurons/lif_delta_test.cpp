#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

class LifDeltaTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void intervalIsTheClosedFormRoundedUp() {
    // T = tau_m ln((R I + E_L − V_reset) / (R I + E_L − V_th)), then t_ref of 20 steps.
    Builder b;
    std::vector<double> currents;
    std::string list = "[";
    for (int i = 0; i < 50; ++i) {
      currents.push_back(252 + 17.3 * i + 0.37 * i * i);
      list += (i ? ", " : "") + numberText(currents.back());
    }
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{50}}, {"I_e", Json{list + "]"}}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(1000);
    for (std::uint32_t i = 0; i < 50; ++i) {
      const double drive = 20.0 / 250.0 * currents[i];
      const double period = 20 * std::log(drive / (drive - 20));
      const auto expected = static_cast<std::uint64_t>(std::ceil(period / 0.1)) + 20;
      const auto train = run.train(id, i);
      QVERIFY(train.size() > 2);
      QCOMPARE(train[0] + 1, expected - 20);
      for (std::size_t k = 1; k < train.size(); ++k) QCOMPARE(train[k] - train[k - 1], expected);
    }
  }

  void synapticPotentialIsTheClosedForm() {
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0]]"}}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{1}}, {"E_L", -3.0}});
    b.synapses(source, id, {{"weight", 4.25}, {"delay", 2.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    for (int step = 1; step <= 500; ++step) {
      run.until(step * 0.1);
      const double t = step * 0.1 - 3.0;  // sent at 1 ms, arrives at 3 ms
      const double expected = -3 + (step >= 30 ? 4.25 * std::exp(-t / 20) : 0);
      QVERIFY2(std::fabs(run.value(id, "V") - expected) < 1e-10, qPrintable(QString::number(step)));
    }
  }

  void inputDuringRefractoryTimeIsLost() {
    Builder b;
    const Id source =
        b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0], [2.0, 0], [4.0, 0]]"}}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{1}}});
    b.synapses(source, id, {{"weight", 20.0}, {"delay", 0.1}});
    Run run(b.project);
    run.until(10);
    // 1.0 + 0.1 ms fires; 2.1 ms lies inside the 2 ms after it; 4.1 ms fires again
    QCOMPARE(run.train(id), (std::vector<std::uint64_t>{10, 40}));
  }

  void resetAboveThresholdIsRefused() {
    Builder b;
    b.node("neuron.lif_delta", {{"name", std::string("E")}, {"V_reset", 25.0}});
    const Run run(b.project);
    QVERIFY2(run.error.find("E.V_reset") != std::string::npos, run.error.c_str());
    QVERIFY2(run.error.find("25") != std::string::npos, run.error.c_str());
  }
};

QTEST_APPLESS_MAIN(LifDeltaTest)
#include "lif_delta_test.moc"
