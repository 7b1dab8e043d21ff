#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>

namespace spk {

/// How long what comes in from the outside world takes to be seen: from its datagram to the picture
/// that shows it, at worst within the last second.
class Latency {
 public:
  /// The views are about to show what had come then [ns of std::chrono::steady_clock].
  /// @return whether it is something new
  bool show(std::int64_t heard) {
    const bool fresh = heard != 0 && heard != heard_;
    heard_ = heard;
    return fresh;
  }
  /// They have shown it.
  void seen() {
    const std::int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                 std::chrono::steady_clock::now().time_since_epoch())
                                 .count();
    worst_ = std::max(worst_, static_cast<double>(now - heard_) / 1e6);
  }
  /// A second is over.
  void second() {
    lastWorst_ = worst_;
    worst_ = 0;
  }
  /// 0: nothing came in for a while.
  double ms() const { return std::max(worst_, lastWorst_); }

 private:
  std::int64_t heard_ = 0;
  double worst_ = 0, lastWorst_ = 0;
};

}  // namespace spk
