#pragma once
#include <map>
#include <memory>
#include <vector>

#include "engine/data/Tape.h"
#include "engine/run/Runner.h"
#include "engine/run/probes.h"

namespace spk {

/// One tape per probe of the project, per node that counts, and one for the marks; fed from the
/// runner's rings at each tick.
class Tapes {
 public:
  explicit Tapes(Runner& runner);

  /// Attaches what the project's views watch now, detaches the rest. Tapes of unchanged probes
  /// stay.
  void watch(const Project& project, const Registry& registry);
  /// Pops all rings. `status` was asked for just before: all that it speaks of is in the rings.
  void drain(const RunStatus& status);
  /// nullptr where nothing is watched. Id::settings: the marks.
  const Tape* find(Id probe) const;
  /// Changes when any tape's content does.
  std::uint64_t version() const { return version_; }

 private:
  struct Watched {
    Watch watch;
    std::unique_ptr<Tape> tape;
  };
  void drainCounts();
  void cut(Time t, Time slack);

  Runner& runner_;
  std::map<Id, Watched> watched_;
  std::map<Id, std::unique_ptr<Tape>> counts_;
  Tape marks_;
  Time now_ = 0;
  int settling_ = 0;  // ticks in which a ring may still hold what was made before a rewind
  std::uint64_t version_ = 0;
};

}  // namespace spk
