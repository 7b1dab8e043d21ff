#include "plugins/events/SpikeSet.h"

#include <cmath>

namespace spk::events {
namespace {

/// All spikes in one block.
class Blocks final : public EventBlocks {
 public:
  Blocks(std::shared_ptr<const EventPacket> events, const TableTally& tally)
      : events_(std::move(events)), tally_(tally) {}
  std::size_t blocks() const override { return 1; }
  Result<Loaded> load(std::size_t, EventPacket& out, TableTally& tally) override {
    out = *events_;
    tally = tally_;
    return Loaded::Yes;
  }

 private:
  std::shared_ptr<const EventPacket> events_;
  TableTally tally_;
};

}  // namespace

Result<std::unique_ptr<EventSource>> openSpikes(const std::string& where, const Sensor& sensor,
                                                std::span<const double> units,
                                                std::span<const double> seconds, Notes notes) {
  auto source = std::make_unique<TableSource>(where);
  const std::size_t n = std::min(units.size(), seconds.size());
  if (units.size() != seconds.size())
    notes.push_back({Note::Level::Warning, std::to_string(units.size()) + " channels and " +
                                               std::to_string(seconds.size()) +
                                               " times are given; the shorter list counts"});
  source->add(std::move(notes));
  auto events = std::make_shared<EventPacket>();
  TableTally tally;
  const double most = static_cast<double>(kMostRaw) / 1e6;
  for (std::size_t i = 0; i < n; ++i) {
    if (!(units[i] >= 0 && units[i] < sensor.width)) {
      tally.met.outside(units[i] >= -1 && units[i] < 1 << 30 ? static_cast<int>(units[i]) : -1, 0,
                        i);
      continue;
    }
    if (!(std::abs(seconds[i]) < most)) {
      ++tally.badTimes;
      continue;
    }
    events->add({static_cast<Time>(std::floor(seconds[i] * 1e9 + 0.5)),
                 static_cast<std::uint16_t>(units[i]), 0, 1});
  }
  TRY_DO(source->addEvents(
      "spikes", sensor, [events, tally]() -> Result<std::unique_ptr<EventBlocks>> {
        return std::unique_ptr<EventBlocks>(std::make_unique<Blocks>(events, tally));
      }));
  TRY_DO(source->begin());
  return std::unique_ptr<EventSource>(std::move(source));
}

}  // namespace spk::events
