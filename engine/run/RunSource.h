#pragma once
#include <memory>
#include <vector>

#include "engine/data/EventSource.h"
#include "engine/run/Target.h"

namespace spk {

/// What a project's events wire carries, filters and all, as a recording: the simulation behind it
/// runs as far as is read. Times are the simulation's. Equal projects give equal events.
class RunSource final : public EventSource {
 public:
  /// @param what  a node and its Events output, an events wire, or a view that events are wired to;
  ///              an empty port: its first one
  /// @param end   where the run ends
  static Result<std::unique_ptr<EventSource>> open(const Project& project, const Registry& registry,
                                                   const Targets& targets, const Ref& what,
                                                   Time end);

  std::span<const Stream> streams() const override { return {&stream_, 1}; }
  Time t0() const override { return 0; }
  Result<More> read(std::size_t stream, Packet& out, Time until) override;
  Result<void> seek(Time t) override;
  bool live() const override { return false; }
  /// What the run has to say.
  Notes notes() const override { return notes_; }
  const std::map<std::string, std::int64_t>& counters() const override { return counters_; }

 private:
  RunSource() = default;
  Result<void> runBatch();

  std::unique_ptr<Simulation> simulation_;
  Checkpoint start_;
  std::shared_ptr<Channel> channel_;
  Stream stream_;
  Time end_ = 0, place_ = 0;
  std::vector<Event> pending_;
  std::size_t next_ = 0;
  Notes notes_;
  std::map<std::string, std::int64_t> counters_;
};

/// Where the events of a node, wire or view come from. Error if none do.
Result<Ref> eventsOutput(const Project& project, const Registry& registry, const Ref& what);
/// What `item` hears, directly or not, and itself; all else is left out.
Project upstream(const Project& project, const Registry& registry, Id item);
/// Size of the sensor whose events leave an output, as descriptions say it. Width 0: nobody does.
Sensor sensorAt(const Project& project, const Registry& registry, const Ref& output);

}  // namespace spk
