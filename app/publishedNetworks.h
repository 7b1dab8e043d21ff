#pragma once
#include "app/benchNetworks.h"

namespace spk {

// Networks of papers, as projects with their views. What must come out of each, and why that band:
// tests/contract/networks_test.cpp.

/// Brette et al. 2007, benchmark 2: 4,000 neurons with two exponential currents, p = 0.02.
BenchNetwork cubaNetwork();
/// Brette et al. 2007, benchmark 3: 4,000 Hodgkin-Huxley neurons with conductances, p = 0.02.
BenchNetwork cobahhNetwork();
/// Izhikevich 2003: 800 + 200 neurons, all to all, dt = 1 ms.
BenchNetwork izhikevichNetwork();
/// Brunel 2000, figure 8: 10,000 + 2,500 neurons, p = 0.1, reset at 10 mV.
BenchNetwork brunelRegime(double g, double eta, const char* what);
/// Diesmann, Gewaltig & Aertsen 1999: two chains of ten groups of 100, one fed above and one below
/// the separatrix.
BenchNetwork synfireNetwork();
/// Tsodyks, Uziel & Markram 2000: 400 + 100 neurons, population bursts by short-term depression.
BenchNetwork burstsNetwork();
/// Song, Miller & Abbott 2000: pair STDP on 1,000 inputs of a neuron; weights become bimodal.
BenchNetwork bimodalNetwork();
/// Lazar, Pipa & Triesch 2009: 200 + 40 binary units with STDP, scaling and thresholds that seek a
/// rate; noise in place of the paper's symbols.
BenchNetwork sornNetwork();

}  // namespace spk
