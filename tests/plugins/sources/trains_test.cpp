// Sources of spike trains with names, each against its law. Bounds are five standard deviations
// unless said otherwise: a false alarm in 1.7 million; seeds are fixed.
#include <QtTest>
#include <cmath>
#include <complex>
#include <numbers>

#include "tests/kit/sources.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Listened;
using spk::test::refusal;
using spk::test::Run;
using spk::test::spikesOf;
using spk::test::trainsOf;

namespace {

void isNear(double observed, double mean, double sd) {
  QVERIFY2(std::fabs(observed - mean) <= 5 * sd,
           qPrintable(QString("%1 instead of %2 ± %3").arg(observed).arg(mean).arg(sd)));
}

Values withTrains(std::int64_t n, Values values) {
  values["n"] = n;
  return values;
}

/// Regularised lower incomplete gamma function by its series (Abramowitz & Stegun 6.5.29).
double gammaP(double shape, double x) {
  double term = 1 / shape, sum = term;
  for (int k = 1; k < 500; ++k) sum += term *= x / (shape + k);
  return sum * std::exp(shape * std::log(x) - x - std::lgamma(shape));
}

/// Two trains whose spikes come equally often together, whatever the trains.
double overlap(const std::vector<double>& a, const std::vector<double>& b) {
  std::size_t both = 0;
  for (const double t : a)
    both += std::ranges::any_of(b, [t](double u) { return std::fabs(t - u) < 0.05; });
  return static_cast<double>(both);
}

}  // namespace

class TrainsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // --- gamma ---

  void gammaIntervalsHaveTheirLaw_data() {
    QTest::addColumn<double>("shape");
    for (const double shape : {0.5, 1.0, 3.0, 40.0}) QTest::addRow("shape %g", shape) << shape;
  }
  /// Mean, variance and the whole distribution (Kolmogorov and Smirnov; the critical value 2.7 is
  /// passed by chance once in 10^6). Steps of 0.1 ms are small against intervals of 20 ms.
  void gammaIntervalsHaveTheirLaw() {
    QFETCH(double, shape);
    const auto spikes =
        spikesOf("source.gamma", withTrains(50, {{"rate", 50.0}, {"shape", shape}}), 8000);
    std::vector<double> intervals;
    for (const auto& [train, times] : trainsOf(spikes))
      for (std::size_t i = 1; i < times.size(); ++i) intervals.push_back(times[i] - times[i - 1]);
    const auto n = static_cast<double>(intervals.size());
    QVERIFY(n > 15000);
    double mean = 0, variance = 0;
    for (const double t : intervals) mean += t / n;
    for (const double t : intervals) variance += (t - 20) * (t - 20) / n;
    isNear(mean, 20, 20 / std::sqrt(shape * n) + 0.01);
    // of a gamma distribution the kurtosis is 3 + 6 / shape; steps add their own variance
    const double expected = 400 / shape;
    isNear(variance, expected, expected * std::sqrt((2 + 6 / shape) / n) + 0.01);
    std::ranges::sort(intervals);
    double farthest = 0;
    for (std::size_t i = 0; i < intervals.size(); i += 7) {
      if (intervals[i] < 2) continue;  // there the steps show
      const double law = gammaP(shape, std::min(intervals[i] / 20 * shape, 400.0));
      farthest = std::max(farthest, std::fabs((static_cast<double>(i) + 0.5) / n - law));
    }
    const double steps = 0.06 / 20 * std::sqrt(shape);  // half a step times the highest density
    QVERIFY2(farthest < 2.7 / std::sqrt(n) + steps, qPrintable(QString::number(farthest)));
  }

  /// Begun in equilibrium: every stretch of the run has rate · time spikes on average, the first as
  /// the last; without it a regular train would be silent at first.
  void gammaBeginsInEquilibrium() {
    constexpr int kN = 4000;
    const auto spikes =
        spikesOf("source.gamma", withTrains(kN, {{"rate", 20.0}, {"shape", 10.0}}), 100);
    for (int from = 0; from < 100; from += 10) {
      const auto count = std::ranges::count_if(spikes, [&](const Spike& s) {
        return s.t > from * kMillisecond && s.t <= (from + 10) * kMillisecond;
      });
      isNear(static_cast<double>(count), kN * 0.2, std::sqrt(kN * 0.2));
    }
  }

  void gammaFollowsATrace() {
    Builder b;
    const Id dc = b.node("source.dc", {{"amplitude", 200.0}, {"start", 100.0}, {"stop", 200.0}});
    const Id id = b.node("source.gamma", withTrains(500, {{"rate", 5.0}, {"shape", 4.0}}));
    b.wire("wire.signal", {dc, "out"}, {id, "rate"});
    Listened<Spike> heard(b.project, id);
    QCOMPARE(heard.run.error, std::string());
    int counts[3] = {};
    for (const Spike& s : heard.until(300)) ++counts[(s.t - 1) / (100 * kMillisecond)];
    QCOMPARE(counts[0], 0);  // the trace says 0 there, not 5
    isNear(counts[1], 500 * 20, std::sqrt(500 * 20.0));
    QCOMPARE(counts[2], 0);
  }

  // --- Poisson ---

  /// Counts in a window are Poisson distributed with the integral of the rate: mean and variance
  /// equal it, also where the rate moves.
  void inhomogeneousCountsArePoisson() {
    Builder b;
    const Id ramp = b.node("source.ramp", {{"from", 0.0}, {"to", 100.0}, {"stop", 1000.0}});
    const Id id = b.node("source.inhomogeneous_poisson", withTrains(2000, {{"gain", 0.5}}));
    b.wire("wire.signal", {ramp, "out"}, {id, "rate"});
    Listened<Spike> heard(b.project, id);
    QCOMPARE(heard.run.error, std::string());
    const auto trains = trainsOf(heard.until(1000));
    for (const double from : {0.0, 400.0, 900.0}) {
      const double expected = 0.05 * ((from + 100) * (from + 100) - from * from) / 2 / 1000;
      double mean = 0, variance = 0;
      for (std::uint32_t i = 0; i < 2000; ++i) {
        const auto found = trains.find(i);
        const double k =
            found == trains.end()
                ? 0
                : static_cast<double>(std::ranges::count_if(
                      found->second, [&](double t) { return t > from && t <= from + 100; }));
        mean += k / 2000;
        variance += (k - expected) * (k - expected) / 2000;
      }
      isNear(mean, expected, std::sqrt(expected / 2000));
      isNear(variance, expected,
             std::sqrt((expected + 2 * expected * expected) / 2000));  // of a Poisson number
    }
  }

  /// The first Fourier component of all spikes against amplitude / 2 per train and second.
  void sineRateHasItsAmplitudeAndPhase() {
    constexpr double kN = 400, kSeconds = 4, kRate = 30, kAmplitude = 24, kPhase = 40;
    const auto spikes = spikesOf(
        "source.sine_poisson",
        withTrains(
            static_cast<std::int64_t>(kN),
            {{"rate", kRate}, {"amplitude", kAmplitude}, {"frequency", 20.0}, {"phase", kPhase}}),
        kSeconds * 1000);
    std::complex<double> sum = 0;
    for (const Spike& s : spikes)  // a spike belongs to the middle of its step
      sum += std::polar(1.0, -2 * std::numbers::pi * 20 * (toSeconds(s.t) - 0.00005));
    const double total = kN * kSeconds * kRate;
    isNear(static_cast<double>(spikes.size()), total, std::sqrt(total));
    const std::complex<double> expected =
        kN * kSeconds * kAmplitude / 2 *
        std::polar(1.0, (kPhase - 90) * std::numbers::pi / 180);  // a sine
    QVERIFY2(std::abs(sum - expected) < 5 * std::sqrt(total),
             qPrintable(QString::number(std::abs(sum - expected))));
  }

  void rateNeverFallsBelowZero() {
    const auto spikes =
        spikesOf("source.sine_poisson",
                 withTrains(200, {{"rate", 0.0}, {"amplitude", 100.0}, {"frequency", 10.0}}), 1000);
    double down = 0;
    for (const Spike& s : spikes) down += (s.t - 1) / (50 * kMillisecond) % 2;
    QCOMPARE(down, 0.0);
    // half a sine has the mean 1 / pi
    isNear(static_cast<double>(spikes.size()), 200 * 100 / std::numbers::pi,
           std::sqrt(200 * 100 / std::numbers::pi));
  }

  /// Trains are independent of one another, and a train does not hang on how many there are.
  void trainsAreTheirOwn_data() {
    QTest::addColumn<QString>("type");
    for (const char* type : {"source.gamma", "source.inhomogeneous_poisson", "source.sine_poisson",
                             "source.pulse_packet", "source.regular"})
      QTest::newRow(type) << type;
  }
  void trainsAreTheirOwn() {
    QFETCH(QString, type);
    Values values;
    if (type == "source.pulse_packet")
      values = {{"sigma", 100.0}, {"every", 20.0}};
    else if (type == "source.regular")
      values = {{"period", 10.0}, {"jitter", 2.0}};
    else
      values = {{"rate", 100.0}};
    const std::string id = type.toStdString();
    const auto many = trainsOf(spikesOf(id, withTrains(30, values), 4000)),
               few = trainsOf(spikesOf(id, withTrains(4, values), 4000));
    const auto other = trainsOf(spikesOf(id, withTrains(4, values), 4000, 2));
    QVERIFY(few.at(0).size() > 100);
    for (std::uint32_t i = 0; i < 4; ++i) {
      QVERIFY(many.at(i) == few.at(i));
      QVERIFY(many.at(i) != other.at(i));
    }
    if (type == "source.regular") return;  // beats go together
    // two Poisson trains of rate r meet in the same step r² dt T times
    const double r = static_cast<double>(few.at(0).size()) / 4000, expected = r * r * 0.1 * 4000;
    isNear(overlap(few.at(0), few.at(1)), expected, std::sqrt(expected) + 2);
  }

  // --- regular ---

  void beatsFallWhereTheyShould() {
    const auto trains = trainsOf(spikesOf(
        "source.regular",
        withTrains(3, {{"period", 12.5}, {"start", 20.0}, {"phase", Json{"[0, 90, 180]"}}}), 200));
    for (std::uint32_t i = 0; i < 3; ++i) {
      const std::vector<double>& times = trains.at(i);
      QVERIFY(times.size() >= 14);
      for (std::size_t k = 0; k < times.size(); ++k)
        QVERIFY(std::fabs(times[k] - (20 + (static_cast<double>(k) + i * 0.25) * 12.5)) < 1e-6);
    }
  }

  void jitterDoesNotAddUp() {
    const auto trains = trainsOf(
        spikesOf("source.regular", withTrains(200, {{"period", 20.0}, {"jitter", 2.0}}), 2000));
    double early = 0, late = 0, n = 0;
    for (const auto& [train, times] : trains) {
      // beat 0 may fall before 0
      const std::size_t first = times.front() < 10 ? 0 : 1;
      for (std::size_t k = 0; k + 1 < times.size(); ++k) {
        const double off = times[k] - 20 * static_cast<double>(k + first);
        QVERIFY(std::fabs(off) < 10);
        (k < 50 ? early : late) += off * off;
        n += k < 50;
      }
    }
    isNear(early / n, 4, 4 * std::sqrt(2 / n) + 0.01);
    isNear(late / n, 4, 4 * std::sqrt(2.5 / n) + 0.1);
  }

  void lateJitterKeepsTheOrder() {
    for (const auto& [train, times] : trainsOf(
             spikesOf("source.regular", withTrains(20, {{"period", 5.0}, {"jitter", 50.0}}), 500)))
      QVERIFY(times.size() >= 98 && times.size() <= 101 && std::ranges::is_sorted(times));
  }

  void beatsEndAtTheStop() {
    for (const Spike& s :
         spikesOf("source.regular",
                  withTrains(5, {{"period", 5.0}, {"start", 11.0}, {"stop", 31.0}}), 100))
      QVERIFY(s.t >= 11 * kMillisecond && s.t < 31 * kMillisecond);
  }

  // --- pulse packets ---

  /// Each volley has one spike of each train, normal around its centre.
  void volleysAreNormal() {
    constexpr int kN = 3000;
    const auto spikes = spikesOf(
        "source.pulse_packet",
        withTrains(kN, {{"sigma", 3.0}, {"times", Json{"[200, 60]"}}, {"every", 300.0}}), 800);
    for (const double centre : {60.0, 200.0, 360.0, 500.0}) {
      std::vector<double> times;
      std::vector<int> seen(kN);
      for (const Spike& s : spikes)
        if (std::fabs(toMilliseconds(s.t) - centre) < 30)
          times.push_back(toMilliseconds(s.t)), ++seen[s.neuron];
      QCOMPARE(times.size(), std::size_t{kN});
      QVERIFY(std::ranges::all_of(seen, [](int k) { return k == 1; }));
      double mean = 0, variance = 0;
      for (const double t : times) mean += t / kN;
      for (const double t : times) variance += (t - centre) * (t - centre) / kN;
      isNear(mean, centre, 3 / std::sqrt(1.0 * kN));
      isNear(variance, 9, 9 * std::sqrt(2.0 / kN));
    }
  }

  void aVolleyWithoutSpreadIsOneStep() {
    const auto spikes =
        spikesOf("source.pulse_packet",
                 withTrains(40, {{"sigma", 0.0}, {"times", Json{"[10, 20.04]"}}}), 50);
    QCOMPARE(spikes.size(), std::size_t{80});
    for (std::size_t i = 0; i < 80; ++i)
      QCOMPARE(spikes[i].t, i < 40 ? 10 * kMillisecond : fromMilliseconds(20.04));
  }

  // --- poke ---

  void aPokeFiresOnceAndSoItDoesAgain() {
    Builder b;
    const Id poke = b.node("source.poke", {{"n", std::int64_t{2}}, {"pokes", std::int64_t{7}}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{2}}, {"t_ref", 0.1}});
    b.synapses(poke, id, {{"weight", 30.0}, {"delay", 1.0}, {"rule", std::string("one_to_one")}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    const auto set = [&](std::int64_t pokes) {
      QVERIFY(
          bool(run.simulation->apply(Edit{"", {setting(b.project, poke, "pokes", Value{pokes})}})));
    };
    run.until(10);
    QCOMPARE(run.count(id), std::uint64_t{0});  // the seven are of the past
    const Checkpoint before = run.simulation->save();
    const auto play = [&] {
      run.spikes.clear();
      set(8);
      run.until(20);
      set(7);  // undone
      run.until(30);
      set(9);  // two at once are one
      run.until(40);
    };
    play();
    // poked at 10 ms: in the step that ends at 10.1, arrives at 11.1 ms
    QCOMPARE(run.train(id), (std::vector<std::uint64_t>{110, 310}));
    QCOMPARE(run.train(id, 1), run.train(id));
    const auto first = run.spikes;
    set(7);
    QVERIFY(bool(run.simulation->restore(before)));
    play();
    QVERIFY(spk::test::same(run.spikes, first));
  }

  // --- what is wrong ---

  void whatIsWrongIsNamed() {
    const auto says = [](const std::string& error, std::initializer_list<const char*> words) {
      for (const char* word : words)
        QVERIFY2(error.find(word) != std::string::npos, (error + " | " + word).c_str());
    };
    says(refusal("source.gamma", {{"shape", 0.0}}), {"it", "shape", "0.1", "1000"});
    says(refusal("source.gamma", {{"rate", -1.0}}), {"it", "rate", "0 ", "1000 Hz"});
    says(refusal("source.gamma", {{"n", std::int64_t{0}}}), {"it", "n"});
    says(refusal("source.regular", {{"phase", Json{"[0, 90]"}}}), {"it.phase", "2 values", "10"});
    says(refusal("source.regular", {{"period", 0.5}}), {"it", "period", "1 "});
    says(refusal("source.pulse_packet", {{"times", Json{"[1, -3]"}}}), {"it.times", "-3"});
    says(refusal("source.pulse_packet", {{"every", 0.5}}), {"it.every", "0.5"});
    says(refusal("source.step", {{"steps", Json{"[[1, 2], [3]]"}}}), {"it.steps", "[3]"});
    says(refusal("source.step", {{"steps", Json{"[[-1, 2]]"}}}), {"it.steps", "-1"});
  }

  void silentIsSilent() {
    QVERIFY(spikesOf("source.gamma", {{"rate", 0.0}}, 100).empty());
    QVERIFY(spikesOf("source.inhomogeneous_poisson", {{"rate", 0.0}}, 100).empty());
    QVERIFY(spikesOf("source.pulse_packet", {{"times", Json{"[]"}}}, 100).empty());
    QVERIFY(spikesOf("source.poke", {}, 100).empty());
  }
};

QTEST_APPLESS_MAIN(TrainsTest)
#include "trains_test.moc"
