#include "engine/run/PartSource.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace spk {
namespace {

std::size_t sizeOf(const Packet& packet) {
  return std::visit([](const auto& held) { return held.size(); }, packet);
}

/// Removes what lies outside, of the events from `first` on.
void keepWithin(const Region& region, std::size_t first, EventPacket& packet) {
  std::size_t kept = first;
  for (std::size_t i = first; i < packet.size(); ++i) {
    if (!region.contains(packet.x[i], packet.y[i])) continue;
    packet.t[kept] = packet.t[i];
    packet.x[kept] = packet.x[i];
    packet.y[kept] = packet.y[i];
    packet.polarity[kept++] = packet.polarity[i];
  }
  packet.t.resize(kept), packet.x.resize(kept), packet.y.resize(kept);
  packet.polarity.resize(kept);
}

}  // namespace

Result<Region> regionFrom(std::string_view text) {
  const std::string words(text);
  Region region;
  int end = 0;
  const bool read = std::sscanf(words.c_str(), "%d,%d,%dx%d%n", &region.x, &region.y, &region.width,
                                &region.height, &end) == 4 &&
                    end == static_cast<int>(words.size());
  if (!read || region.x < 0 || region.y < 0 || region.width < 1 || region.height < 1 ||
      region.x > 65535 || region.y > 65535 || region.width > 65536 || region.height > 65536)
    return Error{"\"" + words + "\" is no region such as 10,20,64x48 (X,Y,WIDTHxHEIGHT)", "region"};
  return region;
}

PartSource::PartSource(std::unique_ptr<EventSource> whole, const Cut& cut,
                       std::function<Result<void>(std::int64_t)> onRecords)
    : whole_(std::move(whole)), cut_(cut), onRecords_(std::move(onRecords)) {}

Result<EventSource::More> PartSource::read(std::size_t stream, Packet& out, Time until) {
  if (!placed_ && cut_.from > 0) TRY_DO(whole_->seek(cut_.from));
  placed_ = true;
  const auto kind = out.index();
  const std::size_t before = sizeOf(out);
  TRY(const More more, whole_->read(stream, out, std::min(until, cut_.to)));
  const std::size_t first = out.index() == kind ? before : 0;
  records_ += static_cast<std::int64_t>(sizeOf(out) - first);
  if (auto* events = std::get_if<EventPacket>(&out); events && cut_.region)
    keepWithin(*cut_.region, first, *events);
  if (auto* flows = std::get_if<FlowPacket>(&out); flows && cut_.region)
    std::erase_if(*flows, [&](const Flow& f) { return !cut_.region->contains(f.x, f.y); });
  if (onRecords_) TRY_DO(onRecords_(records_));
  return more == More::Yes && until >= cut_.to ? More::End : more;
}

Result<void> PartSource::seek(Time t) {
  placed_ = true;
  return whole_->seek(std::max(t, cut_.from));
}

}  // namespace spk
