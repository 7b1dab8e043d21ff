// Chooses events by their polarity, or changes it.
#include "plugins/filters/filtering.h"

namespace spk::filters::polarity {
namespace {

Shape shape() {
  return filterShape({choice("keep", {"on", "off", "both_as_on", "swapped"},
                             "on, off: these alone; both_as_on: all, as if they were ON; swapped: "
                             "all, ON as OFF and OFF as ON")});
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class Polarity final : public EventFilter<Polarity> {
 public:
  using EventFilter::EventFilter;

  Result<void> change(const Item& item) override {
    const std::string keep = textOr(item.values, "keep", "on");
    for (const std::uint8_t polarity : {0, 1}) {
      passes_[polarity] = keep == "on" ? polarity == 1 : keep == "off" ? polarity == 0 : true;
      becomes_[polarity] = keep == "both_as_on" ? 1
                           : keep == "swapped"  ? static_cast<std::uint8_t>(1 - polarity)
                                                : polarity;
    }
    return {};
  }

  void take(Event event, Out<Event>& out) noexcept {
    const int polarity = event.polarity ? 1 : 0;
    event.polarity = becomes_[polarity];
    if (passes_[polarity]) out.add(event);
  }

  void save(Bytes&) const override {}  // what comes in is all that counts
  Result<void> restore(Bytes&) override { return {}; }

 private:
  bool passes_[2] = {};
  std::uint8_t becomes_[2] = {};
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(
      NodeType{.id = "filter.polarity",
               .title = "Polarity",
               .doc = "Passes ON events or OFF events alone, or changes the polarity of all.",
               .role = Role::Filter,
               .group = "Filters",
               .words = "on off sign event camera dvs swap",
               .shape = shape(),
               .describe = describe,
               .body = makeFilter<Polarity>});
}

}  // namespace spk::filters::polarity
