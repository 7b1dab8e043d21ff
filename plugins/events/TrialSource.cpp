#include "plugins/events/TrialSource.h"

#include <algorithm>

namespace spk::events {
namespace {

std::size_t sizeOf(const Packet& packet) {
  return std::visit([](const auto& held) { return held.size(); }, packet);
}

/// Times of what was appended behind `first`, counted from another beginning.
void shift(Packet& packet, std::size_t first, Time by) {
  std::visit(
      [&](auto& held) {
        if constexpr (requires { held.t; })
          for (std::size_t i = first; i < held.t.size(); ++i) held.t[i] -= by;
        else
          for (std::size_t i = first; i < held.size(); ++i) held[i].t -= by;
      },
      packet);
}

}  // namespace

Result<EventSource::More> TrialSource::read(std::size_t stream, Packet& out, Time until) {
  if (!placed_) TRY_DO(seek(0));
  const auto kind = out.index();
  const std::size_t before = sizeOf(out);
  const bool toEnd = until >= end_ - begin_;
  TRY(const More more, whole_->read(stream, out, toEnd ? end_ : until + begin_));
  shift(out, out.index() == kind ? before : 0, begin_);
  return more == More::Yes && toEnd ? More::End : more;
}

Result<void> TrialSource::seek(Time t) {
  placed_ = true;
  return whole_->seek(begin_ + std::clamp<Time>(t, 0, end_ - begin_));
}

Notes TrialSource::notes() const {
  Notes all = whole_->notes();
  all.push_back(about_);
  return all;
}

}  // namespace spk::events
