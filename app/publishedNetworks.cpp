// Networks of papers, as projects.
#include "app/publishedNetworks.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/networkItems.h"
#include "engine/base/Rng.h"

namespace spk {
namespace {

/// An excitatory and an inhibitory population in a frame, beside their views.
struct Pair {
  Id E, I;
};
Pair addPair(NetworkItems& items, const std::string& type, const Values& e, const Values& i,
             const Values& rasterValues = {}, const Values& rateValues = {}) {
  const Id frame = items.frame("network", 370, 40, 256, 490);
  const Pair pair{items.node(type, "E", 400, 90, e, frame),
                  items.node(type, "I", 400, 330, i, frame)};
  const Id raster = items.node("view.raster", "raster", 740, 90, rasterValues),
           rates = items.node("view.rate", "rates", 740, 250, rateValues);
  items.show(raster, {pair.E, pair.I});
  items.show(rates, {pair.E, pair.I});
  return pair;
}
/// The four wires between them; name of a wire as E→I.
void joinPair(NetworkItems& items, const Pair& pair, const char* excPort, const Values& exc,
              const char* inhPort, const Values& inh) {
  for (const bool toE : {true, false}) {
    const Id target = toE ? pair.E : pair.I;
    const std::string end = toE ? "→E" : "→I";
    items.synapses(pair.E, target, excPort, with(exc, {{"name", "E" + end}}));
    items.synapses(pair.I, target, inhPort, with(inh, {{"name", "I" + end}}));
  }
}

/// A list as it stands in a project.
Json list(const std::vector<double>& numbers) {
  std::string text = "[";
  for (const double x : numbers) text += (text.size() > 1 ? ", " : "") + numberText(x);
  return Json{text + "]"};
}
double rounded(double x, double to) { return std::floor(x / to + 0.5) * to; }

constexpr const char* kCuba =
    "dv/dt = (E_L - v + g_exc + g_inh)/tau_m : mV (refractory)  # membrane potential\n"
    "dg_exc/dt = -g_exc/tau_exc : mV  # excitation\n"
    "dg_inh/dt = -g_inh/tau_inh : mV  # inhibition\n"
    "on exc: g_exc += w\n"
    "on inh: g_inh += w\n"
    "threshold: v >= V_th\n"
    "reset: v = V_reset\n"
    "refractory: 5 ms\n"
    "initial: v = E_L\n"
    "parameters:\n"
    "  E_L = -49 mV\n"
    "  tau_m = 20 ms in [1 ms, 200 ms]\n"
    "  V_th = -50 mV; V_reset = -60 mV\n"
    "  tau_exc = 5 ms in [0.1 ms, 100 ms]\n"
    "  tau_inh = 10 ms in [0.1 ms, 100 ms]\n";

}  // namespace

BenchNetwork cubaNetwork() {
  NetworkItems items;
  items.note("what it is", 20, 40, 290, 200,
             "The current-based benchmark of Brette et al. 2007, after Vogels & Abbott 2005: 4,000 "
             "neurons, each joined to 2 % of the others.\n\nThey rest above threshold (-49 mV, "
             "threshold -50 mV) and so need no input: inhibition keeps them at some 6 Hz, "
             "irregular.");
  const auto values = [](std::int64_t n) {
    return Values{{"n", n}, {"equations", std::string(kCuba)}, {"v.initial", uniform(-60, -50)}};
  };
  const Pair pair = addPair(items, "neuron.equations", values(3200), values(800));
  const Values joined = pairwise(0.02, 0.1);
  joinPair(items, pair, "exc", with(joined, {{"weight", 1.62}}), "inh",
           with(joined, {{"weight", -9.0}}));
  return {std::move(items.project), {{"E", 3200}, {"I", 800}}};
}

BenchNetwork cobahhNetwork() {
  NetworkItems items;
  items.note("what it is", 20, 40, 290, 200,
             "The Hodgkin-Huxley benchmark of Brette et al. 2007: the network of Vogels & Abbott "
             "2005 with neurons that have sodium and potassium channels.\n\nOf the programs of the "
             "paper, Brian and NEST rest the leak at -60 mV, NEURON at -65 mV; here it is -60 mV.");
  const auto values = [](std::int64_t n) {
    return Values{{"n", n},
                  {"E_L", -60.0},
                  {"V.initial", normal(-65, 5)},
                  {"g_exc.initial", normal(40, 15)},
                  {"g_inh.initial", normal(200, 120)}};
  };
  const Values view = {{"window", 500.0}};
  const Pair pair = addPair(items, "neuron.hh_traub_miles", values(3200), values(800), view, view);
  const Values joined = pairwise(0.02, 0.1);
  joinPair(items, pair, "exc", with(joined, {{"weight", 6.0}}), "inh",
           with(joined, {{"weight", 67.0}}));
  return {std::move(items.project), {{"E", 3200}, {"I", 800}}};
}

BenchNetwork izhikevichNetwork() {
  NetworkItems items;
  items.set("dt", 1.0);
  items.note(
      "what it is", 20, 360, 260, 220,
      "The network of Izhikevich 2003: 800 excitatory and 200 inhibitory neurons, all joined "
      "to all, each neuron with parameters of its own. Noise of 5 and 2 (sd, in mV/ms, anew "
      "in each millisecond) keeps it going.\n\nSpikes gather in stripes: rhythms of some 10 "
      "Hz and 40 Hz. The noise is the difference of two Poisson trains with 10 spikes a "
      "millisecond each.");
  // One number r for each neuron shapes it, as in the paper's script: c, d of E; a, b of I.
  RandomSequence random(randomKey(2003, 1, Purpose::Sample), 0);
  std::vector<double> c, d, a, b, start;
  for (int i = 0; i < 800; ++i) {
    const double r = random.uniform(), square = r * r;
    c.push_back(rounded(-65 + 15 * square, 0.01));
    d.push_back(rounded(8 - 6 * square, 0.01));
  }
  for (int i = 0; i < 200; ++i) {
    const double r = random.uniform();
    a.push_back(rounded(0.02 + 0.08 * r, 0.0001));
    b.push_back(rounded(0.25 - 0.05 * r, 0.0001));
    start.push_back(rounded(-65 * b.back(), 0.001));
  }
  const Pair pair = addPair(items, "neuron.izhikevich",
                            {{"n", std::int64_t{800}}, {"c", list(c)}, {"d", list(d)}},
                            {{"n", std::int64_t{200}},
                             {"a", list(a)},
                             {"b", list(b)},
                             {"d", 2.0},
                             {"u.initial", list(start)}});
  const Values all = {{"delay", 1.0}, {"rule", std::string("all_to_all")}};
  joinPair(items, pair, "in", with(all, {{"weight", uniform(0, 0.5)}}), "in",
           with(all, {{"weight", uniform(-1, 0)}}));
  constexpr double kRate = 10'000;  // Hz: 10 a step, of which the square root of 20 is the sd
  const Id up = items.node("source.poisson", "noise up", 40, 90, {{"rate", kRate}}),
           down = items.node("source.poisson", "noise down", 40, 210, {{"rate", kRate}});
  for (const auto& [target, sd] : {std::pair{pair.E, 5.0}, std::pair{pair.I, 2.0}}) {
    const double weight = rounded(sd / std::sqrt(20.0), 0.0001);
    items.synapses(up, target, "in", {{"weight", weight}, {"delay", 1.0}});
    items.synapses(down, target, "in", {{"weight", -weight}, {"delay", 1.0}});
  }
  return {std::move(items.project), {{"E", 800, 8}, {"I", 200}}};
}

BenchNetwork brunelRegime(double g, double eta, const char* what) {
  constexpr double J = 0.1, kFromE = 1000, kThreshold_Hz = 20 / (J * kFromE * 20) * 1000;
  NetworkItems items;
  items.set("duration", 5.0);
  items.set("pace", 0.1);
  items.note("what it is", 20, 240, 250, 160,
             std::string("Brunel 2000: 12,500 neurons with 1,000 excitatory and 250 inhibitory "
                         "synapses each and a Poisson drive. ") +
                 what);
  const auto values = [](std::int64_t n) { return Values{{"n", n}, {"V_reset", 10.0}}; };
  const Values view = {{"window", 200.0}};
  const Pair pair = addPair(items, "neuron.lif_delta", values(10'000), values(2'500), view,
                            with(view, {{"bin", 0.5}, {"smoothing", 0.0}}));
  joinPair(items, pair, "in", fixedIndegree(J, 1.5, 1000), "in", fixedIndegree(-g * J, 1.5, 250));
  const Id drive =
      items.node("source.poisson", "drive", 40, 90, {{"rate", eta * kThreshold_Hz * kFromE}});
  items.synapses(drive, pair.E, "in", {{"weight", J}, {"name", std::string("drive→E")}});
  items.synapses(drive, pair.I, "in", {{"weight", J}, {"name", std::string("drive→I")}});
  return {std::move(items.project), {{"E", 10'000}, {"I", 2'500}}};
}

namespace {

constexpr int kGroups = 10;

/// Spikes of volleys at 100, 300 … 3900 ms as a list of [ms, 0].
Json volleys(int size, double sd_ms) {
  RandomSequence random(randomKey(1999, static_cast<std::uint64_t>(size), Purpose::Sample), 0);
  std::vector<double> times;
  for (double centre = 100; centre < 4000; centre += 200)
    for (int i = 0; i < size; ++i) times.push_back(rounded(centre + sd_ms * random.normal(), 0.1));
  std::ranges::sort(times);
  std::string text = "[";
  for (const double t : times) text += (text.size() > 1 ? ", [" : "[") + numberText(t) + ", 0]";
  return Json{text + "]"};
}

/// One chain in two rows of five groups. Currents after the paper: alpha functions of 0.325 ms
/// whose potential peaks at 0.14 mV; 17,600 excitatory trains of 2 Hz and 2,400 inhibitory of 12.5
/// Hz.
void addChain(NetworkItems& items, const std::string& name, double y, int size, double sd_ms,
              Id raster, BenchNetwork& made) {
  constexpr double kWeight = 44.7, kDelay = 5;
  const Id frame = items.frame(name, 20, y, 1640, 470);
  const Id volley = items.node("source.spike_list", "volley", 50, y + 50,
                               {{"spikes", volleys(size, sd_ms)}}, frame);
  const Id exc =
               items.node("source.poisson", "excitation", 50, y + 180, {{"rate", 35'200.0}}, frame),
           inh =
               items.node("source.poisson", "inhibition", 50, y + 310, {{"rate", 30'000.0}}, frame);
  Id before = volley;
  for (int i = 0; i < kGroups; ++i) {
    const std::string group = "group " + std::to_string(i + 1);
    const Id id =
        items.node("neuron.lif_alpha", group, 330 + 265.0 * (i % 5), y + 50 + 220.0 * (i / 5),
                   {{"n", std::int64_t{100}},
                    {"tau_m", 10.0},
                    {"C_m", 250.0},
                    {"tau_syn", 0.325},
                    {"E_L", -70.0},
                    {"V_th", -55.0},
                    {"V_reset", -70.0},
                    {"t_ref", 1.0},
                    {"V.initial", uniform(-70, -58)}},
                   frame);
    items.synapses(before, id, "in", {{"weight", kWeight}, {"delay", kDelay}});
    items.synapses(exc, id, "in", {{"weight", kWeight}});
    items.synapses(inh, id, "in", {{"weight", -kWeight}});
    items.show(raster, {id});
    made.populations.push_back({group, 100});
    before = id;
  }
}

}  // namespace

BenchNetwork synfireNetwork() {
  BenchNetwork made;
  NetworkItems items;
  items.set("duration", 4.0);
  items.note(
      "what it is", 20, 20, 760, 110,
      "Diesmann, Gewaltig & Aertsen 1999: each group of 100 neurons excites all of the next. A "
      "volley of spikes enters the first group of both chains every 200 ms, for four seconds. "
      "Whether it gathers itself on its way or fades depends on its size and on its jitter: "
      "above 90 spikes, below 45, both with a spread (sd) of 1 ms. Reset begins anew.");
  const Id above = items.node("view.raster", "above", 1720, 200, {{"window", 1000.0}}),
           below = items.node("view.raster", "below", 1720, 700, {{"window", 1000.0}});
  addChain(items, "above the separatrix", 160, 90, 1, above, made);
  addChain(items, "below the separatrix", 660, 45, 1, below, made);
  made.project = std::move(items.project);
  return made;
}

BenchNetwork burstsNetwork() {
  NetworkItems items;
  items.note(
      "what it is", 20, 40, 290, 190,
      "Tsodyks, Uziel & Markram 2000: synapses onto excitatory neurons tire (U 0.5, recovery "
      "800 ms), those onto inhibitory ones grow with use (U 0.04, 1000 ms).\n\nFor most of "
      "the time neurons fire at random, each at the rate of its own constant current. Every "
      "second or so resources have recovered far enough for a chain reaction: a burst of 20 "
      "ms in which nearly all fire.");
  // 1 pA is 1 mV: R = tau_m / C_m = 1 GΩ.
  const auto values = [](std::int64_t n, double t_ref) {
    return Values{{"n", n},
                  {"tau_m", 30.0},
                  {"C_m", 30.0},
                  {"tau_syn", 3.0},
                  {"E_L", 0.0},
                  {"V_th", 15.0},
                  {"V_reset", 13.5},
                  {"t_ref", t_ref},
                  {"I_e", uniform(14.5, 15.5)},
                  {"V.initial", uniform(0, 15)}};
  };
  const Pair pair = addPair(items, "neuron.lif_exp", values(400, 3), values(100, 2));
  const Values depressing = {{"U", 0.5}, {"tau_rec", 800.0}, {"tau_fac", 0.01}},
               facilitating = {{"U", 0.04}, {"tau_rec", 100.0}, {"tau_fac", 1000.0}};
  const auto join = [&](Id from, Id to, const char* name, double weight, const Values& kind) {
    const double a = 0.2 * weight, b = 2 * weight;
    const std::string bounds = R"(, "min": )" + numberText(std::min(a, b)) + R"(, "max": )" +
                               numberText(std::max(a, b)) + R"(, "outside": "redraw")";
    Values all = with(pairwise(0.1, 1), kind);
    all["weight"] = normal(weight, 0.5 * std::max(weight, -weight), bounds);
    all["name"] = std::string(name);
    items.wire("synapse.stp", {from, "out"}, {to, "in"}, std::move(all));
  };
  join(pair.E, pair.E, "E→E", 1.8, depressing);
  join(pair.E, pair.I, "E→I", 7.2, facilitating);
  join(pair.I, pair.E, "I→E", -5.4, depressing);
  join(pair.I, pair.I, "I→I", -7.2, facilitating);
  return {std::move(items.project), {{"E", 400}, {"I", 100}}};
}

BenchNetwork bimodalNetwork() {
  NetworkItems items;
  items.set("duration", 1000.0);
  items.set("dt", 0.25);
  items.set("pace", 50.0);
  items.note(
      "what it is", 20, 330, 560, 120,
      "Song, Miller & Abbott 2000: a neuron hears 1,000 excitatory and 200 inhibitory trains "
      "of Poisson spikes. Additive STDP lets synapses compete: in a quarter of an hour they end "
      "up near 0 or near the largest weight, and the neuron fires irregularly, driven by chance "
      "coincidences "
      "of the strong ones.\n\nTo see it sooner, raise A_plus and A_minus of the wire alike.");
  const Id frame = items.frame("inputs", 20, 20, 256, 290);
  const Id exc = items.node("neuron.poisson", "excitation", 50, 70,
                            {{"n", std::int64_t{1000}}, {"rate", 10.0}}, frame),
           inh = items.node("neuron.poisson", "inhibition", 50, 190,
                            {{"n", std::int64_t{200}}, {"rate", 10.0}}, frame);
  const Id neuron = items.node("neuron.lif_cond_exp", "neuron", 400, 70,
                               {{"n", std::int64_t{1}},
                                {"C_m", 200.0},
                                {"g_L", 10.0},
                                {"E_L", -70.0},
                                {"V_th", -54.0},
                                {"V_reset", -60.0},
                                {"t_ref", 0.0},
                                {"E_exc", 0.0},
                                {"E_inh", -70.0},
                                {"tau_exc", 5.0},
                                {"tau_inh", 5.0}});
  const Id learning = items.wire("synapse.stdp_pair", {exc, "out"}, {neuron, "exc"},
                                 {{"name", std::string("learning")},
                                  {"delay", 5.0},
                                  {"weight", 0.1},
                                  {"w_min", 0.0},
                                  {"w_max", 0.15},
                                  {"A_plus", 0.005},
                                  {"A_minus", 0.00525},
                                  {"tau_plus", 20.0},
                                  {"tau_minus", 20.0},
                                  {"mu", 0.0}});
  items.synapses(inh, neuron, "inh", {{"weight", 0.5}, {"delay", 5.0}});
  const Id rate = items.node("view.rate", "rate", 720, 70, {{"window", 60000.0}}),
           weights = items.node("view.traces", "mean weight", 720, 210, {{"window", 60000.0}});
  items.show(rate, {neuron});
  items.wire("wire.signal", {learning, "weight"}, {weights, "in"}, {});
  return {std::move(items.project), {{"neuron", 1}}};
}

BenchNetwork sornNetwork() {
  NetworkItems items;
  items.set("dt", 1.0);
  items.set("duration", 100.0);
  items.note(
      "what it is", 20, 40, 290, 270,
      "The self-organising recurrent network of Lazar, Pipa & Triesch 2009. A step is 1 ms, "
      "a unit fires if what it hears, with noise in place of the paper's symbols, exceeds "
      "its threshold.\n\nThree rules work together: STDP on the wire E→E, scaling on the "
      "same wire (the weights of a unit add up to 1), and a threshold T that rises with each "
      "spike and falls between them, so that each unit fires in a tenth of all steps. Set "
      "eta of E to 0 and units part into busy and idle ones; set A_plus and A_minus of the "
      "wire to 0 and all of E swings together.");
  constexpr const char* kUnit =
      "ds/dt = -s/(0.01 ms) : 1  # what arrived in this step\n"
      "dT/dt = -eta*H/(1 ms) : 1  # threshold, seeks the share H\n"
      "u = s + sigma*randn() : 1\n"
      "on in: s += w\n"
      "threshold: u >= T\n"
      "reset: T = T + eta\n"
      "parameters:\n"
      "  eta = 0.001 in [0, 0.1]  # how fast the threshold follows\n"
      "  H = 0.1 in [0, 1]  # share of steps in which a unit is to fire\n"
      "  sigma = 0.22 in [0, 10]  # noise\n";
  const Id frame = items.frame("network", 370, 40, 256, 540);
  const Id E = items.node("neuron.equations", "E", 400, 90,
                          {{"n", std::int64_t{200}},
                           {"equations", std::string(kUnit)},
                           {"T.initial", uniform(0, 0.5)}},
                          frame),
           I = items.node("neuron.mcculloch_pitts", "I", 400, 380,
                          {{"n", std::int64_t{40}}, {"theta", uniform(0, 1)}}, frame);
  items.wire("synapse.scaling", {E, "out"}, {E, "in"},
             with(pairwise(0.05, 1), {{"name", std::string("E→E")},
                                      {"autapses", false},
                                      {"weight", 0.1},
                                      {"w_min", 0.0},
                                      {"w_max", 1.0},
                                      {"mode", std::string("sum")},
                                      {"sum", 1.0},
                                      {"interval", 1.0},
                                      {"A_plus", 0.001},
                                      {"A_minus", 0.001},
                                      {"tau_plus", 0.2},
                                      {"tau_minus", 2.0}}));
  items.synapses(E, I, "in", {{"name", std::string("E→I")}, {"delay", 1.0}, {"weight", 0.005}});
  items.synapses(I, E, "in", {{"name", std::string("I→E")}, {"delay", 1.0}, {"weight", -0.025}});
  const Id raster = items.node("view.raster", "raster", 740, 90, {}),
           rates = items.node("view.rate", "rates", 740, 250, {}),
           thresholds = items.node("view.traces", "thresholds", 740, 410, {});
  items.show(raster, {E, I});
  items.show(rates, {E, I});
  items.wire("wire.signal", {E, "T"}, {thresholds, "in"}, {});
  return {std::move(items.project), {{"E", 200}, {"I", 40}}};
}

}  // namespace spk
