#include "plugins/sources/SpikeScript.h"

#include <algorithm>

namespace spk::sources {

SpikeScript::SpikeScript(std::vector<Spike> spikes) : spikes_(std::move(spikes)) {
  std::ranges::stable_sort(spikes_, [](const Spike& a, const Spike& b) {
    return a.t != b.t ? a.t < b.t : a.neuron < b.neuron;
  });
}

void SpikeScript::play(Batch& batch) noexcept {
  Out<Spike> out = batch.out<Spike>(0);
  if (next_ > 0 && spikes_[next_ - 1].t > batch.begin) next_ = 0;  // after a rewind
  while (next_ < spikes_.size() && spikes_[next_].t <= batch.begin) ++next_;
  for (; next_ < spikes_.size() && spikes_[next_].t <= batch.end; ++next_) out.add(spikes_[next_]);
}

std::size_t SpikeScript::densest(Time length) const {
  std::size_t most = 0;
  for (std::size_t a = 0, b = 0; b < spikes_.size(); ++b) {
    while (spikes_[b].t - spikes_[a].t > length) ++a;
    most = std::max(most, b - a + 1);
  }
  return most;
}

}  // namespace spk::sources
