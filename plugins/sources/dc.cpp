#include <optional>

#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"

namespace spk::sources::dc {
namespace {

/// A current that is constant between start and stop: says its value only where it changes.
class DcBody : public Body {
 public:
  explicit DcBody(const Item& item) { read(item); }

  void run(Batch& batch) noexcept override {
    Out<Sample> out = batch.out<Sample>(0);
    const Time dt = fromMilliseconds(batch.dt_ms);
    for (Time t = batch.begin; t < batch.end; t += dt) {
      const float value = t >= start_ && t < stop_ ? amplitude_ : 0;
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
    amplitude_ = static_cast<float>(numberOr(item.values, "amplitude", 100));
    start_ = fromMilliseconds(numberOr(item.values, "start", 0));
    stop_ = fromMilliseconds(numberOr(item.values, "stop", 1e9));
  }

  float amplitude_ = 0;
  Time start_ = 0, stop_ = 0;
  std::optional<float> said_;  ///< what the wire holds
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  return std::unique_ptr<Body>(std::make_unique<DcBody>(item));
}

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.dc",
      .title = "Direct current",
      .doc =
          "A constant current [pA] into every neuron that it is wired to, in the steps that begin "
          "in [start, stop).",
      .role = Role::Source,
      .group = "Sources",
      .words = "constant current injection step",
      .shape = {.ports = {{"out", Signal::Trace, false, "pA", "the current, one for all"}},
                .parameters = {{.name = "amplitude",
                                .initial = 100.0,
                                .unit = "pA",
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "current while it is on",
                                .essential = true},
                               {.name = "start",
                                .initial = 0.0,
                                .unit = "ms",
                                .min = 0,
                                .max = 1e9,
                                .doc = "when it begins",
                                .essential = true},
                               {.name = "stop",
                                .initial = 1e9,
                                .unit = "ms",
                                .min = 0,
                                .max = 1e9,
                                .doc = "when it ends",
                                .essential = true}}},
      .body = body});
}

}  // namespace spk::sources::dc
