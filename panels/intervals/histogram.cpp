#include "panels/intervals/histogram.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace spk::panels::intervals {
namespace {

std::size_t binOf(Time interval) {
  const double ms = toMilliseconds(std::max<Time>(1, interval));
  // A whole power of ten begins its bin, whatever the logarithm is rounded to.
  const double place = std::log10(ms) * Histogram::kPerDecade + 1e-9;
  const int bin = static_cast<int>(std::floor(place)) - Histogram::kFirst;
  return static_cast<std::size_t>(std::clamp(bin, 0, Histogram::kLast - Histogram::kFirst - 1));
}

}  // namespace

Histogram histogram(const Tape& tape, Time from, Time to, Of of, Polarity polarity) {
  Histogram made;
  made.bins.assign(Histogram::kLast - Histogram::kFirst, 0);
  std::unordered_map<std::uint32_t, Time> last;  // looked up by pixel, never walked
  std::vector<Time> all;
  tape.visit<Event>(from + 1, to + 1, [&](std::span<const Event> events) {
    for (const Event& e : events) {
      if (polarity != Polarity::Both && (e.polarity != 0) != (polarity == Polarity::On)) continue;
      const std::uint32_t pixel =
          of == Of::Sensor ? 0 : static_cast<std::uint32_t>(e.y) << 16 | e.x;
      const auto [before, fresh] = last.try_emplace(pixel, e.t);
      if (!fresh) {
        all.push_back(e.t - before->second);
        before->second = e.t;
      }
    }
  });
  for (const Time interval : all) ++made.bins[binOf(interval)];
  made.intervals = all.size();
  if (!all.empty()) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    made.median = *middle;
  }
  return made;
}

}  // namespace spk::panels::intervals
