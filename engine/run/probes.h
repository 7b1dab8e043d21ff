#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/Result.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Probe.h"

namespace spk {

/// A probe and what travels there, which says what kind of ring it needs.
struct Watch {
  Probe probe;
  Signal signal = Signal::Spikes;
};

/// What the views of a project watch: one probe for each wire into a view, under the wire's id. A
/// trace is watched in the neurons that `neurons` of the wire, else of the view, lists
/// ("0-3, 17"; "all"), else in the first four; every `every` ms (0: each step).
std::vector<Watch> watches(const Project& project, const Registry& registry);

/// Reads "0-3, 17" as 0 1 2 3 17, sorted, each once; "all" or "" as an empty list.
Result<std::vector<std::uint32_t>> neuronList(std::string_view text);

/// An empty ring for what a probe brings. Error for a signal that no ring carries.
Result<std::shared_ptr<Channel>> makeChannel(const Probe& probe, Signal signal);

}  // namespace spk
