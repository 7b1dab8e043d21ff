#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/sim/Body.h"
#include "plugins/live/LiveLog.h"
#include "plugins/live/LiveSource.h"

namespace spk::live {

/// How the times of what comes in become times of the simulation.
struct LiveClock {
  bool sender = true;              ///< as the sender has them, shifted once; else when it came
  Time buffer = 5 * kMillisecond;  ///< how much later they enter, so that order can be restored
  friend bool operator==(const LiveClock&, const LiveClock&) = default;
};

/// What enters a simulation from a live source: puts what came on its clock and keeps it, so that a
/// rewound run gets the same again. Lives on when the network is built anew.
class LiveInput {
 public:
  LiveInput(std::unique_ptr<Ear> ear, const Sensor& sensor, std::size_t capacity);

  /// One simulation at a time hears it. @return whether it is `who`, from now on if nobody was
  bool claim(const void* who) noexcept;
  void release(const void* who) noexcept;

  /// Gives what belongs into [begin, end): of the past what entered then, else what has come. No
  /// allocation, never waits.
  void run(Time begin, Time end, const LiveClock& clock, Out<Event> out) noexcept;
  /// The most events that one run gives.
  std::size_t most() const { return pending_.capacity(); }
  /// When the oldest event that the last run gave for the first time had come; 0 if it gave none.
  std::int64_t heard() const noexcept { return heard_; }

  std::uint64_t version() const noexcept { return version_; }
  Notes notes() const;

 private:
  void arrive(Time begin, Time end, const LiveClock& clock) noexcept;
  Time placed(Time sender, Time begin, Time end, const LiveClock& clock) noexcept;
  void give(Time end, Out<Event>& out) noexcept;
  void settle() noexcept;

  LiveLog log_;
  LiveSource source_;
  std::vector<LiveEvent> pending_;  ///< on the simulation's clock, not yet given
  std::atomic<const void*> who_ = nullptr;
  bool anchored_ = false;
  Time shift_ = 0;  ///< simulation's time less the sender's
  std::int64_t late_ = 0, anchors_ = 0, unkept_ = 0;
  bool beforeLog_ = false;
  std::int64_t heard_ = 0, worst_ = 0, shownWorst_ = 0, saidAt_ = 0;
  std::uint64_t version_ = 1, sourceSeen_ = 0;
};

/// The input under that name, or, if nobody has one, a new one. A port can be listened to once: a
/// network that is built anew beside the one that runs must go on with what that one has, and with
/// what it has kept.
std::shared_ptr<LiveInput> sharedInput(const std::string& name,
                                       const std::function<std::shared_ptr<LiveInput>()>& make);

}  // namespace spk::live
