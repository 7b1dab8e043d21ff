#include "plugins/sources/Renewal.h"

namespace spk::sources::inhomogeneous_poisson {
namespace {

/// What a trace says, times a factor.
struct Law {
  static constexpr std::int64_t kTrains = 100;
  static constexpr double shape = 1;
  double rate = 0, gain = 1;

  Result<void> read(const Item& item) {
    rate = numberOr(item.values, "rate", 10);
    gain = numberOr(item.values, "gain", 1);
    return {};
  }
  double at(Time, double, double held) const { return held >= 0 ? gain * held : rate; }
};

constexpr const char* kDoc =
    "Independent Poisson trains with names, whose rate an analog wire moves from step to step.\n\n"
    "While a trace is wired to `rate`, the rate is gain times its value; values below 0 count as "
    "0, rates end at 1000 Hz. Without one it is the parameter. The number of spikes of a train in "
    "any time is Poisson distributed with the integral of the rate as its mean (time rescaling, "
    "Brown et al. 2002, Neural Comput 14:325). A step holds the value of its beginning. Unlike the "
    "Poisson noise, all targets of a train see the same spikes.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  Parameter rate = trainRateParameter("rate", 10, "rate of each train, if no trace is wired");
  rate.essential = true;
  registry.add(
      NodeType{.id = "source.inhomogeneous_poisson",
               .title = "Inhomogeneous Poisson",
               .doc = kDoc,
               .role = Role::Source,
               .group = "Sources",
               .words = "random spikes moving rate modulated trace analog generator",
               .shape = {.ports = {{"rate", Signal::Trace, true, "Hz", "the rate, times the gain"},
                                   trainsOut()},
                         .parameters = {trainsParameter(Law::kTrains),
                                        rate,
                                        {.name = "gain",
                                         .initial = 1.0,
                                         .min = 0,
                                         .max = 1e6,
                                         .doc = "Hz for each unit of the trace",
                                         .essential = true}}},
               .body = renewalBody<Law>});
}

}  // namespace spk::sources::inhomogeneous_poisson
