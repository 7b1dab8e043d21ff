#include "engine/analysis/branching.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "engine/base/Math.h"

using namespace spk;

/// Multistep regression against processes of known m (Wilting & Priesemann 2018), closed forms of
/// what the naive estimate shows, and the data set that mrestimator ships.
class BranchingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void exactCurvesAreFoundExactly_data();
  void exactCurvesAreFoundExactly();
  void offsetIsFoundExactly();
  void slopesFollowTheDefinition();
  void knownProcessesUnderSubsampling_data();
  void knownProcessesUnderSubsampling();
  void intervalsCoverTheTruth();
  void expectedNaiveIsTheClosedForm();
  void supercriticalGrowthIsSeen();
  void tooLittleIsSaid();
  void cautionsAreSaid();
  void observedShareNests();
  void regimesHaveTheirLimits();
  void shippedExample();
};

void BranchingTest::exactCurvesAreFoundExactly_data() {
  QTest::addColumn<double>("m");
  for (const double m : {0.05, 0.3, 0.9, 0.98, 0.995, 0.9999, 1.0, 1.01})
    QTest::addRow("%g", m) << m;
}
void BranchingTest::exactCurvesAreFoundExactly() {
  QFETCH(double, m);
  std::vector<int> lags;
  std::vector<double> slopes;
  for (int k = 1; k <= 100; ++k) lags.push_back(k), slopes.push_back(0.37 * spk::pow(m, k));
  const BranchingCurve curve = fitBranching(lags, slopes, BranchingForm::Exponential);
  QVERIFY2(std::abs(curve.m - m) < 2e-6, qPrintable(QString::number(curve.m, 'g', 9)));
  QVERIFY(std::abs(curve.amplitude - 0.37) < 1e-3);
  QVERIFY(std::abs(curve.at(10) - slopes[9]) < 1e-5);
}

void BranchingTest::offsetIsFoundExactly() {
  std::vector<int> lags;
  std::vector<double> slopes;
  for (int k = 1; k <= 100; ++k)
    lags.push_back(k), slopes.push_back(0.4 * spk::pow(0.93, k) + 0.11);
  const BranchingCurve curve = fitBranching(lags, slopes, BranchingForm::Offset);
  QVERIFY(std::abs(curve.m - 0.93) < 1e-5);
  QVERIFY(std::abs(curve.offset - 0.11) < 1e-4);
  QVERIFY(std::abs(curve.amplitude - 0.4) < 1e-4);
  // Without the offset the same slopes look slower than they are.
  QVERIFY(fitBranching(lags, slopes, BranchingForm::Exponential).m > 0.95);
}

void BranchingTest::slopesFollowTheDefinition() {
  const auto counts = branchingProcess(0.8, 20, 300, 5);
  const auto slopes = regressionSlopes(counts, 30);
  QVERIFY(slopes);
  for (const std::size_t k : {1u, 7u, 30u}) {  // by the book, in the plain order of the formula
    const std::size_t n = counts.size() - k;
    double front = 0, back = 0, above = 0, below = 0;
    for (std::size_t t = 0; t < n; ++t) front += counts[t], back += counts[t + k];
    front /= static_cast<double>(n), back /= static_cast<double>(n);
    for (std::size_t t = 0; t < n; ++t) {
      above += (counts[t] - front) * (counts[t + k] - back);
      below += (counts[t] - front) * (counts[t] - front);
    }
    QVERIFY(std::abs(slopes.value()[k - 1] - above / below) < 1e-10);
  }
}

void BranchingTest::knownProcessesUnderSubsampling_data() {
  QTest::addColumn<double>("m");
  QTest::addColumn<double>("share");
  for (const double m : {0.9, 0.95, 0.98})
    for (const double share : {1.0, 0.1, 0.02})
      QTest::addRow("m %g, %g %% seen", m, 100 * share) << m << share;
}
/// T = 5·10⁴, ⟨A⟩ = 100. The estimate of one run has sd 0.0015 … 0.005: the mean of four is asked
/// to lie within 0.01, at least four standard errors.
void BranchingTest::knownProcessesUnderSubsampling() {
  QFETCH(double, m);
  QFETCH(double, share);
  double found = 0, naive = 0;
  constexpr int kRuns = 4;
  for (int run = 0; run < kRuns; ++run) {
    const auto seed = static_cast<std::uint64_t>(11 + run);
    const auto seen = subsample(branchingProcess(m, 100, 50'000, seed), share, seed);
    BranchingOptions options;
    options.resamples = 0;
    const auto fit = branchingMr(seen, 4 * kMillisecond, options);
    QVERIFY2(bool(fit), fit ? "" : fit.error().what.c_str());
    found += fit.value().m() / kRuns;
    naive += branchingNaive(seen).value() / kRuns;
  }
  QVERIFY2(std::abs(found - m) < 0.01, qPrintable(QString::number(found)));
  QVERIFY2(std::abs(naive - expectedNaive(m, share)) < 0.015, qPrintable(QString::number(naive)));
  if (share == 0.1) QVERIFY(m - naive > 0.2);  // or one would have shown the naive value
}

/// Of 20 intervals of 95 % at least 16 must hold the truth (fewer: chance below 0.3 %).
void BranchingTest::intervalsCoverTheTruth() {
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto seen = subsample(branchingProcess(0.95, 100, 20'000, seed), 0.1, seed);
    const auto fit = branchingMr(seen, 4 * kMillisecond);
    QVERIFY(fit);
    QVERIFY(fit.value().low <= fit.value().high);
    QVERIFY(fit.value().high - fit.value().low < 0.05);
    QCOMPARE(fit.value().bandLow.size(), fit.value().lags.size());
    covered += fit.value().low <= 0.95 && 0.95 <= fit.value().high;
  }
  QVERIFY2(covered >= 16, qPrintable(QString::number(covered)));
}

void BranchingTest::expectedNaiveIsTheClosedForm() {
  QVERIFY(std::abs(expectedNaive(0.98, 0.1) - 0.7225) < 5e-4);
  QVERIFY(std::abs(expectedNaive(0.9, 0.1) - 0.332) < 5e-4);
  QVERIFY(std::abs(expectedNaive(0.99, 0.02) - 0.501) < 5e-4);
  QCOMPARE(expectedNaive(0.9, 1), 0.9);
}

void BranchingTest::supercriticalGrowthIsSeen() {
  std::vector<std::uint32_t> counts;
  for (int t = 0; t < 400; ++t)
    counts.push_back(static_cast<std::uint32_t>(50 * spk::pow(1.02, t)));
  BranchingOptions options;
  options.maxLag = 30;
  const auto fit = branchingMr(counts, kMillisecond, options);
  QVERIFY(fit);
  QVERIFY2(fit.value().m() > 1.005, qPrintable(QString::number(fit.value().m())));
  QVERIFY(!fit.value().caution.empty());
  QVERIFY(std::isinf(fit.value().timescale_ms));
}

void BranchingTest::tooLittleIsSaid() {
  const std::vector<std::uint32_t> few(120, 1), silent(1000, 0), still(1000, 3);
  QCOMPARE(branchingMr(few, kMillisecond).error().what,
           std::string("too few bins: 120 of 200 needed"));
  QCOMPARE(branchingMr(silent, kMillisecond).error().what,
           std::string("too few spikes: 0 of 100 needed"));
  QCOMPARE(branchingMr(still, kMillisecond).error().what,
           std::string("the activity never varies: 3 spikes in every bin"));
  BranchingOptions far;
  far.maxLag = 101;
  QCOMPARE(branchingMr(still, kMillisecond, far).error().what,
           std::string("too few bins: 1000 of 1010 needed"));
  QCOMPARE(branchingMr(still, 0).error().where, std::string("bin"));
}

void BranchingTest::cautionsAreSaid() {
  const auto counts = branchingProcess(0.99, 100, 20'000, 3);
  BranchingOptions options;
  options.resamples = 0;
  options.maxLag = 40;  // the timescale is 99.5 bins
  QVERIFY(branchingMr(counts, kMillisecond, options).value().caution.find("half the largest lag") !=
          std::string::npos);
  options.maxLag = 1500;
  QVERIFY(branchingMr(counts, kMillisecond, options).value().caution.find("noise") !=
          std::string::npos);
  options.maxLag = 0;
  QCOMPARE(branchingMr(counts, kMillisecond, options).value().caution, std::string());
}

void BranchingTest::observedShareNests() {
  int seen = 0;
  for (std::uint32_t neuron = 0; neuron < 10'000; ++neuron) {
    if (isObserved(neuron, 0.1)) {
      ++seen;
      QVERIFY(isObserved(neuron, 0.5));
    }
    QVERIFY(isObserved(neuron, 1));
    QVERIFY(!isObserved(neuron, 0));
  }
  QVERIFY(std::abs(seen - 1000) < 100);  // sd 30
}

void BranchingTest::regimesHaveTheirLimits() {
  QCOMPARE(regimeOf(0.9499), Regime::Subcritical);
  QCOMPARE(regimeOf(0.95), Regime::NearCritical);
  QCOMPARE(regimeOf(0.996), Regime::Critical);
  QCOMPARE(regimeOf(1.006), Regime::Supercritical);
  QCOMPARE(QString(regimeWord(Regime::NearCritical)), QString("near-critical"));
}

/// The example of mrestimator: 10 trials of 10,000 steps at m = 0.995, in full and 10 % of it; the
/// expected timescale is −1 / ln 0.995 = 199.5 steps.
void BranchingTest::shippedExample() {
  const QString samples = qEnvironmentVariable("SPK_SAMPLES");
  const QString archive = samples + "/recordings/mre/data.zip";
  if (samples.isEmpty() || !QFile::exists(archive))
    QSKIP("SPK_SAMPLES names no folder with recordings/mre");
  QTemporaryDir folder;
  QProcess unpack;
  unpack.setWorkingDirectory(folder.path());
  unpack.start(SPK_CMAKE, {"-E", "tar", "xf", archive});
  QVERIFY(unpack.waitForFinished(60'000) && unpack.exitCode() == 0);
  QDirIterator found(folder.path(), {"full.tsv"}, QDir::Files, QDirIterator::Subdirectories);
  QVERIFY(found.hasNext());
  const QString place = QFileInfo(found.next()).path();

  const auto columns = [](const QString& path) {
    QFile file(path);
    std::vector<std::vector<std::uint32_t>> trials;
    if (!file.open(QIODevice::ReadOnly)) return trials;
    for (const QByteArray& line : file.readAll().split('\n')) {
      if (line.trimmed().isEmpty() || line.startsWith('#')) continue;
      const auto fields = line.simplified().split(' ');
      trials.resize(std::max<std::size_t>(trials.size(), static_cast<std::size_t>(fields.size())));
      for (qsizetype i = 0; i < fields.size(); ++i)
        trials[static_cast<std::size_t>(i)].push_back(
            static_cast<std::uint32_t>(fields[i].toDouble()));
    }
    return trials;
  };
  const auto timescale = [](const std::vector<std::vector<std::uint32_t>>& trials) {
    constexpr int kLag = 1000;
    std::vector<int> lags;
    std::vector<double> mean(kLag, 0.0);
    for (int k = 1; k <= kLag; ++k) lags.push_back(k);
    for (const auto& trial : trials) {
      const auto slopes = regressionSlopes(trial, kLag);
      if (!slopes) return 0.0;
      for (std::size_t k = 0; k < mean.size(); ++k)
        mean[k] += slopes.value()[k] / static_cast<double>(trials.size());
    }
    return -1 / spk::log(fitBranching(lags, mean, BranchingForm::Offset).m);
  };
  const auto full = columns(place + "/full.tsv");
  QCOMPARE(full.size(), std::size_t{10});
  QCOMPARE(full[0].size(), std::size_t{10'000});
  std::vector<std::vector<std::uint32_t>> seen;
  for (int i = 0; i < 10; ++i) {
    const auto trial = columns(place + QString("/sub_%1.tsv").arg(i, 2, 10, QChar('0')));
    QCOMPARE(trial.size(), std::size_t{1});
    seen.push_back(trial[0]);
  }
  const double all = timescale(full), some = timescale(seen);
  QVERIFY2(std::abs(all - 199.5) < 30, qPrintable(QString::number(all)));
  QVERIFY2(std::abs(some - 199.5) < 40, qPrintable(QString::number(some)));
}

QTEST_APPLESS_MAIN(BranchingTest)
#include "branching_test.moc"
