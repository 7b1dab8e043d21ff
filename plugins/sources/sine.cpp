#include <cmath>

#include "engine/base/Math.h"
#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"

namespace spk::sources::sine {
namespace {

/// A current that swings; it follows from the time alone, so there is nothing to keep.
class SineBody : public Body {
 public:
  explicit SineBody(const Item& item) { read(item); }

  void run(Batch& batch) noexcept override {
    Out<Sample> out = batch.out<Sample>(0);
    const Time dt = fromMilliseconds(batch.dt_ms);
    for (Time t = batch.begin; t < batch.end; t += dt) {
      double value = 0;
      if (t >= start_ && t < stop_) {
        // turns, not radians: the angle stays small however long it runs
        const double turns = frequency_kHz_ * toMilliseconds(t - start_) + phase_deg_ / 360;
        value = offset_ + amplitude_ * sin(2 * kPi * (turns - std::floor(turns)));
      }
      out.add({t, 0, static_cast<float>(value)});
    }
  }
  Result<void> change(const Item& item) override { return read(item), Result<void>{}; }
  void save(Bytes&) const override {}
  Result<void> restore(Bytes&) override { return {}; }

 private:
  void read(const Item& item) {
    amplitude_ = numberOr(item.values, "amplitude", 100);
    offset_ = numberOr(item.values, "offset", 0);
    frequency_kHz_ = numberOr(item.values, "frequency", 10) * 1e-3;
    phase_deg_ = numberOr(item.values, "phase", 0);
    start_ = fromMilliseconds(numberOr(item.values, "start", 0));
    stop_ = fromMilliseconds(numberOr(item.values, "stop", 1e9));
  }

  double amplitude_ = 0, offset_ = 0, frequency_kHz_ = 0, phase_deg_ = 0;
  Time start_ = 0, stop_ = 0;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  return std::unique_ptr<Body>(std::make_unique<SineBody>(item));
}

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
      .shape = {.ports = {{"out", Signal::Trace, false, "pA", "the current, one for all"}},
                .parameters = {{.name = "amplitude",
                                .initial = 100.0,
                                .unit = "pA",
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "how far it swings to either side",
                                .essential = true},
                               {.name = "frequency",
                                .initial = 10.0,
                                .unit = "Hz",
                                .min = 0,
                                .max = 1e5,
                                .doc = "swings per second",
                                .essential = true},
                               {.name = "offset",
                                .initial = 0.0,
                                .unit = "pA",
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "current about which it swings",
                                .essential = true},
                               {.name = "phase",
                                .initial = 0.0,
                                .unit = "°",
                                .min = -360,
                                .max = 360,
                                .doc = "angle at the start"},
                               {.name = "start",
                                .initial = 0.0,
                                .unit = "ms",
                                .min = 0,
                                .max = 1e9,
                                .doc = "when it begins"},
                               {.name = "stop",
                                .initial = 1e9,
                                .unit = "ms",
                                .min = 0,
                                .max = 1e9,
                                .doc = "when it ends"}}},
      .body = body});
}

}  // namespace spk::sources::sine
