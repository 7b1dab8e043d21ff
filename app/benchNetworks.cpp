// The networks that benchmarks run, as projects.
#include "app/benchNetworks.h"

#include <array>
#include <cmath>

#include "app/networkItems.h"
#include "app/publishedNetworks.h"
#include "engine/base/Math.h"

namespace spk {

BenchNetwork brunelNetwork() {
  BenchNetwork made = brunelNetwork(10'000, 1000);
  made.populations[0].reference_hz = made.populations[1].reference_hz = 35.6;
  return made;
}

BenchNetwork brunelNetwork(std::int64_t n, std::int64_t synapses) {
  const std::int64_t e = n * 4 / 5, i = n - e, fromE = synapses * 4 / 5, fromI = synapses - fromE;
  const double J = 100.0 / static_cast<double>(synapses);
  constexpr double kG = 5, kEta = 2;
  const double threshold_Hz = 20 / (J * static_cast<double>(fromE) * 20) * 1000;
  NetworkItems items;
  const Id E = items.node("neuron.lif_delta", "E", 400, 60, {{"n", e}});
  const Id I = items.node("neuron.lif_delta", "I", 400, 320, {{"n", i}});
  const Id noise = items.node("source.poisson", "drive", 40, 190,
                              {{"rate", kEta * threshold_Hz * static_cast<double>(fromE)}});
  for (const Id target : {E, I}) {
    items.synapses(noise, target, "in", {{"weight", J}});
    items.synapses(E, target, "in", fixedIndegree(J, 1.5, fromE));
    items.synapses(I, target, "in", fixedIndegree(-kG * J, 1.5, fromI));
  }
  items.showAll(740, 60, {E, I}, {{"window", 200.0}});
  return {std::move(items.project), {{"E", e}, {"I", i}}};
}

BenchNetwork brunelStdpNetwork() {
  BenchNetwork made = brunelNetwork(10'000, 1000);
  const auto nameOf = [&](Id id) { return textOr(made.project.find(id)->values, "name", ""); };
  for (auto& [id, item] : made.project.items) {
    if (!item.isWire() || nameOf(item.from.item) != "E" || nameOf(item.to.item) != "E") continue;
    item.type = "synapse.stdp_pair";
    item.values["A_plus"] = 0.001;
    item.values["A_minus"] = 0.00105;
    item.values["w_max"] = 0.2;
  }
  return made;
}

BenchNetwork cobaNetwork() {
  const Values neuron = {{"C_m", 200.0},     {"g_L", 10.0},    {"E_L", -60.0}, {"V_th", -50.0},
                         {"V_reset", -60.0}, {"t_ref", 5.0},   {"E_exc", 0.0}, {"E_inh", -80.0},
                         {"tau_exc", 5.0},   {"tau_inh", 10.0}};
  NetworkItems items;
  // The rate differs by some 1.5 Hz from one drawing of the wires to the next; this is a middling
  // one.
  items.project.items.at(Id::settings).values["seed"] = std::int64_t{2};
  const auto population = [&](const char* name, double y, std::int64_t n) {
    Values values = neuron;
    values["n"] = n;
    // Begins as in Brette et al. 2007: where inhibition starts low (or below zero) neurons fire at
    // once, and from then on activity keeps itself up.
    values["V.initial"] = normal(-65, 5);
    values["g_exc.initial"] = normal(40, 15);
    values["g_inh.initial"] = normal(200, 120);
    return items.node("neuron.lif_cond_exp", name, 400, y, std::move(values));
  };
  const Id E = population("E", 60, 3200), I = population("I", 320, 800);
  for (const Id target : {E, I}) {
    const Values joined = {
        {"delay", 0.8}, {"rule", std::string("pairwise_bernoulli")}, {"p", 0.02}};
    Values values = joined;
    values["weight"] = 6.0;
    items.synapses(E, target, "exc", values);
    values["weight"] = 67.0;
    items.synapses(I, target, "inh", values);
  }
  items.showAll(740, 60, {E, I}, {{"window", 500.0}});
  return {std::move(items.project), {{"E", 3200, 17.1}, {"I", 800, 17.3}}};
}

BenchNetwork microcircuit(Background background) {
  constexpr int kCount = 8;
  constexpr std::array<const char*, kCount> kNames = {"L23E", "L23I", "L4E", "L4I",
                                                      "L5E",  "L5I",  "L6E", "L6I"};
  constexpr std::array<std::int64_t, kCount> kSizes = {20683, 5834, 21915, 5479,
                                                       4850,  1065, 14395, 2948};
  constexpr double kChances[kCount][kCount] = {
      // [target][source]
      {.1009, .1689, .0437, .0818, .0323, 0, .0076, 0},
      {.1346, .1371, .0316, .0515, .0755, 0, .0042, 0},
      {.0077, .0059, .0497, .1350, .0067, .0003, .0453, 0},
      {.0691, .0029, .0794, .1597, .0033, 0, .1057, 0},
      {.1004, .0622, .0505, .0057, .0831, .3726, .0204, 0},
      {.0548, .0269, .0257, .0022, .0600, .3158, .0086, 0},
      {.0156, .0066, .0211, .0166, .0572, .0197, .0396, .2252},
      {.0364, .0010, .0034, .0005, .0277, .0080, .0658, .1443}};
  constexpr std::array<double, kCount> kExternal = {1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
  constexpr std::array<double, kCount> kV = {-68.28, -63.16, -63.33, -63.45,
                                             -63.11, -61.66, -66.72, -61.43};
  constexpr std::array<double, kCount> kSpread = {5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48};
  constexpr std::array<double, kCount> kRates = {.903,  2.965, 4.414, 5.876,
                                                 7.569, 8.633, 1.105, 7.829};
  constexpr double kExternal_kHz = 0.008;
  // The current whose potential peaks at 0.15 mV.
  constexpr double kTau = 10, kTauSyn = 0.5, kC = 250;
  const double peak = kTau * kTauSyn / (kTau - kTauSyn) * log(kTau / kTauSyn);
  const double response =
      kTau * kTauSyn / (kC * (kTauSyn - kTau)) * (exp(-peak / kTauSyn) - exp(-peak / kTau));
  const double W = std::round(0.15 / response * 1e4) / 1e4;

  BenchNetwork made;
  NetworkItems items;
  std::array<Id, kCount> ids{};
  for (int i = 0; i < kCount; ++i) {
    Values values = {
        {"n", kSizes[i]},     {"tau_m", kTau}, {"C_m", kC},
        {"tau_syn", kTauSyn}, {"E_L", -65.0},  {"V_th", -50.0},
        {"V_reset", -65.0},   {"t_ref", 2.0},  {"V.initial", normal(kV[i], kSpread[i])}};
    if (background == Background::Current)
      values["I_e"] = kExternal_kHz * kExternal[i] * kTauSyn * W;
    ids[i] = items.node("neuron.lif_exp", kNames[i], 400 + 380.0 * (i % 2), 60 + 230.0 * (i / 2),
                        std::move(values));
    made.populations.push_back({kNames[i], kSizes[i], kRates[i]});
  }
  for (int i = 0; background == Background::Poisson && i < kCount; ++i) {
    const Id noise =
        items.node("source.poisson", std::string("to ") + kNames[i], i % 2 ? 1160.0 : 40.0,
                   60 + 230.0 * (i / 2), {{"rate", 8 * kExternal[i]}});
    items.synapses(noise, ids[i], "in", {{"weight", W}});
  }
  for (int to = 0; to < kCount; ++to)
    for (int from = 0; from < kCount; ++from) {
      const double pairs = static_cast<double>(kSizes[to]) * static_cast<double>(kSizes[from]);
      const double total = std::floor(log1p(-kChances[to][from]) / log1p(-1 / pairs) + 0.5);
      if (total < 1) continue;
      const bool excitatory = from % 2 == 0;
      const double weight = excitatory ? (to == 0 && from == 2 ? 2 * W : W) : -4 * W;
      items.synapses(ids[from], ids[to], "in",
                     {{"weight", normal(weight, std::fabs(weight) / 10)},
                      {"delay", excitatory ? normal(1.5, 0.75, R"(, "min": 0.1)")
                                           : normal(0.75, 0.375, R"(, "min": 0.1)")},
                      {"rule", std::string("fixed_total")},
                      {"total", static_cast<std::int64_t>(total)}});
    }
  items.showAll(background == Background::Poisson ? 1480 : 1160, 60, {ids.begin(), ids.end()},
                {{"window", 500.0}});
  made.project = std::move(items.project);
  return made;
}

BenchNetwork uniformNetwork(std::int64_t n, std::int64_t synapses) {
  NetworkItems items;
  // The drive alone gives some 10 Hz; weights are balanced, and small against it.
  const Id E = items.node("neuron.lif_exp", "E", 40, 60,
                          {{"n", n * 4 / 5},
                           {"I_e", 377.0},
                           {"V.initial", Json{R"({"uniform": {"min": -70, "max": -55}})"}}});
  const Id I = items.node("neuron.lif_exp", "I", 40, 320,
                          {{"n", n - n * 4 / 5},
                           {"I_e", 377.0},
                           {"V.initial", Json{R"({"uniform": {"min": -70, "max": -55}})"}}});
  for (const Id target : {E, I}) {
    items.synapses(E, target, "in", fixedIndegree(2, 1.5, synapses * 4 / 5));
    items.synapses(I, target, "in", fixedIndegree(-8, 1.5, synapses - synapses * 4 / 5));
  }
  return {std::move(items.project), {{"E", n * 4 / 5}, {"I", n - n * 4 / 5}}};
}

std::span<const ShippedNetwork> shippedNetworks() {
  static constexpr ShippedNetwork kShipped[] = {
      {"brunel", [] { return brunelNetwork(); }},
      {"coba", cobaNetwork},
      {"microcircuit", [] { return microcircuit(Background::Current); }},
      {"microcircuit_poisson", [] { return microcircuit(Background::Poisson); }},
      {"cuba", cubaNetwork},
      {"cobahh", cobahhNetwork},
      {"izhikevich", izhikevichNetwork},
      {"brunel_regular",
       [] {
         return brunelRegime(
             3, 2,
             "Where excitation prevails (g = 3) all fire together and regularly, as "
             "fast as the refractory time allows.");
       }},
      {"brunel_irregular",
       [] {
         return brunelRegime(
             5, 2,
             "Where inhibition prevails (g = 5) single neurons fire irregularly and "
             "the network as a whole hardly varies.");
       }},
      {"brunel_fast",
       [] {
         return brunelRegime(6, 4,
                             "Strong inhibition and a strong drive (g = 6, four times what reaches "
                             "threshold): the network oscillates at some 180 Hz, single neurons "
                             "fire irregularly at a third of it.");
       }},
      {"brunel_slow",
       [] {
         return brunelRegime(4.5, 0.9,
                             "A drive just below threshold (g = 4.5, 0.9): the network oscillates "
                             "slowly, at some 20 Hz, and single neurons take part in few cycles.");
       }},
      {"synfire", synfireNetwork},
      {"bursts", burstsNetwork},
      {"bimodal", bimodalNetwork},
      {"sorn", sornNetwork}};
  return kShipped;
}

}  // namespace spk
