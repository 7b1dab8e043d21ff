#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/run/Target.h"

namespace spk {

/// What `spikarium run` was told.
struct RunRequest {
  std::filesystem::path folder = ".";  ///< of the project file: its relative paths count from here
  std::filesystem::path out = {};      ///< HDF5 file; empty: none
  std::optional<Time> duration = {};   ///< else the project's
  std::optional<std::uint64_t> seed = {};
  std::vector<std::string> sets = {};  ///< "NODE.PARAM=VALUE"
  std::string target = "cpu", isa = {};
  /// Biological over wall time; 0: as fast as it goes. Else 1 where a node hears or speaks to other
  /// programs, and as fast as it goes where none does.
  std::optional<double> pace = {};
  unsigned threads = 0;  ///< 0: as many as the machine has
  std::filesystem::path saveState = {}, fromState = {};
  /// Called when something begins that may take its time: "building the network", "running",
  /// "writing the file".
  std::function<void(const char*)> phase = {};
  /// Called between stretches of the run with the time reached; false stops it.
  std::function<bool(Time now, Time begin, Time end)> progress = {};
};

/// What came out, in the words of the command line's JSON.
struct RunReport {
  struct Population {
    Id id = Id::none;
    std::string name;  ///< "group.E"
    std::uint64_t n = 0, spikes = 0;
    double rateHz = 0;  ///< per neuron
    double cv = 0;      ///< mean CV of the intervals of neurons with ≥ 10 spikes; 0: none has
    std::uint64_t cvNeurons = 0;
  };
  std::vector<Population> populations;  ///< by id
  std::uint64_t spikeHash = 0;
  double biologicalS = 0, wallS = 0;  ///< wall: the run alone, without build and file
  Notes notes;
};

/// Runs a project without a window: the project's own values, `sets` and `seed` on top, from 0 (or
/// a state file) for the duration. Error: what check() calls one, a target that does not fit, a
/// file that cannot be written, a state of another network, a run that is not finite.
Result<RunReport> runProject(const Project& project, const Registry& registry,
                             const Targets& targets, const RunRequest& request);

/// FNV-1a 64 over little-endian step (8 bytes), population (8), neuron (4), spike by spike in the
/// engine's order; start with kFnvStart.
std::uint64_t spikeHash(std::span<const FiredSpike> spikes, std::uint64_t start);

}  // namespace spk
