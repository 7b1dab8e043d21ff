// Rules that learn from the times of spikes, each against sums over all pairs (or triplets) of
// spikes in double, from the trains themselves.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

constexpr double kDt = 0.1;
constexpr int kSources = 5, kTargets = 4, kSteps = 12000;

/// Spikes of one train as times at a synapse [steps].
using Train = std::vector<std::int64_t>;

/// Sources at random that reach targets, which a second source makes fire at random.
struct Learning {
  Project project;
  Id source = Id::none, target = Id::none, wire = Id::none;
};
Learning learning(const std::string& type, Values values, double rate = 40) {
  Builder b(kDt, 7);
  Learning made;
  made.source = b.node("neuron.poisson", {{"n", std::int64_t{kSources}}, {"rate", rate}});
  made.target =
      b.node("neuron.lif_delta", {{"n", std::int64_t{kTargets}}, {"t_ref", 1.0}, {"tau_m", 5.0}});
  const Id teacher = b.node("neuron.poisson", {{"n", std::int64_t{kTargets}}, {"rate", rate}});
  b.synapses(teacher, made.target,
             {{"weight", 100.0}, {"rule", std::string("one_to_one")}, {"delay", 0.5}});
  made.wire = b.wire(type, {made.source, "out"}, {made.target, "in"}, std::move(values));
  made.project = b.project;
  return made;
}

/// The weights after a run, by source then target, and all trains.
struct Learnt {
  std::vector<double> weights;
  std::vector<Train> pre, post;
  std::string error;
};
Learnt learnt(const Learning& what) {
  Run run(what.project);
  Learnt made;
  made.error = run.error;
  if (!made.error.empty()) return made;
  run.until(kSteps * kDt);
  const auto shot = run.simulation->look(what.wire, {What::Kind::Weights, ""});
  made.weights = shot.value().values;
  made.pre.resize(kSources);
  made.post.resize(kTargets);
  for (const FiredSpike& s : run.spikes) {
    const auto at = static_cast<std::int64_t>(s.step) + 1;
    if (s.population == what.source) made.pre[s.neuron].push_back(at);
    if (s.population == what.target) made.post[s.neuron].push_back(at);
  }
  return made;
}

/// What happens at one synapse, in order of time.
struct Happening {
  std::int64_t time;
  bool isPost;
};
std::vector<Happening> happenings(const Train& pre, const Train& post, std::int64_t delay,
                                  std::int64_t dendritic) {
  std::vector<Happening> all;
  // A spike of the last step, and what arrives after the end, has had no effect yet.
  for (const std::int64_t t : pre)
    if (t + delay <= kSteps) all.push_back({t + delay, false});
  for (const std::int64_t t : post)
    if (t + dendritic < kSteps + (dendritic ? 1 : 0)) all.push_back({t + dendritic, true});
  std::ranges::stable_sort(all, [&](const Happening& a, const Happening& b) {
    if (a.time != b.time) return a.time < b.time;
    return dendritic ? a.isPost && !b.isPost : !a.isPost && b.isPost;
  });
  return all;
}

/// One synapse as its rule's equations see it, spike by spike; traces are sums over all spikes
/// before, in double.
class Synapse {
 public:
  Synapse(const Train& pre, const Train& post, const Values& values)
      : values_(values),
        all_(happenings(pre, post, std::llround(of("delay", 1) / kDt),
                        std::llround(of("dendritic_delay", 0) / kDt))),
        nearest_(values.contains("pairing")),
        low_(of("w_min", 0)),
        high_(of("w_max", 2)) {}

  double of(const char* key, double otherwise) const {
    const auto found = values_.find(key);
    return found == values_.end() ? otherwise : *asNumber(found->second);
  }
  double low() const { return low_; }
  double high() const { return high_; }
  /// The trace of pre (or post) spikes just before the happening in hand.
  double trace(bool ofPost, double tau) const {
    double sum = 0;
    for (std::size_t j = at_; j-- > 0;) {
      if (all_[j].isPost != ofPost) continue;
      sum += std::exp(-static_cast<double>(all_[at_].time - all_[j].time) * kDt / tau);
      if (nearest_) break;
    }
    return sum;
  }
  double x(double tau) const { return trace(false, tau); }
  double y(double tau) const { return trace(true, tau); }

  /// The weight at the end: w += change(w, isPost) at each happening, within the bounds.
  template <class Change>
  double weight(Change&& change) {
    double w = of("weight", 1);
    for (at_ = 0; at_ < all_.size(); ++at_)
      w = std::clamp(w + change(w, all_[at_].isPost), low_, high_);
    return w;
  }
  /// The same where happenings change an eligibility e that decays with tau, and w += gain(step) e
  /// dt at the end of each step.
  template <class Change, class Gain>
  double eligible(double tau, Change&& change, Gain&& gain) {
    double w = of("weight", 1), e = 0;
    const double keep = std::exp(-kDt / tau);
    at_ = 0;
    for (std::int64_t step = 0; step < kSteps; ++step) {
      // Post spikes reach the synapse at the begin of the step, what arrives does at its end.
      for (; at_ < all_.size() && all_[at_].isPost && all_[at_].time <= step; ++at_)
        e += change(true);
      e *= keep;
      for (; at_ < all_.size() && !all_[at_].isPost && all_[at_].time <= step + 1; ++at_)
        e += change(false);
      w = std::clamp(w + gain(step) * e * kDt, low_, high_);
    }
    return w;
  }

 private:
  Values values_;
  std::vector<Happening> all_;
  bool nearest_;
  double low_, high_;
  std::size_t at_ = 0;
};

using Expected = std::function<double(Synapse&)>;

double pair(Synapse& s) {
  const double tauPlus = s.of("tau_plus", 20), tauMinus = s.of("tau_minus", 20), mu = s.of("mu", 0),
               range = s.high() - s.low();
  return s.weight([&](double w, bool post) {
    return post ? s.of("A_plus", 0.01) * range * std::pow((s.high() - w) / range, mu) * s.x(tauPlus)
                : -s.of("A_minus", 0.0105) * range * std::pow((w - s.low()) / range, mu) *
                      s.y(tauMinus);
  });
}
double triplet(Synapse& s) {
  return s.weight([&](double, bool post) {
    return s.of("eta", 1) *
           (post ? s.x(16.8) *
                       (s.of("A2_plus", 5e-10) + s.of("A3_plus", 6.2e-3) * s.y(s.of("tau_y", 125)))
                 : -s.y(33.7) * (s.of("A2_minus", 7e-3) +
                                 s.of("A3_minus", 2.3e-4) * s.x(s.of("tau_x", 101))));
  });
}
double symmetric(Synapse& s) {
  return s.weight([&](double, bool post) {
    return post ? 0.03 * s.x(20) : 0.03 * s.y(20) - s.of("depression", 0.002);
  });
}
double vogels(Synapse& s) {  // eta 0.02; 30 Hz, tau 15 ms
  return s.weight(
      [&](double, bool post) { return 0.02 * (post ? s.x(15) : s.y(15) - 2 * 0.03 * 15); });
}
double vogelsNegative(Synapse& s) {  // as before, turned round: a weight of −1 between −2 and 0
  return s.weight(
      [&](double, bool post) { return -0.02 * (post ? s.x(15) : s.y(15) - 2 * 0.03 * 15); });
}
double antiHebbian(Synapse& s) {
  return s.weight([&](double, bool post) { return post ? -0.02 * s.x(20) : 0.01; });
}
double oja(Synapse& s) {
  return s.weight(
      [&](double w, bool post) { return post ? 0.02 * (s.x(100) - (s.y(100) + 1) * w) : 0; });
}
double bcm(Synapse& s) {
  return s.weight([&](double, bool post) {
    if (post) return 6.5e-3 * s.x(16.8) * s.y(114);
    const double rate = s.y(2000) / (2000 * 0.03);
    return -7.1e-3 * s.y(33.7) * rate * rate;
  });
}
double nalsm(Synapse& s) {
  return s.weight([&](double, bool post) { return post ? 0.15 * s.x(10) : -0.12 * s.y(10); });
}
double hebbOneShot(Synapse& s) {
  return s.weight([&](double w, bool post) {
    // A trace of the last spike alone, by its age.
    const double edge = std::exp(-1.005);
    if (post) return s.x(5) >= edge ? s.high() - w : 0;
    return s.y(5) >= edge ? 0.0 : -0.1 * (s.high() - s.low());
  });
}
double quantised(Synapse& s) {  // eight bits without sign: levels of 2 / 255
  const double step = 2.0 / 255;
  const double latent =
      s.weight([&](double, bool post) { return step * (post ? 1.3 * s.x(20) : -1.4 * s.y(20)); });
  return step * std::floor(latent / step + 0.5);
}
double rewiring(Synapse& s) {
  return s.weight([&](double, bool post) { return post ? 0.02 * s.x(20) : -0.019 * s.y(20); });
}
double reram(Synapse& s) {  // w_max 2, G_off 0.02: a weight of 1 is half the range
  double plus = 0.52, minus = 0.02;
  return s.weight([&](double w, bool post) {
    if (post)
      plus += 0.03 * s.x(20) * (1 - plus);
    else
      minus += 0.02 * s.y(20) * (1 - minus);
    return 2 * (plus - minus) - w;
  });
}
/// From 300 to 900 ms the third factor is 1.5, as the tests wire it.
double third(std::int64_t step) { return step >= 3000 && step < 9000 ? 1.5 : 0; }
double rewardStdp(Synapse& s) {
  return s.eligible(
      500, [&](bool post) { return post ? s.x(20) : -1.05 * s.y(20); },
      [](std::int64_t step) { return 0.0005 * third(step); });
}
double rewardAboveMean(Synapse& s) {
  double mean = 0;
  return s.eligible(
      500, [&](bool post) { return post ? s.x(20) : -1.05 * s.y(20); },
      [&](std::int64_t step) {
        mean = third(step) + (mean - third(step)) * std::exp(-kDt / 200);
        return 0.0005 * (third(step) - mean);
      });
}
double threeFactor(Synapse& s) {
  return s.eligible(
      200, [&](bool post) { return post ? s.x(20) : 0.5 * s.y(20) - 0.2; },
      [](std::int64_t step) { return -0.002 * third(step); });
}

struct Case {
  const char* type;
  const char* name;
  Expected expected;
  Values values;
  const char* port = nullptr;  ///< that the third factor reaches
};
std::string word(const char* text) { return text; }

std::vector<Case> cases() {
  const char* const p = "synapse.stdp_pair";
  const char* const t = "synapse.stdp_triplet";
  return {{p, "additive", pair, {}},
          {p, "multiplicative", pair, {{"mu", 1.0}}},
          {p, "between", pair, {{"mu", 0.4}}},
          {p, "nearest", pair, {{"pairing", word("nearest")}}},
          {p, "dendritic, one step", pair, {{"dendritic_delay", 0.1}}},
          {p, "dendritic, 2.3 ms", pair, {{"dendritic_delay", 2.3}, {"delay", 3.7}}},
          {p,
           "two time constants",
           pair,
           {{"tau_plus", 5.0}, {"tau_minus", 40.0}, {"A_plus", 0.05}, {"A_minus", 0.02}}},
          {p,
           "hits its bounds",
           pair,
           {{"w_min", -1.0}, {"w_max", 1.5}, {"A_plus", 0.2}, {"A_minus", 0.1}, {"delay", 0.1}}},
          {p,
           "bases move often",
           pair,
           {{"tau_plus", 0.5}, {"tau_minus", 0.7}, {"A_plus", 0.2}, {"A_minus", 0.1}}},
          {t, "all-to-all", triplet, {}},
          {t, "dendritic", triplet, {{"dendritic_delay", 1.0}}},
          {t,
           "nearest",
           triplet,
           {{"pairing", word("nearest")},
            {"A3_plus", 5.3e-2},
            {"A2_minus", 6.6e-3},
            {"A3_minus", 3.1e-3},
            {"tau_x", 714.0},
            {"tau_y", 40.0}}},
          {"synapse.stdp_symmetric", "window", symmetric, {{"A", 0.03}, {"depression", 0.01}}},
          {"synapse.vogels",
           "positive",
           vogels,
           {{"eta", 0.02}, {"rho_0", 30.0}, {"tau", 15.0}, {"w_max", 2.0}}},
          {"synapse.vogels",
           "negative",
           vogelsNegative,
           {{"eta", 0.02}, {"rho_0", 30.0}, {"tau", 15.0}, {"w_max", -2.0}, {"weight", -1.0}}},
          {"synapse.anti_hebbian", "cancels", antiHebbian, {{"A", 0.02}, {"potentiation", 0.01}}},
          {"synapse.oja", "spikes", oja, {{"eta", 0.02}, {"w_min", 0.0}}},
          {"synapse.bcm", "slides", bcm, {{"tau_theta", 2000.0}, {"rho_0", 30.0}}},
          {"synapse.stdp_nalsm",
           "without astrocyte",
           nalsm,
           {{"A_rest", 0.12}, {"w_min", 0.0}, {"w_max", 2.0}}},
          {"synapse.hebb_one_shot",
           "sets and forgets",
           hebbOneShot,
           {{"forget", 0.1}, {"pairing", word("nearest")}}},
          {"synapse.quantised",
           "latent",
           quantised,
           {{"bits", std::int64_t{8}},
            {"signs", word("unsigned")},
            {"step", 2.0 / 255},
            {"A_plus", 1.3},
            {"A_minus", 1.4}}},
          {"synapse.rewiring",
           "learns",
           rewiring,
           {{"A_plus", 0.02}, {"A_minus", 0.019}, {"turnover", 0.0}}},
          {"synapse.reram", "pulses", reram, {{"A_plus", 0.03}, {"A_minus", 0.02}}},
          {"synapse.reward_stdp", "reward", rewardStdp, {{"eta", 0.0005}}, "reward"},
          {"synapse.reward_stdp",
           "above the expected",
           rewardAboveMean,
           {{"eta", 0.0005}, {"tau_r", 200.0}},
           "reward"},
          {"synapse.three_factor",
           "third",
           threeFactor,
           {{"eta", -0.002}, {"post_pre", 0.5}, {"pre", -0.2}, {"tau_e", 200.0}},
           "third"}};
}

}  // namespace

class StdpTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void followsItsEquations_data() {
    QTest::addColumn<int>("index");
    const auto all = cases();
    for (std::size_t i = 0; i < all.size(); ++i)
      QTest::addRow("%s, %s", all[i].type, all[i].name) << static_cast<int>(i);
  }
  void followsItsEquations() {
    QFETCH(int, index);
    const Case now = cases()[static_cast<std::size_t>(index)];
    Values values = now.values;
    values.emplace("weight", 1.0);
    Values written = values;
    if (std::string_view(now.type) == "synapse.hebb_one_shot") written.erase("pairing");
    Learning what = learning(now.type, written);
    if (now.port) {
      Builder b;
      b.project = what.project;
      const Id factor =
          b.node("source.dc", {{"amplitude", 1.5}, {"start", 300.0}, {"stop", 900.0}});
      b.wire("wire.signal", {factor, "out"}, {what.wire, now.port});
      what.project = b.project;
    }
    const Learnt got = learnt(what);
    QCOMPARE(got.error, std::string());
    double moved = 0;
    // vogels takes its lower bound from the sign of the upper one
    if (*asNumber(values["weight"]) < 0) values["w_min"] = -2.0, values["w_max"] = 0.0;
    for (std::size_t s = 0; s < kSources; ++s)
      for (std::size_t t = 0; t < kTargets; ++t) {
        Synapse synapse(got.pre[s], got.post[t], values);
        const double expected = now.expected(synapse), weight = got.weights[s * kTargets + t];
        // Weights are float: each of some hundred changes rounds by 6e-8 of the weight; those of
        // every step, thousands of times.
        const double tolerance = now.port ? 2e-3 : 3e-5;
        QVERIFY2(std::fabs(weight - expected) < tolerance,
                 qPrintable(
                     QString("%1 instead of %2").arg(weight, 0, 'g', 9).arg(expected, 0, 'g', 9)));
        moved +=
            std::fabs(weight - *asNumber(now.values.contains("weight") ? now.values.at("weight")
                                                                       : Value(1.0)));
      }
    QVERIFY(moved > 0.02 * kSources * kTargets);
  }
};

QTEST_APPLESS_MAIN(StdpTest)
#include "stdp_test.moc"
