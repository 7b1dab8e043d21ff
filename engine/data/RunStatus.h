#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Time.h"

namespace spk {

/// Where the run stands, as the Runner last told; plain data for the panels.
struct RunStatus {
  enum class State { Empty, Building, Paused, Running, Failed } state = State::Empty;
  Time now = 0;
  Time replayTo = -1;          ///< where a rewind is on its way to; -1: none is
  double pace = 1;             ///< asked for; 0: flat out
  double realTimeFactor = 0;   ///< reached: biological over wall time, over the last second
  double stepsPerSecond = 0, synapticEventsPerSecond = 0;
  std::uint64_t neurons = 0, synapses = 0;
  std::uint64_t dropped = 0;    ///< lost on the way to the views, which did not take them in time
  std::uint64_t thinned = 0;    ///< events that the views were spared, evenly, so that they keep up
  std::uint64_t thinning = 1;   ///< the busiest view shows every how many-th event now
  std::uint32_t threads = 0;   ///< that compute; 0: not known yet
  std::vector<Time> checkpoints;   ///< where a rewind is quick
  bool recording = false;
  Notes notes = {};                ///< of the run: not finite, runaway, device lost
};

}  // namespace spk
