#include "plugins/sources/trains.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/Math.h"

namespace spk::sources {
namespace {

constexpr double kMostTrains = 1e6;

}  // namespace

Parameter trainsParameter(std::int64_t initial) {
  return {.name = "n",
          .kind = Kind::Integer,
          .initial = initial,
          .min = 1,
          .max = kMostTrains,
          .doc = "number of trains",
          .essential = true,
          .live = false};
}

Parameter trainRateParameter(std::string name, double initial, std::string doc) {
  return {.name = std::move(name),
          .initial = initial,
          .unit = "Hz",
          .min = 0,
          .max = kMostRate_Hz,
          .doc = std::move(doc)};
}

Port trainsOut() { return {"out", Signal::Spikes, false, "", "spikes of all trains"}; }

std::uint32_t trainsOf(const Item& item, std::int64_t fallback) {
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(1, integerOr(item.values, "n", fallback)));
}

void sortByTime(Out<Spike>& out) noexcept {
  std::ranges::sort(out.added(), [](const Spike& a, const Spike& b) {
    return a.t != b.t ? a.t < b.t : a.neuron < b.neuron;
  });
}

double fineUniform(const Batch& batch, std::uint64_t step, std::uint32_t index, int draw) {
  const std::uint64_t high = randomWord(batch.key, step, index, static_cast<std::uint32_t>(draw)),
                      low =
                          randomWord(batch.key, step, index, static_cast<std::uint32_t>(draw) + 1);
  return (static_cast<double>((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

double normalOf(const Batch& batch, std::uint64_t step, std::uint32_t index, int draw) {
  return std::sqrt(-2 * log(fineUniform(batch, step, index, draw))) *
         cos(2 * kPi * batch.uniform(step, index, draw + 2));
}

}  // namespace spk::sources
