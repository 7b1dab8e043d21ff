#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/times.h"
#include "plugins/sources/trains.h"

namespace spk::sources::pulse_packet {
namespace {

constexpr std::int64_t kTrains = 100;
constexpr const char* kTimes = "[50]";
constexpr double kMostTime_ms = 1e9;
constexpr std::size_t kMostVolleys = 1'000;

/// Volleys that follow from the time alone: each train has one number for each of them.
class PulsePacketBody final : public Body {
 public:
  explicit PulsePacketBody(std::uint32_t n) : n_(n) {}

  Result<void> change(const Item& item) override {
    TRY(std::vector<double> times, numbersOf(item.values, "times", kTimes, 0, kMostTime_ms));
    if (times.size() > kMostVolleys)
      return Error{"has " + std::to_string(times.size()) + " volleys; at most " +
                       std::to_string(kMostVolleys) + ", which `every` repeats",
                   "times"};
    times_ = std::move(times);
    sigma_ms_ = numberOr(item.values, "sigma", 1);
    every_ms_ = numberOr(item.values, "every", 0);
    if (every_ms_ > 0 && every_ms_ < 1)
      return Error{"is " + numberText(every_ms_) + " ms; 0, or 1 ms and more, is allowed", "every"};
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Spike> out = batch.out<Spike>(0);
    for (std::size_t m = 0; m < times_.size(); ++m) {
      const double reach = kFarthestNormal * sigma_ms_,
                   begin = toMilliseconds(batch.begin) - reach - times_[m],
                   end = toMilliseconds(batch.end) + reach - times_[m];
      if (every_ms_ <= 0) {
        if (begin <= 0 && end >= 0) volley(batch, out, m, 0);
        continue;
      }
      for (double k = std::max(0.0, std::floor(begin / every_ms_)); k * every_ms_ <= end; ++k)
        volley(batch, out, m, k);
    }
    sortByTime(out);
  }
  void save(Bytes&) const override {}  // all follows from the time
  Result<void> restore(Bytes&) override { return {}; }
  std::size_t room(Time) const override {
    // some volleys may fall together, live values may bring them there; more is counted and noted
    return std::size_t{n_} * 8 + 65'536;
  }

 private:
  void volley(Batch& batch, Out<Spike>& out, std::size_t m, double repeat) const noexcept {
    const std::uint64_t which = static_cast<std::uint64_t>(repeat) * kMostVolleys + m;
    const double centre = times_[m] + repeat * every_ms_;
    for (std::uint32_t i = 0; i < n_; ++i) {
      const Time t = fromMilliseconds(centre + sigma_ms_ * normalOf(batch, which, i, 0));
      if (t > batch.begin && t <= batch.end) out.add({t, i});
    }
  }

  std::uint32_t n_;
  std::vector<double> times_;
  double sigma_ms_ = 0, every_ms_ = 0;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  auto made = std::make_unique<PulsePacketBody>(trainsOf(item, kTrains));
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

constexpr const char* kDoc =
    "Volleys of spikes, as they travel along a synfire chain (Diesmann, Gewaltig & Aertsen 1999, "
    "Nature 402:529).\n\n"
    "In each volley every train fires once, at a normally distributed time around the centre with "
    "standard deviation sigma; so n is the number of spikes and sigma their spread. Volleys fall "
    "on "
    "the given times, and again each `every` ms if that is above 0. A spike is sent at the end of "
    "the step that contains it; what falls on 0 or before is left out.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{.id = "source.pulse_packet",
                        .title = "Pulse packets",
                        .doc = kDoc,
                        .role = Role::Source,
                        .group = "Sources",
                        .words = "volley synfire chain synchronous burst Gaussian generator",
                        .shape = {.ports = {trainsOut()},
                                  .parameters = {trainsParameter(kTrains),
                                                 {.name = "sigma",
                                                  .initial = 1.0,
                                                  .unit = "ms",
                                                  .min = 0,
                                                  .max = 1000,
                                                  .doc = "standard deviation of the spike times",
                                                  .essential = true},
                                                 {.name = "times",
                                                  .kind = Kind::Text,
                                                  .initial = Json{kTimes},
                                                  .doc = "centres of the volleys [ms]",
                                                  .essential = true},
                                                 {.name = "every",
                                                  .initial = 0.0,
                                                  .unit = "ms",
                                                  .min = 0,
                                                  .max = 1e9,
                                                  .doc = "when they all come again; 0: never"}}},
                        .body = body});
}

}  // namespace spk::sources::pulse_packet
