// Published networks of resources/benchmarks: what must come out of each, with its reason.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>

#include "app/registry.h"
#include "engine/analysis/spectrum.h"
#include "engine/graph/ProjectFile.h"
#include "engine/sim/CpuSimulation.h"

using namespace spk;

namespace {

/// A network after a warm-up, and all its spikes from then on.
class Activity {
 public:
  struct Setting {
    const char *wire, *key;
    double value;
  };
  static Result<Activity> of(const std::string& name, const std::vector<Setting>& settings,
                             double warm_ms, double ms) {
    static const Registry kRegistry = wholeRegistry();
    Activity made;
    TRY(Loaded loaded, load(SPK_SOURCE_DIR "/resources/benchmarks/" + name + ".spk", kRegistry));
    made.project_ = std::move(loaded.project);
    for (const Setting& s : settings)
      made.project_.items.at(made.id(s.wire)).values[s.key] = s.value;
    TRY(made.simulation_, makeCpuSimulation(made.project_, kRegistry));
    made.simulation_->runUntil(fromMilliseconds(warm_ms));
    std::vector<FiredSpike>& spikes = made.spikes_;
    made.simulation_->listen([&spikes](std::span<const FiredSpike> batch) {
      spikes.insert(spikes.end(), batch.begin(), batch.end());
    });
    made.simulation_->runUntil(fromMilliseconds(warm_ms + ms));
    made.simulation_->listen(nullptr);
    made.warm_ms_ = warm_ms;
    made.ms_ = ms;
    return made;
  }

  /// By name; "frame/name" where it stands in a frame of which there are more.
  Id id(const std::string& path) const {
    const auto slash = path.find('/');
    for (const auto& [id, item] : project_.items) {
      if (textOr(item.values, "name", "") != path.substr(slash + 1)) continue;
      const Item* frame = project_.find(item.parent.item);
      if (slash == std::string::npos ||
          (frame && textOr(frame->values, "name", "") == path.substr(0, slash)))
        return id;
    }
    return Id::none;
  }
  double size(const std::string& path) const {
    return static_cast<double>(integerOr(project_.find(id(path))->values, "n", 1));
  }
  double rate(const std::string& path) const {  // Hz
    return static_cast<double>(std::ranges::count(spikes_, id(path), &FiredSpike::population)) /
           size(path) / ms_ * 1000;
  }
  /// Mean coefficient of variation of the intervals of neurons with ten spikes or more.
  double cv(const std::string& path) const {
    const Id population = id(path);
    std::map<std::uint32_t, std::vector<double>> steps;
    for (const FiredSpike& s : spikes_)
      if (s.population == population) steps[s.neuron].push_back(static_cast<double>(s.step));
    double sum = 0, neurons = 0;
    for (const auto& [neuron, t] : steps) {
      if (t.size() < 10) continue;
      const double n = static_cast<double>(t.size()) - 1, mean = (t.back() - t.front()) / n;
      double square = 0;
      for (std::size_t i = 1; i < t.size(); ++i)
        square += (t[i] - t[i - 1] - mean) * (t[i] - t[i - 1] - mean);
      sum += std::sqrt(square / n) / mean;
      ++neurons;
    }
    return neurons > 0 ? sum / neurons : -1;
  }
  /// Spikes of a population in bins of `bin_ms` from the warm-up's end.
  std::vector<double> counts(const std::string& path, double bin_ms) const {
    const Id population = id(path);
    const double dt = toMilliseconds(simulation_->dt());
    std::vector<double> counts(static_cast<std::size_t>(ms_ / bin_ms));
    for (const FiredSpike& s : spikes_) {
      const auto bin = static_cast<std::size_t>(
          std::max(0.0, (static_cast<double>(s.step) * dt - warm_ms_) / bin_ms));
      if (s.population == population && bin < counts.size()) ++counts[bin];
    }
    return counts;
  }
  /// Of a population's rate, in windows of 250 ms and bins of 0.5 ms (or one step).
  Spectrum spectrum(const std::string& path) const {
    const double bin_ms = std::max(0.5, toMilliseconds(simulation_->dt()));
    std::vector<std::uint32_t> bins;
    for (const double c : counts(path, bin_ms)) bins.push_back(static_cast<std::uint32_t>(c));
    return activitySpectrum(bins, fromMilliseconds(bin_ms), 250 * kMillisecond).value();
  }
  /// Most spikes of a population within `bin_ms`, from `from_ms` to `to_ms` after the warm-up.
  double most(const std::string& path, double from_ms, double to_ms, double bin_ms) const {
    const std::vector<double> x = counts(path, bin_ms / 5);
    double most = 0;
    for (auto i = static_cast<std::size_t>(from_ms / bin_ms * 5);
         i + 5 <= x.size() && static_cast<double>(i) < to_ms / bin_ms * 5; ++i)
      most = std::max(most, x[i] + x[i + 1] + x[i + 2] + x[i + 3] + x[i + 4]);
    return most;
  }
  /// Times at which more than `share` of a population fires within 20 ms, counted once in 100 ms.
  double bursts(const std::string& path, double share) const {
    const std::vector<double> x = counts(path, 20);
    double found = 0;
    for (std::size_t i = 0, last = 0; i < x.size(); ++i)
      if (x[i] > share * size(path) && (last == 0 || i > last + 5)) last = i, ++found;
    return found;
  }
  /// Spread of the rates of a population's neurons: sd over mean.
  double spread(const std::string& path) const {
    const Id population = id(path);
    std::vector<double> n(static_cast<std::size_t>(size(path)));
    for (const FiredSpike& s : spikes_)
      if (s.population == population) ++n[s.neuron];
    double mean = 0, square = 0;
    for (const double x : n) mean += x / size(path);
    for (const double x : n) square += (x - mean) * (x - mean) / size(path);
    return std::sqrt(square) / mean;
  }
  /// Of the counts per step: variance over mean, 1 for independent neurons that fire rarely.
  double fano(const std::string& path) const {
    const std::vector<double> x = counts(path, toMilliseconds(simulation_->dt()));
    double mean = 0, square = 0;
    for (const double c : x) mean += c / static_cast<double>(x.size());
    for (const double c : x) square += (c - mean) * (c - mean) / static_cast<double>(x.size());
    return square / mean;
  }
  /// Share of a wire's weights in [low, high).
  double weights(const std::string& wire, double low, double high) const {
    const auto shot = simulation_->look(id(wire), {What::Kind::Weights});
    if (!shot) return -1;
    const auto& all = shot.value().values;
    return static_cast<double>(
               std::ranges::count_if(all, [&](double w) { return w >= low && w < high; })) /
           static_cast<double>(all.size());
  }

 private:
  Project project_;
  std::unique_ptr<Simulation> simulation_;
  std::vector<FiredSpike> spikes_;
  double warm_ms_ = 0, ms_ = 0;
};

/// A number that must lie in a band.
struct Band {
  const char* what;
  double (*measure)(const Activity&);
  double low, high;
};
struct Case {
  const char* name;
  const char* project;
  std::vector<Activity::Setting> settings;
  double warm_ms, ms;
  std::vector<Band> bands;
};

double rateE(const Activity& a) { return a.rate("E"); }
double rateI(const Activity& a) { return a.rate("I"); }
double cvE(const Activity& a) { return a.cv("E"); }
/// Rhythms of 100 to 800 Hz, and of 8 to 100 Hz: where the power is largest, and how large.
double fastest(const Activity& a) { return a.spectrum("E").peak(100, 800); }
double slowest(const Activity& a) { return a.spectrum("E").peak(8, 100); }
double fastPower(const Activity& a) { return a.spectrum("E").at(fastest(a)); }
double slowPower(const Activity& a) { return a.spectrum("E").at(slowest(a)); }
/// Power in one band of frequencies over that in another.
double ratio(const Activity& a, double low, double high, double otherLow, double otherHigh) {
  const Spectrum s = a.spectrum("E");
  return s.mean(low, high) / s.mean(otherLow, otherHigh);
}

/// How many of the five volleys arrive at the last group with at least `spikes` of its 100.
double arrived(const Activity& a, const char* group, double spikes) {
  double n = 0;
  for (double t = 100; t < 1000; t += 200) n += a.most(group, t + 50, t + 100, 5) >= spikes;
  return n;
}

constexpr double kMost = 1e9;

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      // Auryn 17.1, Brian2 18.9 Hz. Neurons fire in clusters: CV above 1 (Vogels & Abbott 2005).
      {"COBA", "coba", {}, 300, 700, {{"rate of E [Hz]", rateE, 16, 20}, {"CV", cvE, 0.9, 1.8}}},
      // Brian2, three seeds: 5.5 to 6.2 Hz, CV of those with ten intervals 0.49 to 0.51 in 1 s.
      {"CUBA", "cuba", {}, 200, 1000, {{"rate of E [Hz]", rateE, 4.9, 6.5}, {"CV", cvE, 0.4, 0.6}}},
      // Brian2, three seeds: 34.7 to 35.0 Hz, CV 1.73 to 1.78; it passes over spikes that come
      // within 3 ms of the last, here some 13 %. Other seeds of ours: 38 to 43 Hz.
      {"COBAHH",
       "cobahh",
       {},
       150,
       450,
       {{"rate of E [Hz]", rateE, 32, 46}, {"rate of I", rateI, 32, 46}, {"CV", cvE, 1.6, 2.6}}},
      // The paper: some 8 Hz, rhythms of 10 and 40 Hz. Its script in NumPy, six seeds: E 7.3, I 6.8
      // Hz; power at 8 to 12 Hz 1.7 to 2.7 times that at 16 to 20, at 28 to 34 1.0 to 1.4 times, at
      // 36 to 44 8 to 10 times that at 60 to 90.
      {"Izhikevich",
       "izhikevich",
       {},
       0,
       8000,
       {{"rate of E [Hz]", rateE, 6.5, 8.5},
        {"rate of I [Hz]", rateI, 5.5, 8},
        {"slow rhythm [Hz]", [](const Activity& a) { return a.spectrum("E").peak(4, 20); }, 7, 12},
        {"fast rhythm [Hz]", [](const Activity& a) { return a.spectrum("E").peak(24, 80); }, 25,
         45},
        {"10 Hz over what lies between", [](const Activity& a) { return ratio(a, 8, 12, 16, 20); },
         1.4, 10},
        {"fast rhythm over what lies between",
         [](const Activity& a) { return ratio(a, 28, 34, 16, 20); }, 0.9, 2.2},
        {"40 Hz over what lies above", [](const Activity& a) { return ratio(a, 36, 44, 60, 90); },
         5, 50}}},
      // Two halves of the network take turns, one delay of 1.5 ms apart; each neuron fires as soon
      // as its t_ref of 2 ms allows, every 3 ms.
      {"Brunel, synchronous regular",
       "brunel_regular",
       {},
       100,
       260,
       {{"rate of E [Hz]", rateE, 320, 340},
        {"CV", cvE, 0, 0.02},
        {"rhythm [Hz]", fastest, 650, 680},
        {"its power", fastPower, 1e5, kMost}}},
      // Table 1 of the paper: simulation 37.7 Hz, theory 38.0.
      {"Brunel, asynchronous irregular",
       "brunel_irregular",
       {},
       300,
       500,
       {{"rate of E [Hz]", rateE, 36.5, 39},
        {"CV", cvE, 0.35, 0.5},
        {"power of a fast rhythm", fastPower, 0, 2000},
        {"power of a slow rhythm", slowPower, 0, 700}}},
      // 60.7 Hz and a global rhythm of 180 Hz, theory 55.8 and 190.
      {"Brunel, fast synchronous irregular",
       "brunel_fast",
       {},
       300,
       500,
       {{"rate of E [Hz]", rateE, 55.8, 62},
        {"CV", cvE, 0.6, 0.85},
        {"rhythm [Hz]", fastest, 165, 195},
        {"its power", fastPower, 4000, kMost},
        {"power of a slow rhythm", slowPower, 0, 700}}},
      // 5.5 Hz and 22 Hz, theory 6.5 and 29.
      {"Brunel, slow synchronous irregular",
       "brunel_slow",
       {},
       500,
       2500,
       {{"rate of E [Hz]", rateE, 5.2, 6.8},
        {"CV", cvE, 0.5, 0.85},
        {"rhythm [Hz]", slowest, 17, 30},
        {"its power", slowPower, 1500, kMost},
        {"power of a fast rhythm", fastPower, 0, 1200}}},
      // A volley above the separatrix takes nearly all of each group along, one below it dies; what
      // is left then is the background of 2 to 3 Hz, a few spikes of 100 neurons in 5 ms.
      {"synfire chain",
       "synfire",
       {},
       0,
       1000,
       {{"volleys that arrive, above",
         [](const Activity& a) { return arrived(a, "above the separatrix/group 10", 90); }, 5, 5},
        {"volleys that arrive, below",
         [](const Activity& a) { return arrived(a, "below the separatrix/group 10", 15); }, 0, 0},
        {"background [Hz]",
         [](const Activity& a) { return a.rate("below the separatrix/group 10"); }, 1, 4}}},
      // Figure 1 of the paper: a burst every second or two in which most neurons take part, and a
      // low rate between them.
      {"population bursts",
       "bursts",
       {},
       1000,
       10000,
       {{"bursts in 10 s", [](const Activity& a) { return a.bursts("E", 0.5); }, 3, 20},
        {"rate of E [Hz]", rateE, 4, 15},
        {"median rate in 20 ms [Hz]",
         [](const Activity& a) {
           std::vector<double> x = a.counts("E", 20);
           std::ranges::nth_element(x, x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2));
           return x[x.size() / 2] / a.size("E") / 0.020;
         },
         2, 12}}},
      // Weights part to both ends; spread evenly, a fifth of the range would hold 0.2 of them.
      // Twice the paper's A_plus, to be there in 400 s.
      {"bimodal weights",
       "bimodal",
       {{"learning", "A_plus", 0.01}, {"learning", "A_minus", 0.0105}},
       0,
       400'000,
       {{"lowest fifth", [](const Activity& a) { return a.weights("learning", 0, 0.03); }, 0.2,
         0.5},
        {"middle fifth", [](const Activity& a) { return a.weights("learning", 0.06, 0.09); }, 0,
         0.15},
        {"highest fifth", [](const Activity& a) { return a.weights("learning", 0.12, 1); }, 0.25,
         0.6},
        {"rate [Hz]", [](const Activity& a) { return a.rate("neuron"); }, 10, 40},
        {"CV", [](const Activity& a) { return a.cv("neuron"); }, 0.5, 1.1}}},
      // Thresholds lead each unit to a tenth of the steps; STDP and scaling leave many weights
      // near 0 and few strong, and part what was in step.
      {"SORN",
       "sorn",
       {},
       60'000,
       20'000,
       {{"rate of E [Hz]", rateE, 98, 103},
        {"spread of rates", [](const Activity& a) { return a.spread("E"); }, 0, 0.05},
        {"Fano factor", [](const Activity& a) { return a.fano("E"); }, 1, 6},
        {"weights near 0", [](const Activity& a) { return a.weights("E→E", 0, 0.02); }, 0.6,
         0.95}}},
      {"SORN without intrinsic plasticity",
       "sorn",
       {{"E", "eta", 0}},
       60'000,
       20'000,
       {{"spread of rates", [](const Activity& a) { return a.spread("E"); }, 0.15, 10}}},
      {"SORN without STDP",
       "sorn",
       {{"E→E", "A_plus", 0}, {"E→E", "A_minus", 0}},
       10'000,
       10'000,
       {{"rate of E [Hz]", rateE, 98, 103},
        {"Fano factor", [](const Activity& a) { return a.fano("E"); }, 8, 100},
        {"weights near 0", [](const Activity& a) { return a.weights("E→E", 0, 0.02); }, 0, 0.01}}}};
  return kCases;
}

}  // namespace

class NetworksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void comesOutAsPublished_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < cases().size(); ++i)
      QTest::newRow(cases()[i].name) << static_cast<int>(i);
  }
  void comesOutAsPublished() {
    QFETCH(int, index);
    const Case& c = cases()[static_cast<std::size_t>(index)];
    const auto made = Activity::of(c.project, c.settings, c.warm_ms, c.ms);
    QVERIFY2(made, made ? "" : made.error().text().c_str());
    QStringList wrong;
    for (const Band& band : c.bands) {
      const double value = band.measure(made.value());
      const QString said = QString("%1: %2, expected %3 to %4")
                               .arg(band.what)
                               .arg(value)
                               .arg(band.low)
                               .arg(band.high);
      qInfo("%s", qPrintable(said));
      if (!(value >= band.low && value <= band.high)) wrong << said;
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("; ")));
  }
};

QTEST_APPLESS_MAIN(NetworksTest)
#include "networks_test.moc"
