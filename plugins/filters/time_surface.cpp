// Lets an event pass if the surface of recent activity around it is high enough.
#include "engine/base/Math.h"
#include "plugins/filters/filtering.h"

namespace spk::filters::time_surface {
namespace {

constexpr int kMostRadius = 4;
constexpr double kForgotten = 40;  // time constants after which nothing is left

Shape shape() {
  return filterShape(
      {milliseconds("tau", 20, 0.01, 10'000, "Time constant with which activity is forgotten"),
       {.name = "least",
        .initial = 1.0,
        .min = 0,
        .max = 80,
        .doc = "An event passes where the neighbours, each exp(-age / tau), add up to so much",
        .essential = true},
       whole("radius", 1, 1, kMostRadius, "px", "Half the side of the square of neighbours")});
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class TimeSurface final : public EventFilter<TimeSurface> {
 public:
  explicit TimeSurface(const Item& item) : EventFilter(item), last_(size(), kNever, kMostRadius) {}

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    perTime_ = 1e-6 / given("tau");
    reach_ = fromMilliseconds(given("tau") * kForgotten);
    least_ = given("least");
    radius_ = static_cast<int>(given("radius"));
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    Time* const here = last_.at(event.x, event.y);
    double sum = 0;
    for (int dy = -radius_; dy <= radius_; ++dy)
      for (int dx = -radius_; dx <= radius_; ++dx) {
        const Time age = event.t - here[dy * last_.stride() + dx];
        if ((dx != 0 || dy != 0) && age < reach_) sum += exp(-static_cast<double>(age) * perTime_);
      }
    *here = event.t;
    if (sum >= least_) out.add(event);
  }

  void save(Bytes& out) const override { last_.save(out); }
  Result<void> restore(Bytes& in) override { return last_.restore(in); }

 private:
  PixelMap<Time> last_;
  double perTime_ = 0;  ///< [1/ns]
  Time reach_ = 0;
  double least_ = 0;
  int radius_ = 1;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.time_surface",
      .title = "Age of the surroundings",
      .doc =
          "Adds exp(-age / tau) of the last events around a place, the time surface (Lagorce et "
          "al. "
          "2017), and lets an event pass where the sum is high enough: young surroundings bear it "
          "out, old ones do not.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "denoise noise decay time surface event camera dvs",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<TimeSurface>});
}

}  // namespace spk::filters::time_surface
