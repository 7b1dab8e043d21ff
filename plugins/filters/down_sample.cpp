// Makes one large pixel of a square of pixels.
#include <algorithm>

#include "plugins/filters/filtering.h"

namespace spk::filters::down_sample {
namespace {

int factorOf(const Item& item) {
  return static_cast<int>(std::clamp<std::int64_t>(integerOr(item.values, "factor", 2), 1, 64));
}
/// The last column and row may be made of fewer pixels.
SensorSize smaller(const Item& item) {
  const SensorSize size = wiredSize(item);
  const int factor = factorOf(item);
  return {(size.width + factor - 1) / factor, (size.height + factor - 1) / factor};
}

Shape shape() {
  Shape made = filterShape(
      {whole("factor", 2, 1, 64, "px", "Side of the squares of pixels that become one"),
       whole(
           "events", 1, 1, 1000, "",
           "How many more events of one polarity than of the other a square must collect before it "
           "gives one")});
  made.parameters[0].live = false;
  return made;
}
Shape describe(const Item& item) { return sized(shape(), smaller(item)); }

class DownSample final : public EventFilter<DownSample> {
 public:
  explicit DownSample(const Item& item)
      : EventFilter(item), factor_(factorOf(item)), sums_(smaller(item), 0, 0) {}

  Result<void> change(const Item& item) override {
    events_ = static_cast<std::int32_t>(integerOr(item.values, "events", 1));
    return {};
  }

  void take(Event event, Out<Event>& out) noexcept {
    event.x = static_cast<std::uint16_t>(event.x / factor_);
    event.y = static_cast<std::uint16_t>(event.y / factor_);
    std::int32_t& sum = *sums_.at(event.x, event.y);
    sum += event.polarity ? 1 : -1;
    if (event.polarity ? sum < events_ : sum > -events_) return;
    sum = 0;
    out.add(event);
  }

  void save(Bytes& out) const override { sums_.save(out); }
  Result<void> restore(Bytes& in) override { return sums_.restore(in); }

 private:
  int factor_;
  PixelMap<std::int32_t> sums_;  ///< ON less OFF events since the last that was given
  std::int32_t events_ = 1;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.down_sample",
      .title = "Down-sample",
      .doc =
          "Makes one pixel of each square of pixels. With `events` above 1 a square adds up what "
          "its pixels say, ON and OFF against each other, and gives an event when the sum is "
          "reached; noise cancels.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "pool bin shrink resolution integrate event camera dvs",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<DownSample>});
}

}  // namespace spk::filters::down_sample
