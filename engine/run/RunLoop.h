#pragma once
#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/data/RunStatus.h"
#include "engine/graph/Registry.h"
#include "engine/run/Recorder.h"
#include "engine/run/Timeline.h"
#include "engine/sim/Heard.h"
#include "engine/sim/Simulation.h"

namespace spk {

/// The simulation thread's side of the Runner: the network in motion, its past and its recording.
/// It knows no thread: the Runner calls its members on one, between stretches of the run.
class RunLoop {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RunLoop(const Registry& registry) : registry_(registry) {}

  // What the Runner's members ask for; each takes effect at once.
  void load(std::unique_ptr<Simulation> next, Project project);
  void play();
  void pause();
  void step();
  void rewind(Time t);
  void post(Edit edit);
  void attach(const Probe& probe, std::shared_ptr<Channel> channel);
  void detach(Id probe);
  Result<Snapshot> ask(Id item, const What& what) const;
  void record(std::unique_ptr<Recorder> recorder, Time end);
  void stopRecord();
  void pace(double speed);
  void until(Time t) { until_ = t; }
  void forget(std::span<const Id> removed);

  /// Runs one stretch, some milliseconds of wall time at most.
  /// @return when there is something to do again; time_point::max(): only after a command.
  Clock::time_point advance();
  RunStatus status() const;
  /// Heard::heard() of the simulation.
  std::int64_t heard() const {
    const auto* hears = dynamic_cast<const Heard*>(simulation_.get());
    return hears ? hears->heard() : 0;
  }
  /// On the way back to where a rewind was asked to: commands wait for the end of it.
  bool isReplaying() const { return replayTo_ >= 0; }
  /// Gives up the rest of that way: the run stands where it has got to.
  void stopReplay();

 private:
  struct Attached {
    Probe probe;
    std::shared_ptr<Channel> channel;
    bool isLive = false;
  };
  /// Where a rate stood at a moment; the window of the real-time factor.
  struct Moment {
    Clock::time_point wall;
    Time now;
    std::uint64_t events;
  };

  void runTo(Time goal);
  Time stretchEnd(Time goal) const;
  void applyDue();
  void arrive();
  bool applyEdit(const Edit& edit, std::string_view when);
  void startFrom(const Checkpoint& checkpoint);
  void attachAll();
  void tryAttach(Attached& attached);
  void endRecording(std::string_view why);
  void fail(Notes notes);
  void addNote(Note note);
  void anchorClock();
  void anchor();
  void measure();

  const Registry& registry_;
  std::unique_ptr<Simulation> simulation_;
  Project project_;
  Timeline timeline_;
  std::map<Id, std::vector<std::shared_ptr<const Bytes>>> attic_;  ///< state of removed items
  std::map<Id, Attached> probes_;
  std::unique_ptr<Recorder> recorder_;
  Time recordEnd_ = 0;

  bool playing_ = false, failed_ = false;
  double pace_ = 1;
  Time until_ = 0;
  Time replayTo_ = -1;
  Time stretch_ = 0;  ///< simulated time that takes about kStretchWall
  Clock::time_point anchorWall_ = {};
  Time anchorTime_ = 0;
  std::deque<Moment> moments_;
  Notes notes_;
};

}  // namespace spk
