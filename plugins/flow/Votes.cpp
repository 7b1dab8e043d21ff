#include "plugins/flow/Votes.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"

namespace spk::flow {

Votes::Votes(const VoteRules& rules) : rules_(rules), ring_(kMostHeld) {
  for (int k = 0; k < rules.directions; ++k) {
    const double angle = 2 * kPi * k / rules.directions;
    ways_.push_back({cos(angle), sin(angle)});
  }
  for (int s = 0; s < rules.speeds; ++s)
    logSpeeds_.push_back(log(rules.slowest) + s * log(rules.ratio));
}

Velocity Votes::preferred(int channel) const {
  const Velocity& way = ways_[static_cast<std::size_t>(channel % rules_.directions)];
  const double speed = exp(logSpeeds_[static_cast<std::size_t>(channel / rules_.directions)]);
  return {speed * way.x, speed * way.y};
}

std::optional<Flow> Votes::take(std::uint32_t neuron, Time t) {
  const auto width = static_cast<std::uint32_t>(rules_.width),
             height = static_cast<std::uint32_t>(rules_.height);
  const std::uint32_t channel = neuron / (width * height);
  if (channel >= static_cast<std::uint32_t>(rules_.channels())) return std::nullopt;
  const Vote own{t, static_cast<std::uint16_t>(neuron % width),
                 static_cast<std::uint16_t>(neuron / width % height), channel};
  ring_[taken_++ % kMostHeld] = own;
  Velocity sum;
  double logSpeed = 0, n = 0;
  const auto held = std::min<std::uint64_t>(taken_, kMostHeld);
  for (std::uint64_t k = 0; k < held; ++k) {
    const Vote& vote = ring_[(taken_ - 1 - k) % kMostHeld];
    if (vote.t < t - rules_.recent) break;  // the ones before are older
    if (std::abs(vote.x - own.x) > rules_.radius || std::abs(vote.y - own.y) > rules_.radius)
      continue;
    const auto directions = static_cast<std::uint32_t>(rules_.directions);
    const Velocity& way = ways_[vote.channel % directions];
    sum.x += way.x, sum.y += way.y;
    logSpeed += logSpeeds_[vote.channel / directions];
    n += 1;
  }
  const double length = std::sqrt(sum.x * sum.x + sum.y * sum.y);
  if (!(length > 1e-9)) return std::nullopt;  // they cancel each other
  const double speed = exp(logSpeed / n) / length;
  return Flow{t, own.x, own.y, static_cast<float>(sum.x * speed),
              static_cast<float>(sum.y * speed)};
}

void Votes::save(Bytes& out) const {
  out.put(taken_);
  const auto held = std::min<std::uint64_t>(taken_, kMostHeld);
  for (std::uint64_t k = 0; k < held; ++k) {
    const Vote& vote = ring_[(taken_ - held + k) % kMostHeld];
    out.put(vote.t), out.put(vote.x), out.put(vote.y), out.put(vote.channel);
  }
}

Result<void> Votes::restore(Bytes& in) {
  TRY(taken_, in.take<std::uint64_t>());
  const auto held = std::min<std::uint64_t>(taken_, kMostHeld);
  for (std::uint64_t k = 0; k < held; ++k) {
    Vote& vote = ring_[(taken_ - held + k) % kMostHeld];
    TRY(vote.t, in.take<Time>());
    TRY(vote.x, in.take<std::uint16_t>());
    TRY(vote.y, in.take<std::uint16_t>());
    TRY(vote.channel, in.take<std::uint32_t>());
    if (vote.channel >= static_cast<std::uint32_t>(rules_.channels()))
      return Error{"has a vote of a channel that is not there", "state"};
  }
  return {};
}

}  // namespace spk::flow
