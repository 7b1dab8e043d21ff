// Keeps the first event of a burst: what an edge leaves behind as a trail is taken out.
#include "plugins/filters/filtering.h"

namespace spk::filters::burst {
namespace {

Shape shape() {
  return filterShape(
      {milliseconds("quiet", 50, 0.001, 10'000,
                    "An event passes if its pixel had none for so long before"),
       onOff("by_polarity", true, "Whether ON and OFF events are bursts of their own")});
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class Burst final : public EventFilter<Burst> {
 public:
  explicit Burst(const Item& item)
      : EventFilter(item),
        last_{PixelMap<Time>(size(), kNever, 0), PixelMap<Time>(size(), kNever, 0)} {}

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    quiet_ = fromMilliseconds(given("quiet"));
    byPolarity_ = given.on("by_polarity");
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    const int polarity = event.polarity ? 1 : 0;
    Time& mine = *last_[polarity].at(event.x, event.y);
    const Time other = byPolarity_ ? kNever : *last_[1 - polarity].at(event.x, event.y);
    const bool first = event.t - mine >= quiet_ && event.t - other >= quiet_;
    mine = event.t;
    if (first) out.add(event);
  }

  void save(Bytes& out) const override { last_[0].save(out), last_[1].save(out); }
  Result<void> restore(Bytes& in) override {
    TRY_DO(last_[0].restore(in));
    return last_[1].restore(in);
  }

 private:
  PixelMap<Time> last_[2];  ///< OFF, ON; passed or not
  Time quiet_ = 0;
  bool byPolarity_ = true;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.burst",
      .title = "First of a burst",
      .doc =
          "A strong edge gives several events in each pixel that it passes; the first of them "
          "passes, the trail behind it is taken out. Unlike with a refractory time, events that "
          "are taken out prolong it. Good before optical flow: quiet should exceed the length of "
          "a burst.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "trail event camera dvs flow edge thin",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<Burst>});
}

}  // namespace spk::filters::burst
