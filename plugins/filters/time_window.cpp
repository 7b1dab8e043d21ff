// Passes what happens between two times.
#include "plugins/filters/filtering.h"

namespace spk::filters::time_window {
namespace {

Shape shape() {
  return filterShape({milliseconds("from", 0, 0, 1e9, "The first simulation time that passes"),
                      milliseconds("to", 100, 0, 1e9, "The first that does not pass any more"),
                      milliseconds("every", 0, 0, 1e9, "After so long it passes again; 0: once")});
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class TimeWindow final : public EventFilter<TimeWindow> {
 public:
  using EventFilter::EventFilter;

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    from_ = fromMilliseconds(given("from"));
    to_ = fromMilliseconds(given("to"));
    every_ = fromMilliseconds(given("every"));
    if (to_ <= from_)
      return Error{"is " + timeText(to_) + ", not after `from` at " + timeText(from_), "to"};
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    Time t = event.t - from_;
    if (t < 0) return;
    if (every_ > 0) t %= every_;
    if (t < to_ - from_) out.add(event);
  }

  void save(Bytes&) const override {}  // what comes in is all that counts
  Result<void> restore(Bytes&) override { return {}; }

 private:
  Time from_ = 0, to_ = 0, every_ = 0;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{.id = "filter.time_window",
                        .title = "Time window",
                        .doc =
                            "Passes the events between two times of the simulation, once or again "
                            "and again.",
                        .role = Role::Filter,
                        .group = "Filters",
                        .words = "clip cut from to gate event camera dvs",
                        .shape = shape(),
                        .describe = describe,
                        .body = makeFilter<TimeWindow>});
}

}  // namespace spk::filters::time_window
