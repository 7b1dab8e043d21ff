#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Simulation.h"

namespace spk {

struct CpuOptions {
  std::uint32_t threads = 0;  ///< 0: as many as pay for this network, at most one a processor
  std::string isa = {};       ///< "generic", "avx2", "avx512"; "": SPK_ISA, else the best
  std::uint32_t mostBatchSteps =
      0;  ///< 0: no bound but the network's own; results do not depend on it
};

/// The project as a network in motion on this machine. `registry` must outlive it. Error, before
/// anything runs, names the node, the parameter, its value and what is allowed. The spikes are the
/// same for any number of threads, instruction set and batch length.
Result<std::unique_ptr<Simulation>> makeCpuSimulation(const Project& project,
                                                      const Registry& registry,
                                                      const CpuOptions& options = {});

/// Whether an edit of `project` (as it is before the edit) changes more than live values, so that
/// apply() would refuse it and a new simulation must be made.
bool needsRebuild(const Edit& edit, const Project& project, const Registry& registry);

}  // namespace spk
