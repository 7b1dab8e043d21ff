#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "engine/base/Edit.h"
#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/data/Snapshot.h"
#include "engine/sim/Checkpoint.h"
#include "engine/sim/Probe.h"

namespace spk {

enum class Why { Reached, Stopped, NotFinite, Device };
struct Outcome {
  Time reached = 0;
  Why why = Why::Reached;
  Notes notes = {};
};
/// One spike in the engine's own words, for the recorder: nothing is lost, ties in order of id.
struct FiredSpike {
  std::uint64_t step = 0;
  Id population = Id::none;
  std::uint32_t neuron = 0;
};
struct Totals {
  std::uint64_t neurons = 0, synapses = 0, synapseBytes = 0;
  std::uint32_t threads = 1;           ///< that compute
  std::uint64_t spikes = 0;            ///< since t = 0 (or the restore)
  std::uint64_t thinned = 0;     ///< events that probes passed over, for their readers to keep up
  std::uint64_t thinning = 1;    ///< of the busiest probe: every how many-th event it shows now
  std::uint64_t synapticEvents = 0;    ///< spikes × out-degree between populations; no source drive
};

/// A network in motion on a target. One thread at a time; the CLI calls it directly.
struct Simulation {
  virtual ~Simulation() = default;
  virtual Time now() const = 0;
  virtual Time dt() const = 0;
  /// The longest run that no exchange between populations interrupts.
  virtual Time batch() const = 0;
  /// Runs to t (rounded up to a step). NaN or Inf stops it; a runaway is only a note.
  virtual Outcome runUntil(Time t) = 0;
  virtual Result<void> apply(const Edit& edit) = 0;   ///< live values; fails if a rebuild is needed
  virtual Result<void> attach(const Probe& probe, Channel& channel) = 0;
  virtual void detach(Id probe) = 0;
  /// Called after every batch, on the calling thread of runUntil, with all spikes of the batch
  /// sorted by (step, population, neuron). One listener; null detaches.
  virtual void listen(std::function<void(std::span<const FiredSpike>)> recorder) = 0;
  virtual Result<Snapshot> look(Id item, const What& what) const = 0;
  virtual Checkpoint save() const = 0;
  /// Exact: everything must fit (rewind, --from-state). WhatFits: state of unchanged items is taken
  /// over by id, the rest starts anew (rebuild after an edit).
  enum class Fit { Exact, WhatFits };
  virtual Result<void> restore(const Checkpoint& checkpoint, Fit fit = Fit::Exact) = 0;
  virtual Totals totals() const = 0;
};

}  // namespace spk
