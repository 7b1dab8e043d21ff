#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/data/EventSource.h"
#include "plugins/live/Ear.h"
#include "plugins/live/LiveQueue.h"

namespace spk::live {

/// Events as they come in: a thread listens, a bounded queue holds what nobody has taken yet.
class LiveSource final : public EventSource {
 public:
  /// @param capacity  of the queue [events]
  /// @param spare     called by the listening thread now and then, for what must not be done in the
  /// loop of the simulation
  LiveSource(std::unique_ptr<Ear> ear, const Sensor& sensor, std::size_t capacity,
             std::function<void()> spare = {});
  ~LiveSource() override;  ///< stops and joins

  std::span<const Stream> streams() const override { return {&stream_, 1}; }
  Time t0() const override { return 0; }
  /// Gives what has come, whatever `until`; never waits. Times are the sender's, or when it came
  /// [ns of the machine's clock].
  Result<More> read(std::size_t stream, Packet& out, Time until) override;
  Result<void> seek(Time) override { return Error{"what comes in cannot be sought", "live"}; }
  bool live() const override { return true; }
  /// Where it listens, how much came, and what was wrong with it.
  Notes notes() const override;
  const std::map<std::string, std::int64_t>& counters() const override;

  /// The same as read(), with when each came. Simulation's thread; no allocation.
  void take(std::vector<LiveEvent>& out) noexcept { queue_.take(out); }
  /// Another number when notes() has something else to say.
  std::uint64_t version() const { return version_.load(std::memory_order_relaxed); }
  Met met() const;
  std::int64_t dropped() const { return queue_.dropped(); }
  std::size_t capacity() const { return queue_.capacity(); }

 private:
  void work();
  void tell(const Met& met);

  std::unique_ptr<Ear> ear_;
  Stream stream_;
  LiveQueue queue_;
  std::function<void()> spare_;
  std::vector<LiveEvent> taken_;  ///< by read()
  mutable std::map<std::string, std::int64_t> counters_;

  mutable std::mutex saying_;  ///< what follows; never held while somebody waits
  Met met_;
  std::string trouble_, where_;
  bool open_ = false;
  std::int64_t missed_ = 0;

  std::atomic<std::uint64_t> version_ = 1;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// "12 345".
std::string counted(std::int64_t number);

}  // namespace spk::live
