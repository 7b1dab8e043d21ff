#pragma once
#include "app/bench.h"

namespace spk {

// Networks, each against the scatter limit of the same minutes.
Result<JsonNode> benchBrunel(const BenchOptions& options);
Result<JsonNode> benchBrunelStdp(const BenchOptions& options);
Result<JsonNode> benchCoba(const BenchOptions& options);
Result<JsonNode> benchMicrocircuit(const BenchOptions& options);
Result<JsonNode> benchMicrocircuitPoisson(const BenchOptions& options);
Result<JsonNode> benchMillion(const BenchOptions& options);
// Parts of the engine by themselves.
Result<JsonNode> benchUpdate(const BenchOptions& options, const char* type);
/// neuron.equations with its first text against neuron.lif_exp: the same equations, 10⁵ neurons.
Result<JsonNode> benchEquations(const BenchOptions& options);
Result<JsonNode> benchCheckpoint(const BenchOptions& options);
Result<JsonNode> benchLive(const BenchOptions& options);
/// Cost per biological second against the number of neurons (10³ … 10⁶) and of synapses, a row
/// each.
Result<JsonNode> benchGrowth(const BenchOptions& options);

}  // namespace spk
