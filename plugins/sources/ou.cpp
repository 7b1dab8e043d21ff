#include <cmath>

#include "engine/base/Math.h"
#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"

namespace spk::sources::ou {
namespace {

/// A current that wanders about its mean: exact from step to step, one normal number for each.
class OuBody : public Body {
 public:
  explicit OuBody(const Item& item) { read(item); }

  void run(Batch& batch) noexcept override {
    Out<Sample> out = batch.out<Sample>(0);
    const Time dt = fromMilliseconds(batch.dt_ms);
    const double decay = exp(-batch.dt_ms / tau_ms_),
                 kick = std::sqrt(-expm1(-2 * batch.dt_ms / tau_ms_));
    std::uint64_t step = batch.step;
    for (Time t = batch.begin; t < batch.end; t += dt, ++step) {
      // Box–Muller; the first step begins in the stationary state
      const double normal =
          std::sqrt(-2 * log(batch.uniform(step, 0, 0))) * cos(2 * kPi * batch.uniform(step, 0, 1));
      deviation_ = begun_ ? decay * deviation_ + kick * normal : normal;
      begun_ = true;
      out.add({t, 0, static_cast<float>(mean_ + sd_ * deviation_)});
    }
  }
  Result<void> change(const Item& item) override { return read(item), Result<void>{}; }
  void save(Bytes& out) const override {
    out.put(begun_);
    out.put(deviation_);
  }
  Result<void> restore(Bytes& in) override {
    TRY(const auto begun, in.take<std::uint8_t>());
    begun_ = begun != 0;
    TRY(deviation_, in.take<double>());
    return {};
  }

 private:
  void read(const Item& item) {
    mean_ = numberOr(item.values, "mean", 0);
    sd_ = numberOr(item.values, "sd", 100);
    tau_ms_ = numberOr(item.values, "tau", 5);
  }

  double mean_ = 0, sd_ = 0, tau_ms_ = 1;
  bool begun_ = false;
  double deviation_ = 0;  ///< from the mean, in standard deviations
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  return std::unique_ptr<Body>(std::make_unique<OuBody>(item));
}

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
      .shape = {.ports = {{"out", Signal::Trace, false, "pA", "the current, one for all"}},
                .parameters = {{.name = "mean",
                                .initial = 0.0,
                                .unit = "pA",
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "about which it wanders",
                                .essential = true},
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
                                .essential = true}}},
      .body = body});
}

}  // namespace spk::sources::ou
