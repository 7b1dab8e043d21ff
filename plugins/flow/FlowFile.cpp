#include "plugins/flow/FlowFile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace spk::flow {
namespace {

/// Flows that lie in memory.
class ListedFlows final : public EventSource {
 public:
  explicit ListedFlows(FlowList list)
      : list_(std::move(list)), streams_{{Stream::Kind::Flow, "flow", list_.sensor}} {
    t0_ = list_.flows.empty() ? 0 : list_.flows.front().t;
  }

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_; }
  bool live() const override { return false; }
  Notes notes() const override { return list_.notes; }
  const std::map<std::string, std::int64_t>& counters() const override { return counters_; }

  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream != 0) return Error{"has one stream, flow", "stream " + std::to_string(stream)};
    if (!std::holds_alternative<FlowPacket>(out)) out = FlowPacket();
    auto& packet = std::get<FlowPacket>(out);
    for (std::size_t given = 0; next_ < list_.flows.size(); ++next_, ++given) {
      Flow flow = list_.flows[next_];
      flow.t -= t0_;
      if (flow.t >= until) return More::Yes;
      if (given == kPacketMost) return More::Full;
      packet.push_back(flow);
    }
    return More::End;
  }
  Result<void> seek(Time t) override {
    const auto first = std::ranges::partition_point(
        list_.flows, [&](const Flow& flow) { return flow.t - t0_ < t; });
    next_ = static_cast<std::size_t>(first - list_.flows.begin());
    return {};
  }

 private:
  FlowList list_;
  std::vector<Stream> streams_;
  Time t0_ = 0;
  std::size_t next_ = 0;
  std::map<std::string, std::int64_t> counters_;
};

}  // namespace

std::unique_ptr<EventSource> sourceOf(FlowList list) {
  return std::make_unique<ListedFlows>(std::move(list));
}

Result<FlowList> flowsOf(Opened& from) {
  auto* held = std::get_if<std::unique_ptr<EventSource>>(&from);
  const Error none{"holds no flow, so it cannot be written as flow", "from"};
  if (!held || !*held) return none;
  EventSource& source = **held;
  const auto streams = source.streams();
  const auto found = std::ranges::find(streams, Stream::Kind::Flow, &Stream::kind);
  if (found == streams.end()) return none;
  FlowList list;
  list.sensor = found->sensor;
  const auto stream = static_cast<std::size_t>(found - streams.begin());
  TRY_DO(source.seek(std::numeric_limits<Time>::min()));
  Packet packet = FlowPacket();
  for (auto more = EventSource::More::Full; more == EventSource::More::Full;) {
    auto& flows = std::get<FlowPacket>(packet);
    flows.clear();
    TRY(more, source.read(stream, packet, std::numeric_limits<Time>::max()));
    list.flows.insert(list.flows.end(), flows.begin(), flows.end());
  }
  for (Flow& flow : list.flows) flow.t += source.t0();
  return list;
}

void mend(FlowList& list) {
  const std::size_t all = list.flows.size();
  std::erase_if(list.flows, [&](const Flow& f) {
    return !std::isfinite(f.vx) || !std::isfinite(f.vy) || f.x >= list.sensor.width ||
           f.y >= list.sensor.height;
  });
  if (const std::size_t gone = all - list.flows.size(); gone > 0)
    list.notes.push_back({Note::Level::Warning,
                          std::to_string(gone) + " of " + std::to_string(all) +
                              " flows are not finite or lie beside the sensor and were left out"});
  if (std::ranges::is_sorted(list.flows, {}, &Flow::t)) return;
  std::ranges::stable_sort(list.flows, {}, &Flow::t);
  list.notes.push_back({Note::Level::Warning, "flows were not in order of time and were sorted"});
}

}  // namespace spk::flow
