#pragma once
#include <memory>
#include <variant>
#include <vector>

#include "engine/data/EventSource.h"
#include "engine/run/Target.h"

namespace spk {

/// What a project's wire of events or flow carries, filters and all, as a recording: the simulation
/// behind it runs as far as is read. Times are the simulation's. Equal projects give equal records.
class RunSource final : public EventSource {
 public:
  /// @param what  a node and its output of events or flow, such a wire, or a view that one leads
  ///              to; an empty port: its first one
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
  template <class T, class Records>
  Result<More> give(const std::vector<T>& pending, Records& out, Time until);

  std::unique_ptr<Simulation> simulation_;
  Checkpoint start_;
  std::shared_ptr<Channel> channel_;
  Stream stream_;
  Time end_ = 0, place_ = 0;
  std::variant<std::vector<Event>, std::vector<Flow>> pending_;  ///< of the last batch
  std::size_t next_ = 0;
  Notes notes_;
  std::map<std::string, std::int64_t> counters_;
};

/// Where the events or the flow of a node, wire or view come from. Error if none do.
Result<Ref> eventsOutput(const Project& project, const Registry& registry, const Ref& what);
/// What `item` hears, directly or not, and itself; all else is left out.
Project upstream(const Project& project, const Registry& registry, Id item);
/// Size of the sensor whose events or flow leave an output, as descriptions say it. Width 0: nobody
/// does.
Sensor sensorAt(const Project& project, const Registry& registry, const Ref& output);

}  // namespace spk
