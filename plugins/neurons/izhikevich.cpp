#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(izhikevich, step)
}

namespace spk::neurons::izhikevich {
namespace {

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const char* const names[] = {"a",  "b",  "c",   "d",    "I_e",   "k2",
                               "k1", "k0", "V_u", "leak", "V_peak"};
  for (std::size_t i = 0; i < std::size(names); ++i) k[i] = given(names[i]);
  k[11] = given.text("method") == "runge_kutta" ? 1 : 0;
  if (k[2] >= k[10])
    return Error{
        "c is " + numberText(k[2]) + " mV and must lie below V_peak, " + numberText(k[10]) + " mV",
        "c"};
  return {};
}

constexpr const char* kDoc =
    "Izhikevich neuron: two equations, twenty firing patterns.\n\n"
    "dV/dt = k2 V^2 + k1 V + k0 - u + I_e + I, du/dt = a (b (V - V_u) - leak u), V in mV, t in ms, "
    "currents in mV/ms as published. V >= V_peak at the end of a step: a spike, V = c, u = u + d. "
    "A spike that arrives adds its weight [mV] to V, spread over one step: with dt = 1 ms the "
    "published current of one step. Method half_steps is the published one, two half-steps of "
    "Euler's method for V and one step for u (Izhikevich 2003; first order, made for dt = 1 ms); "
    "runge_kutta is the classical one of order 4. Presets: the twenty patterns of Izhikevich 2004 "
    "with V and u at rest and the constant current where the pattern has one, else 0; class 1 "
    "excitable and integrator have k1 = 4.1 and k0 = 108, accommodation has V_u = -65 and no leak "
    "of u, as in the paper's script; inhibition-induced bursting has d = 0, as in the paper's "
    "table.";

/// One pattern of the paper: a, b, c, d, where V begins (u at b V), the constant current.
Preset pattern(std::string name, double a, double b, double c, double d, double V_0, double I_e) {
  return {std::move(name),
          {{"a", a},
           {"b", b},
           {"c", c},
           {"d", d},
           {"V_0", V_0},
           {"u_0", b * V_0},
           {"I_e", I_e},
           {"k2", 0.04},
           {"k1", 5.0},
           {"k0", 140.0},
           {"V_u", 0.0},
           {"leak", 1.0}}};
}
Preset with(Preset preset, const Values& values) {
  for (const auto& [key, value] : values) preset.values[key] = value;
  return preset;
}

std::vector<Preset> patterns() {
  const Values classOne = {{"k1", 4.1}, {"k0", 108.0}};
  return {pattern("tonic spiking", 0.02, 0.2, -65, 6, -70, 14),
          pattern("phasic spiking", 0.02, 0.25, -65, 6, -64, 0.5),
          pattern("tonic bursting", 0.02, 0.2, -50, 2, -70, 15),
          pattern("phasic bursting", 0.02, 0.25, -55, 0.05, -64, 0.6),
          pattern("mixed mode", 0.02, 0.2, -55, 4, -70, 10),
          pattern("spike frequency adaptation", 0.01, 0.2, -65, 8, -70, 30),
          with(pattern("class 1 excitable", 0.02, -0.1, -55, 6, -60, 0), classOne),
          pattern("class 2 excitable", 0.2, 0.26, -65, 0, -64, -0.5),
          pattern("spike latency", 0.02, 0.2, -65, 6, -70, 0),
          pattern("subthreshold oscillations", 0.05, 0.26, -60, 0, -62, 0),
          pattern("resonator", 0.1, 0.26, -60, -1, -62, 0),
          with(pattern("integrator", 0.02, -0.1, -55, 6, -60, 0), classOne),
          pattern("rebound spike", 0.03, 0.25, -60, 4, -64, 0),
          pattern("rebound burst", 0.03, 0.25, -52, 0, -64, 0),
          pattern("threshold variability", 0.03, 0.25, -60, 4, -64, 0),
          pattern("bistability", 0.1, 0.26, -60, 0, -61, 0.24),
          pattern("depolarizing after-potential", 1, 0.2, -60, -21, -70, 0),
          with(pattern("accommodation", 0.02, 1, -55, 4, -65, 0),
               {{"u_0", -16.0}, {"V_u", -65.0}, {"leak", 0.0}}),
          pattern("inhibition-induced spiking", -0.02, -1, -60, 8, -63.8, 80),
          pattern("inhibition-induced bursting", -0.026, -1, -45, 0, -63.8, 80)};
}

}  // namespace

void add(Registry& registry) {
  Parameter method = choice("method", {"half_steps", "runge_kutta"},
                            "the published half-steps, or the classical method of order 4");
  Parameter start = potential("V_0", -65.0, "where V begins"),
            startU = number("u_0", -13.0, "mV/ms", -1000, 1000, "where u begins");
  start.live = startU.live = false;
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "", "current, in mV/ms"},
                {"in", Signal::Spikes, true, "mV", "each spike adds its weight to V, in one step"},
                spikesOut()},
      .parameters = {sizeParameter(1000), number("a", 0.02, "1/ms", -10, 10, "how fast u recovers"),
                     number("b", 0.2, "1/ms", -10, 10, "how far u follows V"),
                     potential("c", -65.0, "V after a spike"),
                     essential(number("d", 8.0, "mV/ms", -1000, 1000, "what a spike adds to u")),
                     essential(number("I_e", 0.0, "", -1e4, 1e4, "constant current, in mV/ms")),
                     method, start, startU,
                     number("k2", 0.04, "", 1e-6, 10, "factor of V squared, in 1/(mV ms)"),
                     number("k1", 5.0, "1/ms", -100, 100, "factor of V"),
                     number("k0", 140.0, "mV/ms", -1e4, 1e4, "constant term"),
                     potential("V_u", 0.0, "V that u is pulled by, measured from here"),
                     number("leak", 1.0, "", 0, 1, "1: u decays, 0: it does not"),
                     potential("V_peak", 30.0, "where a spike is seen")},
      .columns = {{"V", "mV", -65, "membrane potential", 1, Per::Neuron, "V_0"},
                  {"u", "mV/ms", -13, "recovery", 1, Per::Neuron, "u_0"}},
      .constants = {"a", "b", "c", "d", "I_e", "k2", "k1", "k0", "V_u", "leak", "V_peak",
                    "accurate"}};
  registry.add(NodeType{.id = "neuron.izhikevich",
                        .title = "Izhikevich",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "simple model 2003 2004 bursting chattering regular spiking",
                        .shape = shape,
                        .presets = patterns(),
                        .prepare = prepare,
                        .step = SPK_BUILDS(izhikevich, step)});
}

}  // namespace spk::neurons::izhikevich
