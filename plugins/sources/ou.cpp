#include <cmath>

#include "engine/base/Math.h"
#include "engine/sim/population.h"
#include "plugins/sources/current.h"

namespace spk::sources::ou {
namespace {

/// A current that wanders about its mean: exact from step to step, one normal number for each.
struct Wandering {
  double mean = 0, sd = 0, tau_ms = 1;
  bool begun = false;
  double deviation = 0;  ///< from the mean, in standard deviations

  Result<void> read(const Item& item) {
    mean = numberOr(item.values, "mean", 0);
    sd = numberOr(item.values, "sd", 100);
    tau_ms = numberOr(item.values, "tau", 5);
    return {};
  }
  float at(const Batch& batch, Time, std::uint64_t step) {
    const double decay = exp(-batch.dt_ms / tau_ms),
                 kick = std::sqrt(-expm1(-2 * batch.dt_ms / tau_ms));
    // Box–Muller; the first step begins in the stationary state
    const double normal =
        std::sqrt(-2 * log(batch.uniform(step, 0, 0))) * cos(2 * kPi * batch.uniform(step, 0, 1));
    deviation = begun ? decay * deviation + kick * normal : normal;
    begun = true;
    return static_cast<float>(mean + sd * deviation);
  }
  void save(Bytes& out) const {
    out.put(begun);
    out.put(deviation);
  }
  Result<void> restore(Bytes& in) {
    TRY(const auto has, in.take<std::uint8_t>());
    begun = has != 0;
    TRY(deviation, in.take<double>());
    return {};
  }
};

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.ou",
      .title = "Ornstein-Uhlenbeck current",
      .doc =
          "A noisy current [pA], the same for every neuron that it is wired to: it wanders about "
          "its mean with standard deviation sd and forgets with time constant tau. Exact for any "
          "step (Gillespie 1996, Phys Rev E 54:2084); the first step is already stationary.",
      .role = Role::Source,
      .group = "Sources",
      .words = "noise coloured fluctuating current OU Gaussian injection",
      .shape = currentShape({essential(currentParameter("mean", 0, "about which it wanders")),
                             {.name = "sd",
                              .initial = 100.0,
                              .unit = "pA",
                              .min = 0,
                              .max = 1e6,
                              .doc = "standard deviation in the long run",
                              .essential = true},
                             {.name = "tau",
                              .initial = 5.0,
                              .unit = "ms",
                              .min = 1e-3,
                              .max = 1e6,
                              .doc = "time after which the correlation is 1/e",
                              .essential = true}}),
      .body = currentBody<Wandering>});
}

}  // namespace spk::sources::ou
