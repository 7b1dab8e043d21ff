#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/run/RecordingLog.h"
#include "engine/run/probes.h"
#include "engine/sim/Simulation.h"

namespace spk {

/// Takes down all spikes, the traced columns and the events of a run, the headless one's and the
/// window's alike: to a chunk log beside the file, made into HDF5 at the end. Nothing is lost; what
/// the disk refuses is an error.
class Recorder {
 public:
  /// Opens the log of PATH (PATH.log). Error if it cannot be written.
  static Result<std::unique_ptr<Recorder>> open(const std::filesystem::path& path,
                                                const Project& project, const Registry& registry);
  ~Recorder();  ///< without finish(): removes the log
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Watches the traces; the caller hands the spikes of each batch to take().
  Result<void> attach(Simulation& simulation);
  /// Spikes of one batch, as Simulation::listen gives them; the traces' samples of it as well.
  void take(std::span<const FiredSpike> spikes);
  void edited(Time t, const Edit& edit);
  /// The first thing that went wrong in take() or edited(); nothing is written after it.
  const std::optional<Error>& error() const { return error_; }
  /// Detaches and writes the file, which holds the run from 0 (or a state file's time) to `end`.
  Result<void> finish(Simulation& simulation, Time end);

 private:
  struct Traced {
    Watch watch;
    std::shared_ptr<Channel> channel;
  };
  /// An output of events, that a view shows or a population hears.
  struct Streamed {
    Probe probe;
    std::string name;
    std::shared_ptr<Channel> channel;
  };
  Recorder() = default;
  void drain();
  void drainEvents();
  void keep(Result<void> result);

  std::filesystem::path path_;
  RecordingLog log_;
  std::vector<Traced> traced_;
  std::vector<Streamed> streams_;
  std::vector<Sample> samples_;
  std::vector<Event> events_;
  std::optional<Error> error_;
};

/// A population as recordings and reports name it: inside frames "group.E".
struct NamedPopulation {
  Id id = Id::none;
  std::string name;
  std::uint64_t n = 0;
};
/// An output of events as recordings name it, and its sensor's size; 0 where nobody says.
struct NamedEvents {
  Ref output;
  std::string name;
  int width = 0, height = 0;
};
/// The outputs of events that a view shows or a population hears, each once, by id.
std::vector<NamedEvents> namedEvents(const Project& project, const Registry& registry);
/// All populations of a project, by id.
std::vector<NamedPopulation> namedPopulations(const Project& project, const Registry& registry);

}  // namespace spk
