#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/data/EventSource.h"

namespace spk::panels::flow {

/// Flows that a panel has seen, as a source: so any writer of flow can write them.
class TapeFlows final : public EventSource {
 public:
  TapeFlows(Sensor sensor, std::vector<Flow> flows)
      : streams_{{Stream::Kind::Flow, "flow", std::move(sensor)}}, flows_(std::move(flows)) {}

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return 0; }  // the simulation's clock
  bool live() const override { return false; }
  Notes notes() const override { return {}; }
  const std::map<std::string, std::int64_t>& counters() const override { return counters_; }
  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream != 0) return Error{"has one stream, flow", "stream " + std::to_string(stream)};
    if (!std::holds_alternative<FlowPacket>(out)) out = FlowPacket();
    auto& packet = std::get<FlowPacket>(out);
    for (std::size_t given = 0; next_ < flows_.size(); ++next_, ++given) {
      if (flows_[next_].t >= until) return More::Yes;
      if (given == kPacketMost) return More::Full;
      packet.push_back(flows_[next_]);
    }
    return More::End;
  }
  Result<void> seek(Time t) override {
    const auto first =
        std::ranges::partition_point(flows_, [t](const Flow& flow) { return flow.t < t; });
    next_ = static_cast<std::size_t>(first - flows_.begin());
    return {};
  }

 private:
  std::vector<Stream> streams_;
  std::vector<Flow> flows_;
  std::size_t next_ = 0;
  std::map<std::string, std::int64_t> counters_;
};

}  // namespace spk::panels::flow
