#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"

namespace spk::sources {

/// Says what a law gives, step by step, but only where it changes. A Law has
///   Result<void> read(const Item&)                  its values; what it remembers stays
///   float at(const Batch&, Time t, uint64_t step)   the current [pA] of the step that begins at t
/// and, if it remembers something, save(Bytes&) and restore(Bytes&).
template <class Law>
class Current final : public Body {
 public:
  explicit Current(Law law) : law_(std::move(law)) {}

  void run(Batch& batch) noexcept override {
    Out<Sample> out = batch.out<Sample>(0);
    const Time dt = fromMilliseconds(batch.dt_ms);
    std::uint64_t step = batch.step;
    for (Time t = batch.begin; t < batch.end; t += dt, ++step) {
      const float value = law_.at(batch, t, step);
      if (said_ != value) out.add({t, 0, value});
      said_ = value;
    }
  }
  Result<void> change(const Item& item) override {
    Law changed = law_;
    TRY_DO(changed.read(item));
    law_ = std::move(changed);
    return {};
  }
  void save(Bytes& out) const override {
    out.put(said_.has_value());
    out.put(said_.value_or(0));
    if constexpr (requires { law_.save(out); }) law_.save(out);
  }
  Result<void> restore(Bytes& in) override {
    TRY(const auto has, in.take<std::uint8_t>());
    TRY(const float value, in.take<float>());
    said_ = has ? std::optional(value) : std::nullopt;
    if constexpr (requires { law_.restore(in); }) return law_.restore(in);
    return {};
  }

 private:
  Law law_;
  std::optional<float> said_;  ///< what the wire holds
};

template <class Law>
Result<std::unique_ptr<Body>> currentBody(const Item& item, const Registry&) {
  Law law;
  TRY_DO(law.read(item));
  return std::unique_ptr<Body>(std::make_unique<Current<Law>>(std::move(law)));
}

/// One output `out` [pA], the same for every neuron that it is wired to.
Shape currentShape(std::vector<Parameter> parameters);
/// A current [pA] of either sign.
Parameter currentParameter(std::string name, double initial, std::string doc);
/// A moment [ms] of the run.
Parameter timeParameter(std::string name, double initial, std::string doc);
/// When it begins and ends, as the steps that begin in [start, stop).
inline constexpr double kNever_ms = 1e9;
Parameter startParameter();
Parameter stopParameter(double initial = kNever_ms, std::string doc = "when it ends");

}  // namespace spk::sources
