#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(two_compartment, step)
}

namespace spk::neurons::two_compartment {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[0] = given("E_L");
  k[1] = 1 / given("tau_m");
  k[2] = 1 / given("C_m");
  k[3] = given("g_s");
  k[4] = 1 / given("tau_d");
  k[5] = 1 / given("C_d");
  k[6] = given("g_d");
  k[7] = given("E_d");
  k[8] = 1 / given("width");
  k[9] = given("c_d");
  k[10] = steps(0.5, dt_ms);  // the box of the paper: 2 ms, half a millisecond after the spike
  k[11] = k[10] + steps(2, dt_ms);
  k[12] = 1 / given("tau_w");
  k[13] = given("b");
  k[14] = 1 / given("tau_wd");
  k[15] = given("a");
  k[16] = exp(-0.5 * dt_ms / given("tau_syn"));
  k[17] = given("I_e");
  k[18] = given("I_de");
  k[19] = given("V_th");
  k[20] = given("V_reset");
  k[21] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[20], k[19]);
}

constexpr const char* kDoc =
    "Soma and apical dendrite: input to both together makes a burst.\n\n"
    "Soma: dV/dt = -(V - E_L) / tau_m + (g_s f(V_d) + w + I_soma + I_e + I) / C_m, "
    "dw/dt = -w / tau_w, a spike adds b to w. Dendrite: dV_d/dt = -(V_d - E_L) / tau_d + "
    "(g_d f(V_d) + c_d K + w_d + I_dend + I_de + D) / C_d, tau_wd dw_d/dt = a (V_d - E_L) - w_d; "
    "f(V) = 1 / (1 + exp((E_d - V) / width)) is the plateau, K is 1 from 0.5 to 2.5 ms after a "
    "spike of the soma, which runs back. Spikes that arrive at soma or dend add their weight [pA] "
    "to I_soma or I_dend, which decay with tau_syn. V >= V_th at the end of a step: a spike, "
    "V = V_reset for t_ref. Naud & Sprekeler 2018 with their parameters for layer-5 pyramidal "
    "cells. Synaptic currents exactly, the rest by the classical Runge-Kutta method (order 4, "
    "fixed step).";

}  // namespace

void add(Registry& registry) {
  const auto current = [](const char* name, double initial, const char* doc) {
    return number(name, initial, "pA", -1e6, 1e6, doc);
  };
  const Shape shape{
      .ports = {currentIn(),
                {"D", Signal::Trace, true, "pA", "current into the dendrite"},
                {"soma", Signal::Spikes, true, "pA", "each spike adds its weight to I_soma"},
                {"dend", Signal::Spikes, true, "pA", "each spike adds its weight to I_dend"},
                spikesOut()},
      .parameters = {sizeParameter(100),
                     membraneParameter("E_L", -70.0),
                     membraneParameter("tau_m", 16.0, "membrane time constant of the soma"),
                     membraneParameter("C_m", 370.0, "membrane capacitance of the soma"),
                     current("g_s", 1300.0, "current of a full plateau into the soma"),
                     membraneParameter("V_th", -50.0),
                     membraneParameter("V_reset", -70.0),
                     membraneParameter("t_ref", 3.0),
                     current("b", -200.0, "what a spike adds to the soma's w"),
                     tau("tau_w", 100.0, "decay of the soma's w"),
                     tau("tau_d", 7.0, "membrane time constant of the dendrite"),
                     number("C_d", 170.0, "pF", 1, 1e5, "membrane capacitance of the dendrite"),
                     current("g_d", 1200.0, "current of a full plateau into the dendrite"),
                     potential("E_d", -38.0, "V_d of half a plateau"),
                     number("width", 6.0, "mV", 0.1, 100, "softness of the plateau"),
                     current("c_d", 2600.0, "current of a spike that runs back"),
                     number("a", -13.0, "nS", -1e4, 1e4, "how the dendrite's w_d follows V_d"),
                     tau("tau_wd", 30.0, "decay of the dendrite's w_d"),
                     tau("tau_syn", 5.0, "decay of the synaptic currents"),
                     essential(membraneParameter("I_e", 0.0, "constant current into the soma")),
                     essential(current("I_de", 0.0, "constant current into the dendrite"))},
      .columns = {membrane(-70),
                  {"V_d", "mV", -70, "potential of the dendrite", 1, Per::Neuron, "E_L"},
                  {"w", "pA", 0, "adaptation current of the soma"},
                  {"w_d", "pA", 0, "recovery current of the dendrite"},
                  {"I_soma", "pA", 0, "synaptic current of the soma"},
                  {"I_dend", "pA", 0, "synaptic current of the dendrite"},
                  refractory(),
                  {"since", "steps", 1e9, "steps since the last spike"}},
      .constants = {"E_L",       "rate_s", "per_C", "g_s",  "rate_d",  "per_C_d", "g_d",     "E_d",
                    "per_width", "c_d",    "from",  "to",   "rate_w",  "b",       "rate_wd", "a",
                    "half",      "I_e",    "I_de",  "V_th", "V_reset", "t_ref"}};
  registry.add(NodeType{.id = "neuron.two_compartment",
                        .title = "Two compartments, bursting",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, biophysical",
                        .words = "soma dendrite plateau apical pyramidal burst naud sprekeler BAC",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(two_compartment, step)});
}

}  // namespace spk::neurons::two_compartment
