#pragma once
// Ports, parameters and columns that several neuron types describe alike.
#include <string>
#include <utility>

#include "engine/graph/NodeType.h"
#include "engine/sim/population.h"

namespace spk::neurons {

/// A number that is live and may differ per neuron.
inline Parameter number(std::string name, double initial, std::string unit, double min, double max,
                        std::string doc) {
  return {.name = std::move(name),
          .initial = initial,
          .unit = std::move(unit),
          .min = min,
          .max = max,
          .doc = std::move(doc),
          .each = true};
}
/// A time constant [ms].
inline Parameter tau(std::string name, double initial, std::string doc, double max = 1000) {
  return number(std::move(name), initial, "ms", 0.01, max, std::move(doc));
}
/// A potential [mV].
inline Parameter potential(std::string name, double initial, std::string doc) {
  return number(std::move(name), initial, "mV", -200, 200, std::move(doc));
}
/// One of a few words, the same for all neurons.
inline Parameter choice(std::string name, std::vector<std::string> choices, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::Choice,
          .initial = choices.front(),
          .doc = std::move(doc),
          .choices = choices};
}

inline Port currentIn() { return {"I", Signal::Trace, true, "pA", "current into the membrane"}; }
inline Port spikesOut() { return {"out", Signal::Spikes, false, "", "spikes"}; }
inline Port excitation() {
  return {"exc", Signal::Spikes, true, "nS", "each spike adds its weight, 0 or more, to g_exc"};
}
inline Port inhibition() {
  return {"inh", Signal::Spikes, true, "nS", "each spike adds its weight, 0 or more, to g_inh"};
}
inline Port synapticCurrent() {
  return {"in", Signal::Spikes, true, "pA", "each spike adds its weight to I_syn"};
}

inline Column membrane(double initial) {
  return {"V", "mV", initial, "membrane potential", 1, Per::Neuron, "E_L"};
}
inline Column refractory() { return {"rest", "steps", 0, "steps left of the refractory time"}; }

}  // namespace spk::neurons
