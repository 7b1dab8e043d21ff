#include <cmath>

#include "engine/base/Math.h"
#include "plugins/sources/Renewal.h"

namespace spk::sources::sine_poisson {
namespace {

/// A rate that swings. Within a step it is the mean of the swing, which is known in closed form.
struct Law {
  static constexpr std::int64_t kTrains = 100;
  static constexpr double shape = 1;
  double rate = 0, amplitude = 0, frequency_kHz = 0, phase_deg = 0;

  Result<void> read(const Item& item) {
    rate = numberOr(item.values, "rate", 20);
    amplitude = numberOr(item.values, "amplitude", 20);
    frequency_kHz = numberOr(item.values, "frequency", 5) * 1e-3;
    phase_deg = numberOr(item.values, "phase", 0);
    return {};
  }
  double at(Time t, double dt_ms, double) const {
    // in the middle of the step, times sin(x) / x with x half of what the angle turns in it
    const double turns = frequency_kHz * (toMilliseconds(t) + dt_ms / 2) + phase_deg / 360;
    const double half = kPi * frequency_kHz * dt_ms;
    const double mean = half > 0 ? sin(half) / half : 1;
    return rate + amplitude * mean * sin(2 * kPi * (turns - std::floor(turns)));
  }
};

constexpr const char* kDoc =
    "Independent Poisson trains with names whose rate swings: rate + amplitude sin(2 pi frequency "
    "t + phase), 0 where that is below 0, at most 1000 Hz.\n\n"
    "Each step has the mean of the swing in it, so the phase is exact. A train that follows the "
    "swing has the modulation amplitude / rate; the first Fourier component of its spikes says how "
    "well.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  Parameter rate = trainRateParameter("rate", 20, "mean rate of each train");
  Parameter amplitude =
      trainRateParameter("amplitude", 20, "how far the rate swings to either side");
  rate.essential = amplitude.essential = true;
  registry.add(NodeType{.id = "source.sine_poisson",
                        .title = "Sinusoidal Poisson",
                        .doc = kDoc,
                        .role = Role::Source,
                        .group = "Sources",
                        .words = "random spikes oscillating modulated rhythm generator",
                        .shape = {.ports = {trainsOut()},
                                  .parameters = {trainsParameter(Law::kTrains),
                                                 rate,
                                                 amplitude,
                                                 {.name = "frequency",
                                                  .initial = 5.0,
                                                  .unit = "Hz",
                                                  .min = 0,
                                                  .max = 1e4,
                                                  .doc = "swings per second"},
                                                 {.name = "phase",
                                                  .initial = 0.0,
                                                  .unit = "°",
                                                  .min = -360,
                                                  .max = 360,
                                                  .doc = "angle at the start"}}},
                        .body = renewalBody<Law>});
}

}  // namespace spk::sources::sine_poisson
