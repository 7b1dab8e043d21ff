#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

struct Activity {
  std::vector<double> A;
  std::string error;
};

Activity activity(double h, std::int64_t n, Values rule, double ms) {
  Builder b(1.0);
  const Id id = b.node("neuron.branching", {{"n", n}, {"h", h}});
  rule["delay"] = 1.0;
  b.synapses(id, id, rule);
  Run run(b.project);
  Activity a{{}, run.error};
  if (!run.simulation) return a;
  run.until(ms);
  a.A.resize(static_cast<std::size_t>(ms));
  for (const FiredSpike& s : run.spikes) ++a.A[s.step];
  return a;
}

/// A(t+1) − m A(t) − h has mean 0 and, given A(t), at most the variance of a Poisson count.
void hasMean(const Activity& activity, double m, double h) {
  double sum = 0, variance = 0;
  for (std::size_t t = 200; t + 1 < activity.A.size(); ++t) {
    sum += activity.A[t + 1] - m * activity.A[t] - h;
    variance += m * activity.A[t] + h;
  }
  QVERIFY2(std::fabs(sum) < 5 * std::sqrt(variance),
           qPrintable(QString::number(sum / std::sqrt(variance))));
}

}  // namespace

class BranchingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void nextActivityHasTheStatedMean_data() {
    QTest::addColumn<double>("m");
    for (const double m : {0.0, 0.5, 0.9, 0.98}) QTest::addRow("m %g", m) << m;
  }
  void nextActivityHasTheStatedMean() {
    QFETCH(double, m);
    const double h = 20 * (1 - m);
    const std::int64_t n = 600;
    const Activity all = activity(h, n, {{"weight", m / static_cast<double>(n)}}, 10000);
    QCOMPARE(all.error, std::string());
    hasMean(all, m, h);
    double mean = 0;
    for (std::size_t t = 1000; t < all.A.size(); ++t) mean += all.A[t] / 9000;
    // A near 20 with variance 20 / (1 − m²), correlated over 1 / (1 − m) steps
    QVERIFY(std::fabs(mean - 20) < 5 * std::sqrt(20 / (1 - m * m) * (1 + m) / (1 - m) / 9000));
    // K targets by fixed in-degree: the same mean, as every unit has K targets on average
    hasMean(activity(h, n,
                     {{"weight", m / 50},
                      {"rule", std::string("fixed_indegree")},
                      {"indegree", std::int64_t{50}}},
                     5000),
            m, h);
  }

  /// r_1 of the activity is m: the branching parameter that estimators look for.
  void regressionFindsM() {
    const Activity a = activity(6, 1000, {{"weight", 0.9 / 1000}}, 30000);
    double mean = 0, front = 0, lag = 0;
    const std::size_t n = a.A.size() - 1000;
    for (std::size_t t = 1000; t < a.A.size(); ++t) mean += a.A[t] / static_cast<double>(n);
    for (std::size_t t = 1000; t + 1 < a.A.size(); ++t) {
      front += (a.A[t] - mean) * (a.A[t] - mean);
      lag += (a.A[t] - mean) * (a.A[t + 1] - mean);
    }
    QVERIFY2(std::fabs(lag / front - 0.9) < 0.01,
             qPrintable(QString::number(lag / front)));  // sd 0.002
  }

  void saturatesAtN() {
    const Activity a = activity(50, 100, {{"weight", 0.05}}, 100);
    QCOMPARE(a.A.back(), 100.0);
  }

  void silentWithoutDrive() {
    const Activity a = activity(0, 100, {{"weight", 0.009}}, 500);
    for (const double n : a.A) QCOMPARE(n, 0.0);
  }
};

QTEST_APPLESS_MAIN(BranchingTest)
#include "branching_test.moc"
