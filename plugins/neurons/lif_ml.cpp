#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(lif_ml, step)
SPK_KERNEL(lif_ml, currentStep)
SPK_KERNEL(lif_ml, quantisedStep)
}  // namespace spk::neurons

namespace spk::neurons::lif_ml {
namespace {

/// V_th, V_reset and whether the reset is soft, from the third-last constant on.
Result<void> reset(const Given& given, std::span<double> k) {
  k[0] = given("V_th");
  k[1] = given("V_reset");
  k[2] = given.text("reset") == "soft" ? 1 : 0;
  if (k[1] >= k[0])
    return Error{"V_reset is " + numberText(k[1]) + " and must lie below V_th, " + numberText(k[0]),
                 "V_reset"};
  return {};
}

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const std::string_view leak = given.text("leak");
  const double share = leak == "tau"       ? 1 / given("tau")
                       : leak == "sigmoid" ? 1 / (1 + exp(-given("w")))
                                           : 0;
  const bool decays = given.on("decay_input") && share > 0;
  k[0] = 1 - share;
  k[2] = decays ? share : 1;
  k[1] = share * given("V_reset") + k[2] * given("I_e");
  return reset(given, k.subspan(3));
}

Result<void> prepareCurrent(const Given& given, double, std::span<double> k) {
  k[0] = exp(-1 / given("tau_syn"));
  k[1] = exp(-1 / given("tau_m"));
  k[2] = given("I_e");
  return reset(given, k.subspan(3));
}

Result<void> prepareQuantised(const Given& given, double, std::span<double> k) {
  k[0] = given("lambda") / 2;
  k[1] = given("lambda");
  k[2] = given("I_e");
  return {};
}

constexpr const char* kDoc =
    "LIF neuron as machine learning writes it: one update in each step, whatever dt.\n\n"
    "V <- V + (x - (V - V_reset)) / tau with decay_input, else "
    "V <- V - (V - V_reset) / tau + x; x = I_e + I + the weights of the spikes that arrive. Leak "
    "tau takes the time constant in steps; sigmoid takes 1 / tau = 1 / (1 + exp(-w)), the "
    "parametric LIF (PLIF, Fang et al. 2021); none is integrate-and-fire, V <- V + x. V >= V_th "
    "at the end of a step: a spike; reset hard: V = V_reset, soft: V_th is subtracted. The forward "
    "pass of SpikingJelly, snnTorch and their kin.";
constexpr const char* kCurrentDoc =
    "Current-based LIF neuron with two decays: one update in each step, whatever dt.\n\n"
    "i <- exp(-1 / tau_syn) i + x, V <- exp(-1 / tau_m) V + i, time constants in steps; "
    "x = I_e + I + the weights of the spikes that arrive. V >= V_th at the end of a step: a "
    "spike; reset hard: V = V_reset, soft: V_th is subtracted. The neuron of SLAYER and Loihi "
    "(Davies et al. 2018), in real numbers.";
constexpr const char* kQuantisedDoc =
    "Integrate-and-fire neuron that equals a quantised rectified unit.\n\n"
    "V <- V + x, V >= lambda: a spike, and lambda is subtracted; V begins at lambda / 2, and the "
    "column V is measured from there. A constant input x in 0 ... lambda gives within T steps "
    "exactly floor(T x / lambda + 1/2) spikes: the activation quantization-clip-floor-shift (QCFS, "
    "Bu et al. 2022). x = I_e + I + the weights of the spikes that arrive; one update in each "
    "step, whatever dt.";

Parameter plain(const char* name, double initial, double min, double max, const char* doc) {
  return number(name, initial, "", min, max, doc);
}

NodeType common(const char* id, const char* title, const char* doc) {
  NodeType type;
  type.id = id;
  type.title = title;
  type.doc = doc;
  type.role = Role::Population;
  type.group = "Neurons, step by step";
  type.shape.ports = {{"I", Signal::Trace, true, "", "input, in each step"},
                      {"in", Signal::Spikes, true, "", "each spike adds its weight to the input"},
                      spikesOut()};
  type.shape.columns = {{"V", "", 0, "membrane potential"}};
  return type;
}

void addReset(Shape& shape) {
  shape.parameters.push_back(plain("V_th", 1.0, -1e4, 1e4, "threshold"));
  shape.parameters.push_back(plain("V_reset", 0.0, -1e4, 1e4, "V at rest and after a hard reset"));
  shape.parameters.push_back(choice("reset", {"hard", "soft"}, "V_reset, or V_th is subtracted"));
  for (const char* name : {"V_th", "V_reset", "soft"}) shape.constants.push_back(name);
}

}  // namespace

void add(Registry& registry) {
  NodeType lif = common("neuron.lif_ml", "LIF, machine learning", kDoc);
  lif.words = "PLIF IF discrete spikingjelly snntorch soft reset";
  Parameter tauSteps = plain("tau", 2.0, 1, 1e6, "time constant, in steps");
  tauSteps.shownIf = "leak == tau";
  Parameter w = plain("w", 0.0, -20, 20, "1 / tau is the sigmoid of this");
  w.shownIf = "leak == sigmoid";
  lif.shape.parameters = {sizeParameter(1000),
                          choice("leak", {"tau", "sigmoid", "none"}, "how the leak is given"),
                          essential(tauSteps),
                          w,
                          {.name = "decay_input",
                           .kind = Kind::Switch,
                           .initial = true,
                           .doc = "the input is divided by tau as well"},
                          essential(plain("I_e", 0.0, -1e4, 1e4, "constant input, in each step"))};
  lif.shape.constants = {"keep", "base", "gain"};
  addReset(lif.shape);
  lif.prepare = prepare;
  lif.step = SPK_BUILDS(lif_ml, step);
  registry.add(std::move(lif));

  NodeType current = common("neuron.cuba_lif", "LIF, two decays, per step", kCurrentDoc);
  current.words = "CUBA discrete slayer loihi lava current based";
  current.shape.parameters = {sizeParameter(1000),
                              essential(plain("tau_syn", 2.0, 0.01, 1e6, "decay of i, in steps")),
                              essential(plain("tau_m", 10.0, 0.01, 1e6, "decay of V, in steps")),
                              plain("I_e", 0.0, -1e4, 1e4, "constant input, in each step")};
  current.shape.columns.push_back({"I_syn", "", 0, "synaptic current i"});
  current.shape.constants = {"alpha", "beta", "I_e"};
  addReset(current.shape);
  current.prepare = prepareCurrent;
  current.step = SPK_BUILDS(lif_ml, currentStep);
  registry.add(std::move(current));

  NodeType quantised = common("neuron.qcfs_if", "IF, quantised rate", kQuantisedDoc);
  quantised.words = "QCFS conversion ANN to SNN integrate and fire soft reset";
  quantised.shape.parameters = {
      sizeParameter(1000), essential(plain("lambda", 1.0, 1e-6, 1e6, "threshold")),
      essential(plain("I_e", 0.0, -1e4, 1e4, "constant input, in each step"))};
  quantised.shape.columns[0].doc = "membrane potential above lambda / 2";
  quantised.shape.constants = {"half", "lambda", "I_e"};
  quantised.prepare = prepareQuantised;
  quantised.step = SPK_BUILDS(lif_ml, quantisedStep);
  registry.add(std::move(quantised));
}

}  // namespace spk::neurons::lif_ml
