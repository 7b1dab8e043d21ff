#pragma once
#include <cstdint>
#include <variant>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Ring.h"
#include "engine/data/Event.h"
#include "engine/data/Spike.h"

namespace spk {

/// What is watched. `what.port` is an output port: "out" (spikes, events, flow), "frames" or a
/// column ("V"). Outputs of stream nodes that are traces (a current, inertial samples, triggers)
/// come as they are, `neuron` of a sample saying which of their values it is.
/// Two probes of the whole network have what.item none: port "counts" (Ring<Count>: spikes or items
/// of every node, per batch) and port "marks" (Ring<Mark>: edits that took effect).
struct Probe {
  Id id = Id::none;
  Ref what;
  std::vector<std::uint32_t> neurons = {};   ///< none: all
  Time every = 0;                            ///< of traces: sampling interval; 0: each step
};

/// The ring that carries a probe's data out of the simulation thread.
using Channel = std::variant<Ring<Spike>, Ring<Sample>, Ring<Event>, Ring<Flow>, Ring<Frame>,
                             Ring<Count>, Ring<Mark>>;

}  // namespace spk
