// Lets an event pass if something happened next to it a short time ago.
#include <algorithm>

#include "plugins/filters/filtering.h"

namespace spk::filters::background_activity {
namespace {

Shape shape() {
  Shape made = filterShape(
      {milliseconds("dt", 10, 0.001, 10'000,
                    "A neighbour must have had an event at most so long before"),
       onOff("self", false, "Whether an earlier event of the pixel itself counts as well"),
       onOff("first", false, "Whether an event passes whose neighbours never had any"),
       whole(
           "subsample", 0, 0, 6, "",
           "Pixels are taken together in squares of 2^subsample, which are the neighbours then")});
  made.parameters[3].live = made.parameters[3].essential = false;
  return made;
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class BackgroundActivity final : public EventFilter<BackgroundActivity> {
 public:
  explicit BackgroundActivity(const Item& item)
      : EventFilter(item),
        shift_(static_cast<int>(integerOr(item.values, "subsample", 0))),
        last_({(size().width >> shift_) + 1, (size().height >> shift_) + 1}, kNever) {}

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    dt_ = fromMilliseconds(given("dt"));
    self_ = given.on("self");
    first_ = given.on("first");
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    Time* const here = last_.at(event.x >> shift_, event.y >> shift_);
    const std::ptrdiff_t row = last_.stride();
    Time latest = std::max({here[-row - 1], here[-row], here[-row + 1], here[-1], here[1],
                            here[row - 1], here[row], here[row + 1]});
    if (self_) latest = std::max(latest, *here);
    *here = event.t;
    if (event.t - latest <= dt_ || (first_ && latest == kNever)) out.add(event);
  }

  void save(Bytes& out) const override { last_.save(out); }
  Result<void> restore(Bytes& in) override { return last_.restore(in); }

 private:
  int shift_;
  PixelMap<Time> last_;
  Time dt_ = 0;
  bool self_ = false, first_ = false;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.background_activity",
      .title = "Background activity",
      .doc =
          "Takes out single events: an event passes if one of its eight neighbours had one at most "
          "dt before (Delbruck 2008). What moves makes neighbours fire one after the other, noise "
          "does not.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "denoise noise event camera dvs neighbour baf correlation",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<BackgroundActivity>});
}

}  // namespace spk::filters::background_activity
