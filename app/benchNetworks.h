#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/graph/Document.h"

namespace spk {

/// A network that benchmarks run and that opens in the editor.
struct BenchNetwork {
  Project project;
  struct Population {
    std::string name;
    std::int64_t n = 0;
    double reference_hz = 0;  ///< published or measured elsewhere; 0: none
  };
  std::vector<Population> populations;
};

/// Brunel 2000, g = 5, eta = 2: 8,000 + 2,000 neurons with 800 + 200 synapses each. Reference:
/// NEST.
BenchNetwork brunelNetwork();
/// The same with other numbers: `n` neurons in all with `synapses` each, J = 0.1 mV · 1000 / K.
BenchNetwork brunelNetwork(std::int64_t n, std::int64_t synapses);
/// Brunel's network whose E to E synapses learn by additive pair STDP, slowly: it stays near its
/// rates.
BenchNetwork brunelStdpNetwork();
/// Vogels & Abbott 2005, conductances: 3,200 + 800 neurons, p = 0.02. Reference: Auryn.
BenchNetwork cobaNetwork();
/// Potjans & Diesmann 2014: 77,169 neurons, 0.3 · 10⁹ synapses. Reference: the authors' run.
enum class Background { Current, Poisson };
BenchNetwork microcircuit(Background background);
/// `n` lif_exp neurons with `synapses` each of one weight and delay, driven by a current.
BenchNetwork uniformNetwork(std::int64_t n, std::int64_t synapses);

/// Those that ship in resources/benchmarks, by file name.
struct ShippedNetwork {
  const char* name;
  BenchNetwork (*make)();
};
std::span<const ShippedNetwork> shippedNetworks();

}  // namespace spk
