#include <optional>

#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"

namespace spk::sources::ramp {
namespace {

/// A current that goes evenly from one value to another: speaks only where it changes.
class RampBody : public Body {
 public:
  explicit RampBody(const Item& item) { read(item); }

  void run(Batch& batch) noexcept override {
    Out<Sample> out = batch.out<Sample>(0);
    const Time dt = fromMilliseconds(batch.dt_ms);
    for (Time t = batch.begin; t < batch.end; t += dt) {
      const float value = at(t);
      if (said_ != value) out.add({t, 0, value});
      said_ = value;
    }
  }
  Result<void> change(const Item& item) override { return read(item), Result<void>{}; }
  void save(Bytes& out) const override {
    out.put(said_.has_value());
    out.put(said_.value_or(0));
  }
  Result<void> restore(Bytes& in) override {
    TRY(const auto has, in.take<std::uint8_t>());
    TRY(const float value, in.take<float>());
    said_ = has ? std::optional(value) : std::nullopt;
    return {};
  }

 private:
  void read(const Item& item) {
    first_ = numberOr(item.values, "from", 0);
    last_ = numberOr(item.values, "to", 500);
    start_ = fromMilliseconds(numberOr(item.values, "start", 0));
    stop_ = fromMilliseconds(numberOr(item.values, "stop", 1000));
  }
  float at(Time t) const {
    if (t < start_) return 0;
    if (t >= stop_) return static_cast<float>(last_);
    const double part = static_cast<double>(t - start_) / static_cast<double>(stop_ - start_);
    return static_cast<float>(first_ + (last_ - first_) * part);
  }

  double first_ = 0, last_ = 0;
  Time start_ = 0, stop_ = 0;
  std::optional<float> said_;  ///< what the wire holds
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  return std::unique_ptr<Body>(std::make_unique<RampBody>(item));
}

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.ramp",
      .title = "Current ramp",
      .doc =
          "A current [pA] into every neuron that it is wired to: 0 before start, then from `from` "
          "evenly to `to`, which it reaches at stop and keeps. A step holds the value of its "
          "beginning. Slow ramps find the rheobase.",
      .role = Role::Source,
      .group = "Sources",
      .words = "current injection rheobase slope",
      .shape = {.ports = {{"out", Signal::Trace, false, "pA", "the current, one for all"}},
                .parameters = {{.name = "from",
                                .initial = 0.0,
                                .unit = "pA",
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "current at the start",
                                .essential = true},
                               {.name = "to",
                                .initial = 500.0,
                                .unit = "pA",
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "current at the stop and after it",
                                .essential = true},
                               {.name = "start",
                                .initial = 0.0,
                                .unit = "ms",
                                .min = 0,
                                .max = 1e9,
                                .doc = "when it begins"},
                               {.name = "stop",
                                .initial = 1000.0,
                                .unit = "ms",
                                .min = 0,
                                .max = 1e9,
                                .doc = "when it has arrived",
                                .essential = true}}},
      .body = body});
}

}  // namespace spk::sources::ramp
