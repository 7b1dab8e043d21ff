// Silences a pixel for a time after each event that it gave.
#include "plugins/filters/filtering.h"

namespace spk::filters::refractory {
namespace {

Shape shape() {
  return filterShape(
      {milliseconds("period", 1, 0.001, 10'000, "So long after an event a pixel is silent"),
       onOff("invert", false, "Passes what would be taken out, and nothing else")});
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class Refractory final : public EventFilter<Refractory> {
 public:
  explicit Refractory(const Item& item) : EventFilter(item), last_(size(), kNever, 0) {}

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    period_ = fromMilliseconds(given("period"));
    invert_ = given.on("invert");
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    Time& last = *last_.at(event.x, event.y);
    const bool rested = event.t - last >= period_;
    if (rested) last = event.t;
    if (rested != invert_) out.add(event);
  }

  void save(Bytes& out) const override { last_.save(out); }
  Result<void> restore(Bytes& in) override { return last_.restore(in); }

 private:
  PixelMap<Time> last_;  ///< event that counted
  Time period_ = 0;
  bool invert_ = false;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.refractory",
      .title = "Refractory time",
      .doc =
          "After an event that passed, a pixel is silent for `period`; what it gives meanwhile is "
          "taken out. It thins what many events tell at once, and pixels that never rest.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "denoise noise event camera dvs dead time",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<Refractory>});
}

}  // namespace spk::filters::refractory
