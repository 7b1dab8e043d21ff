#pragma once
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <span>

#include "engine/base/Edit.h"
#include "engine/data/RunStatus.h"
#include "engine/data/Snapshot.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Simulation.h"

namespace spk {

/// Owns the simulation thread. All members are called from one other thread (the GUI's), return at
/// once and take effect at a batch boundary.
class Runner {
 public:
  explicit Runner(const Registry& registry);  // borrowed for its life
  ~Runner();                                  // stops the run and joins
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Swapped at a batch boundary; time and state go on, kept by item id (Fit::WhatFits). `project`
  /// is what `next` was built from: it is what a recording stores and a replay needs. Live edits that it does not know yet are
  /// posted again behind it.
  void load(std::unique_ptr<Simulation> next, Project project);
  void play();
  void pause();          ///< ends a rewind that is still on its way, too
  void step();           ///< one dt
  /// Exact: from the checkpoint before t, replaying stamped edits. Other commands wait for its
  /// end, but for pause(), which stops it where it is, and another rewind, which takes its place.
  void rewind(Time t);
  void post(Edit edit);  ///< a live edit; failures arrive as notes in status()
  /// Creates the probe's ring, for what `signal` (of the port that is watched) says, and attaches
  /// it, now and after every load. Error: attached already, or a signal that no ring carries.
  /// engine/run/probes.h lists the probes of a project with their signals.
  Result<void> attach(const Probe& probe, Signal signal = Signal::Spikes);
  void detach(Id probe);
  /// The ring of an attached probe, for its one reader, valid until detach; nullptr if unknown.
  Channel* channel(Id probe);
  std::future<Result<Snapshot>> ask(Id item, What what);
  RunStatus status() const;
  /// When the oldest of what came in last from the outside world had come [ns of
  /// std::chrono::steady_clock]; it lies in the probes' rings. 0: nothing came in.
  std::int64_t heard() const;
  /// From t = 0 (rewinds first if needed) to a chunk log beside `path`, made into HDF5 on stop, or
  /// by itself at the project's duration, where the run then pauses. Parameters stay as they are
  /// now. A rewind or a load ends the recording; the file then holds the run up to there.
  Result<void> record(const std::filesystem::path& path);
  void stopRecord();
  void pace(double speed);                   ///< 1: as the clock; 0: flat out
  void until(Time t);                        ///< pauses there by itself; 0: never
  void forget(std::span<const Id> removed);  ///< history holds them no longer

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spk
