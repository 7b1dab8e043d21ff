#pragma once
#include <cstddef>
#include <vector>

#include "engine/base/Edit.h"
#include "engine/sim/Checkpoint.h"

namespace spk {

/// An edit that took effect at t.
struct StampedEdit {
  Time t = 0;
  Edit edit;
};

/// What a rewind needs: checkpoints, one a second of simulated time, the oldest thinned to bounded
/// memory; and the edits made meanwhile, each with its time. Simulation thread.
class Timeline {
 public:
  explicit Timeline(std::size_t bytes = std::size_t{512} << 20, std::size_t most = 120)
      : bytes_(bytes), most_(most) {}

  /// Forgets everything; `start` is never thinned.
  void begin(Checkpoint start);
  bool empty() const { return checkpoints_.empty(); }
  /// A second or more has gone by since the last checkpoint before `now`.
  bool isDue(Time now) const;
  Time nextDue(Time now) const;
  void add(Checkpoint checkpoint);
  /// The last one at or before t, else the first.
  const Checkpoint& before(Time t) const;
  std::vector<Time> times() const;
  std::size_t heldBytes() const;

  /// The edits, in order of time; the first `applied` of them are in effect.
  const std::vector<StampedEdit>& edits() const { return edits_; }
  std::size_t applied() const { return applied_; }
  void setApplied(std::size_t count) { applied_ = count; }
  /// A new edit at `t` changes what comes after: later checkpoints no longer hold.
  void stamp(Time t, Edit edit);
  /// Edits not yet in effect again take the time t: a new run branches off here.
  void branch(Time t);
  void forgetEdits() { edits_.clear(), applied_ = 0; }

 private:
  struct Held {
    Checkpoint checkpoint;
    std::size_t own = 0;  ///< bytes of pages that the one before does not share
  };
  void thin();

  std::size_t bytes_, most_;
  std::vector<Held> checkpoints_;
  std::vector<StampedEdit> edits_;
  std::size_t applied_ = 0;
};

}  // namespace spk
