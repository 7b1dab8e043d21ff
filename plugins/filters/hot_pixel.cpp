// Learns which pixels fire all the time, and silences them.
#include <algorithm>
#include <numeric>

#include "plugins/filters/filtering.h"

namespace spk::filters::hot_pixel {
namespace {

Shape shape() {
  Shape made = filterShape(
      {milliseconds("start", 0, 0, 1e9, "Simulation time at which it begins to learn"),
       milliseconds("learn", 500, 1, 1e6, "How long it learns; until then all events pass"),
       whole("most", 1000, 1, 1e6, "", "How many pixels may be silenced; the busiest come first"),
       {.name = "rate",
        .initial = 50.0,
        .unit = "Hz",
        .min = 0.1,
        .max = 1e6,
        .doc = "A pixel is hot that had more events a second while it learned",
        .essential = true}});
  made.parameters[0].essential = false;
  return made;
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class HotPixel final : public EventFilter<HotPixel> {
 public:
  explicit HotPixel(const Item& item)
      : EventFilter(item),
        counts_(size(), 0, 0),
        hot_(size(), 0, 0),
        order_(counts_.values().size()) {}

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    start_ = fromMilliseconds(given("start"));
    end_ = start_ + fromMilliseconds(given("learn"));
    most_ = static_cast<std::size_t>(given("most"));
    least_ = given("rate") * given("learn");  // kHz, ms
    learnt_ = false;
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    if (event.t < end_) {
      if (event.t >= start_) ++*counts_.at(event.x, event.y);
      out.add(event);
      return;
    }
    if (!learnt_) choose();
    if (!*hot_.at(event.x, event.y)) out.add(event);
  }

  std::uint64_t notesVersion() const override {
    return EventFilter::notesVersion() | (learnt_ ? 2 + 2 * found_ : 0);
  }
  Notes notes() const override {
    Notes notes = EventFilter::notes();
    if (learnt_)
      notes.push_back(
          {Note::Level::Info, std::to_string(found_) + " hot pixels are silenced", id()});
    return notes;
  }

  void save(Bytes& out) const override {
    out.put(learnt_);
    counts_.save(out);
  }
  Result<void> restore(Bytes& in) override {
    TRY(const bool learnt, in.take<bool>());
    TRY_DO(counts_.restore(in));
    learnt_ = false;
    if (learnt) choose();
    return {};
  }

 private:
  /// From the counts: the busiest of those that are hot.
  void choose() noexcept {
    const std::span<const std::uint32_t> counts = counts_.values();
    const std::span<std::uint8_t> hot = hot_.values();
    std::iota(order_.begin(), order_.end(), 0u);
    const auto cold = std::partition(order_.begin(), order_.end(),
                                     [&](std::uint32_t i) { return counts[i] > least_; });
    found_ = std::min(static_cast<std::size_t>(cold - order_.begin()), most_);
    std::partial_sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(found_), cold,
                      [&](std::uint32_t a, std::uint32_t b) {
                        return counts[a] != counts[b] ? counts[a] > counts[b] : a < b;
                      });
    std::ranges::fill(hot, std::uint8_t{0});
    for (std::size_t i = 0; i < found_; ++i) hot[order_[i]] = 1;
    learnt_ = true;
  }

  PixelMap<std::uint32_t> counts_;
  PixelMap<std::uint8_t> hot_;
  std::vector<std::uint32_t> order_;
  Time start_ = 0, end_ = 0;
  std::size_t most_ = 0, found_ = 0;
  double least_ = 0;  ///< events while learning
  bool learnt_ = false;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.hot_pixel",
      .title = "Hot pixels",
      .doc = "Counts the events of every pixel for a while, best while nothing moves, and then "
             "silences those that had more than `rate` a second, the busiest first.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "denoise noise event camera dvs broken defect learn",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<HotPixel>});
}

}  // namespace spk::filters::hot_pixel
