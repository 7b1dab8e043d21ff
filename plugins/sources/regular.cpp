#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/Time.h"
#include "engine/graph/Distribution.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/trains.h"

namespace spk::sources::regular {
namespace {

constexpr std::int64_t kTrains = 10;

/// Beats that follow from the time alone, each moved by a number of its own.
class RegularBody final : public Body {
 public:
  explicit RegularBody(std::uint32_t n) : phases_(n) {}

  Result<void> change(const Item& item) override {
    const auto written = item.values.find("phase");
    Distribution phase(0.0);
    if (written != item.values.end()) {
      TRY(phase, Distribution::read(written->second));
    }
    if (phase.listSize() && phase.listSize() != phases_.size())
      return Error{"has " + std::to_string(phase.listSize()) + " values for " +
                       std::to_string(phases_.size()) + " trains",
                   "phase"};
    phase_ = std::move(phase);
    isPlaced_ = false;
    period_ms_ = numberOr(item.values, "period", 50);
    jitter_ms_ = numberOr(item.values, "jitter", 0);
    start_ = fromMilliseconds(numberOr(item.values, "start", 0));
    stop_ = fromMilliseconds(numberOr(item.values, "stop", 1e9));
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Spike> out = batch.out<Spike>(0);
    if (!isPlaced_) place(batch.key);
    const double begin = toMilliseconds(batch.begin - start_) / period_ms_,
                 end = toMilliseconds(batch.end - start_) / period_ms_;
    for (std::uint32_t i = 0; i < phases_.size(); ++i) {
      const double first = std::max(std::floor(begin - phases_[i] - kFarthest), 0.0),
                   last = std::ceil(end - phases_[i] + kFarthest);
      for (double beat = first; beat <= last; ++beat) {
        const Time t = at(batch, i, beat);
        if (t > batch.begin && t <= batch.end && t < stop_) out.add({t, i});
      }
    }
    sortByTime(out);
  }
  void save(Bytes&) const override {}  // all follows from the time
  Result<void> restore(Bytes&) override { return {}; }
  std::size_t room(Time length) const override {
    // periods may become as short as 1 ms while it runs
    return phases_.size() * static_cast<std::size_t>(toMilliseconds(length) + 3);
  }

 private:
  static constexpr double kFarthest = 0.499;  ///< of a period, so that beats keep their order

  void place(RandomKey key) noexcept {
    isPlaced_ = true;
    for (std::uint32_t i = 0; i < phases_.size(); ++i) {
      RandomSequence random(key, i);
      phases_[i] = phase_.draw(random, i) / 360;
    }
  }

  Time at(const Batch& batch, std::uint32_t train, double beat) const noexcept {
    double moved = 0;
    if (jitter_ms_ > 0)
      moved = std::clamp(
          jitter_ms_ / period_ms_ * normalOf(batch, static_cast<std::uint64_t>(beat), train, 0),
          -kFarthest, kFarthest);
    return start_ + fromMilliseconds((beat + phases_[train] + moved) * period_ms_);
  }

  Distribution phase_;
  bool isPlaced_ = false;       ///< phases_ are those of phase_
  std::vector<double> phases_;  ///< by train, of a period
  double period_ms_ = 1, jitter_ms_ = 0;
  Time start_ = 0, stop_ = 0;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  auto made = std::make_unique<RegularBody>(trainsOf(item, kTrains));
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

constexpr const char* kDoc =
    "Spike trains like clocks: beat k of a train falls on start + (k + phase / 360) period.\n\n"
    "Each beat is moved by a normal number with standard deviation jitter, cut just below half a "
    "period, so beats keep their order and jitter does not add up (for intervals that do, see the "
    "pacemaker). A list or distribution for phase gives each train its own. A spike is sent at the "
    "end of the step that contains it; what falls on 0 or before is left out. Beats count from "
    "start, also after the period was changed.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  const auto ms = [](const char* name, double initial, double min, const char* doc) {
    return Parameter{
        .name = name, .initial = initial, .unit = "ms", .min = min, .max = 1e9, .doc = doc};
  };
  Parameter period = ms("period", 50, 1, "from beat to beat"),
            jitter = ms("jitter", 0, 0, "standard deviation of each beat");
  period.essential = jitter.essential = true;
  registry.add(NodeType{.id = "source.regular",
                        .title = "Regular spike trains",
                        .doc = kDoc,
                        .role = Role::Source,
                        .group = "Sources",
                        .words = "clock periodic metronome beat jitter phase generator",
                        .shape = {.ports = {trainsOut()},
                                  .parameters = {trainsParameter(kTrains),
                                                 period,
                                                 jitter,
                                                 {.name = "phase",
                                                  .initial = 0.0,
                                                  .unit = "°",
                                                  .min = 0,
                                                  .max = 360,
                                                  .doc = "of a period, by which a train is late",
                                                  .each = true},
                                                 ms("start", 0, 0, "when the first period begins"),
                                                 ms("stop", 1e9, 0, "when it ends")}},
                        .body = body});
}

}  // namespace spk::sources::regular
