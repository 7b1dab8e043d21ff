// Lets an event pass if several of its neighbours were active a short time ago.
#include <algorithm>

#include "plugins/filters/filtering.h"

namespace spk::filters::stcf {
namespace {

Shape shape() {
  Shape made = filterShape(
      {milliseconds("dt", 10, 0.001, 10'000,
                    "Neighbours count that had an event at most so long "
                    "before"),
       whole("k", 2, 1, 8, "", "How many of the eight neighbours must have been active"),
       onOff("same_polarity", true,
             "Whether only events of the same polarity support each other")});
  return made;
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class Stcf final : public EventFilter<Stcf> {
 public:
  explicit Stcf(const Item& item)
      : EventFilter(item), last_{PixelMap<Time>(size(), kNever), PixelMap<Time>(size(), kNever)} {}

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    dt_ = fromMilliseconds(given("dt"));
    k_ = static_cast<int>(given("k"));
    same_ = given.on("same_polarity");
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    const int polarity = event.polarity ? 1 : 0;
    Time* const mine = last_[polarity].at(event.x, event.y);
    const Time* const other = same_ ? mine : last_[1 - polarity].at(event.x, event.y);
    const std::ptrdiff_t row = last_[0].stride();
    const Time since = event.t - dt_;
    int active = 0;
    for (const std::ptrdiff_t to :
         {-row - 1, -row, -row + 1, std::ptrdiff_t{-1}, std::ptrdiff_t{1}, row - 1, row, row + 1})
      active += std::max(mine[to], other[to]) >= since;
    *mine = event.t;
    if (active >= k_) out.add(event);
  }

  void save(Bytes& out) const override { last_[0].save(out), last_[1].save(out); }
  Result<void> restore(Bytes& in) override {
    TRY_DO(last_[0].restore(in));
    return last_[1].restore(in);
  }

 private:
  PixelMap<Time> last_[2];  ///< OFF, ON
  Time dt_ = 0;
  int k_ = 2;
  bool same_ = true;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.stcf",
      .title = "Correlation in space and time",
      .doc =
          "Takes out what is not borne out: an event passes if at least k of its eight neighbours "
          "had an event of the same polarity at most dt before (STCF, Guo & Delbruck 2022).",
      .role = Role::Filter,
      .group = "Filters",
      .words = "denoise noise event camera dvs stcf spatio-temporal neighbour",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<Stcf>});
}

}  // namespace spk::filters::stcf
