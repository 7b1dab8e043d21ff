#include <cmath>

#include "engine/base/Math.h"
#include "engine/sim/population.h"
#include "plugins/sources/current.h"

namespace spk::sources::sine {
namespace {

/// A current that swings; it follows from the time alone.
struct Sine {
  double amplitude = 0, offset = 0, frequency_kHz = 0, phase_deg = 0;
  Time start = 0, stop = 0;

  Result<void> read(const Item& item) {
    amplitude = numberOr(item.values, "amplitude", 100);
    offset = numberOr(item.values, "offset", 0);
    frequency_kHz = numberOr(item.values, "frequency", 10) * 1e-3;
    phase_deg = numberOr(item.values, "phase", 0);
    start = fromMilliseconds(numberOr(item.values, "start", 0));
    stop = fromMilliseconds(numberOr(item.values, "stop", kNever_ms));
    return {};
  }
  float at(const Batch&, Time t, std::uint64_t) const {
    if (t < start || t >= stop) return 0;
    // turns, not radians: the angle stays small however long it runs
    const double turns = frequency_kHz * toMilliseconds(t - start) + phase_deg / 360;
    return static_cast<float>(offset + amplitude * sin(2 * kPi * (turns - std::floor(turns))));
  }
};

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.sine",
      .title = "Sine current",
      .doc =
          "A current [pA] into every neuron that it is wired to: offset + amplitude sin(2 pi "
          "frequency (t - start) + phase) in the steps that begin in [start, stop), else 0. A step "
          "holds the value of its beginning.",
      .role = Role::Source,
      .group = "Sources",
      .words = "alternating current oscillation resonance injection",
      .shape = currentShape(
          {essential(currentParameter("amplitude", 100, "how far it swings to either side")),
           {.name = "frequency",
            .initial = 10.0,
            .unit = "Hz",
            .min = 0,
            .max = 1e5,
            .doc = "swings per second",
            .essential = true},
           essential(currentParameter("offset", 0, "current about which it swings")),
           {.name = "phase",
            .initial = 0.0,
            .unit = "°",
            .min = -360,
            .max = 360,
            .doc = "angle at the start"},
           startParameter(),
           stopParameter()}),
      .body = currentBody<Sine>});
}

}  // namespace spk::sources::sine
