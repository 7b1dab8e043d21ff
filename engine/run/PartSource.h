#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/data/EventSource.h"

namespace spk {

/// Pixels of a sensor: columns [x, x + width), rows [y, y + height).
struct Region {
  int x = 0, y = 0, width = 0, height = 0;
  bool contains(int column, int row) const {
    return column >= x && column < x + width && row >= y && row < y + height;
  }
};
/// Reads "X,Y,WIDTHxHEIGHT".
Result<Region> regionFrom(std::string_view text);

/// What of a recording is wanted: times [from, to), and of the events and flows those of a region.
struct Cut {
  Time from = 0, to = std::numeric_limits<Time>::max();
  std::optional<Region> region = {};
};

/// A part of another source. Its times still count from that one's t0, its places from that one's
/// corner.
class PartSource final : public EventSource {
 public:
  /// @param onRecords  told how many records have gone through, now and then; an Error stops
  PartSource(std::unique_ptr<EventSource> whole, const Cut& cut,
             std::function<Result<void>(std::int64_t)> onRecords = {});

  std::span<const Stream> streams() const override { return whole_->streams(); }
  Time t0() const override { return whole_->t0(); }
  Result<More> read(std::size_t stream, Packet& out, Time until) override;
  Result<void> seek(Time t) override;
  bool live() const override { return whole_->live(); }
  double indexed() const override { return whole_->indexed(); }
  Notes notes() const override { return whole_->notes(); }
  const std::map<std::string, std::int64_t>& counters() const override {
    return whole_->counters();
  }

 private:
  std::unique_ptr<EventSource> whole_;
  Cut cut_;
  std::function<Result<void>(std::int64_t)> onRecords_;
  std::int64_t records_ = 0;
  bool placed_ = false;
};

}  // namespace spk
