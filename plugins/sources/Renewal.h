#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/trains.h"

namespace spk::sources {

/// Trains whose intervals are drawn one by one from a gamma distribution, in a time of their own
/// that runs with the rate: so its mean is 1, whatever the rate does. Begins in equilibrium.
class Renewal {
 public:
  explicit Renewal(std::uint32_t trains) : next_(trains), drawn_(trains, 0), heap_(trains) {}

  std::uint32_t trains() const { return static_cast<std::uint32_t>(next_.size()); }
  /// Of the distribution: 1 is a Poisson process, more is more regular.
  void setShape(double shape) { shape_ = shape; }
  /// Lets their time run on; calls `fire(train)` for each interval that ends.
  template <class Fire>
  void advance(RandomKey key, double by, Fire fire) {
    if (!begun_) begin(key);
    clock_ += by;
    while (next_[heap_.front()] <= clock_) {
      fire(heap_.front());
      renew(key);
    }
  }
  void save(Bytes& out) const;
  Result<void> restore(Bytes& in);
  /// More will not fire while their time runs by `by`, but for once in the life of a universe.
  std::size_t most(double by) const;

 private:
  void begin(RandomKey key);
  void renew(RandomKey key);
  void order();

  double shape_ = 1, clock_ = 0;
  bool begun_ = false;
  std::vector<double> next_;          ///< by train: when it fires
  std::vector<std::uint32_t> drawn_;  ///< by train: how many intervals
  std::vector<std::uint32_t> heap_;   ///< trains, the next to fire in front
};

/// Drives a Renewal by a rate, step by step. A Law has
///   Result<void> read(const Item&)
///   double at(Time t, double dt_ms, double held) const   the rate [Hz] of the step that begins at
///   t
/// `held`: what a trace at the input last said, −1 if nothing.
template <class Law>
class RenewalBody final : public Body {
 public:
  RenewalBody(Law law, std::uint32_t trains) : law_(std::move(law)), renewal_(trains) {
    renewal_.setShape(law_.shape);
  }

  void run(Batch& batch) noexcept override {
    Out<Spike> out = batch.out<Spike>(0);
    std::span<const Sample> said;
    if (!batch.inputs.empty()) said = batch.in<Sample>(0);
    const Time dt = fromMilliseconds(batch.dt_ms);
    for (Time t = batch.begin; t < batch.end; t += dt) {
      for (; !said.empty() && said.front().t < t + dt; said = said.subspan(1))
        held_ = said.front().value > 0 ? said.front().value : 0;
      const double rate = law_.at(t, batch.dt_ms, held_);
      // not a number, or below 0, is no rate
      const double kHz = rate > 0 ? std::min(rate, kMostRate_Hz) * 1e-3 : 0;
      renewal_.advance(batch.key, kHz * batch.dt_ms, [&](std::uint32_t train) {
        out.add({t + dt, train});
      });
    }
  }
  Result<void> change(const Item& item) override {
    Law changed = law_;
    TRY_DO(changed.read(item));
    law_ = std::move(changed);
    renewal_.setShape(law_.shape);
    return {};
  }
  void save(Bytes& out) const override {
    out.put(held_);
    renewal_.save(out);
  }
  Result<void> restore(Bytes& in) override {
    TRY(held_, in.take<double>());
    return renewal_.restore(in);
  }
  std::size_t room(Time length) const override {
    return renewal_.most(kMostRate_Hz * 1e-3 * toMilliseconds(length));
  }

 private:
  Law law_;
  Renewal renewal_;
  double held_ = -1;
};

template <class Law>
Result<std::unique_ptr<Body>> renewalBody(const Item& item, const Registry&) {
  Law law;
  TRY_DO(law.read(item));
  return std::unique_ptr<Body>(
      std::make_unique<RenewalBody<Law>>(std::move(law), trainsOf(item, Law::kTrains)));
}

}  // namespace spk::sources
