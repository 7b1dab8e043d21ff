// Lets the corners of moving things pass: places around which a short arc of pixels is newer than
// all others.
#include <algorithm>
#include <array>

#include "plugins/filters/filtering.h"

namespace spk::filters::corners {
namespace {

struct Step {
  int x, y;
};
/// Circles of pixels, one after the other, and how long an arc of new ones a corner has.
constexpr std::array<Step, 16> kInner = {{{0, 3},
                                          {1, 3},
                                          {2, 2},
                                          {3, 1},
                                          {3, 0},
                                          {3, -1},
                                          {2, -2},
                                          {1, -3},
                                          {0, -3},
                                          {-1, -3},
                                          {-2, -2},
                                          {-3, -1},
                                          {-3, 0},
                                          {-3, 1},
                                          {-2, 2},
                                          {-1, 3}}};
constexpr std::array<Step, 20> kOuter = {
    {{0, 4},  {1, 4},   {2, 3},   {3, 2},   {4, 1},   {4, 0},  {4, -1}, {3, -2}, {2, -3}, {1, -4},
     {0, -4}, {-1, -4}, {-2, -3}, {-3, -2}, {-4, -1}, {-4, 0}, {-4, 1}, {-3, 2}, {-2, 3}, {-1, 4}}};
constexpr int kRadius = 4;

/// Whether an arc of `least` to `most` pixels is newer than all the rest of the circle. It must
/// hold the newest pixel, and grows on the side of the newer neighbour.
template <std::size_t n>
bool hasArc(const std::array<Time, n>& times, int least, int most) {
  const auto size = static_cast<int>(n);
  const auto at = [&](int i) { return times[static_cast<std::size_t>((i % size + size) % size)]; };
  int first = static_cast<int>(std::ranges::max_element(times) - times.begin()), last = first;
  Time oldest = at(first);
  if (oldest == kNever) return false;
  for (int length = 1; length <= most; ++length) {
    if (length > 1)
      oldest = std::min(oldest, at(first - 1) > at(last + 1) ? at(--first) : at(++last));
    if (length < least) continue;
    Time newest = kNever;
    for (int i = last + 1; i < first + size; ++i) newest = std::max(newest, at(i));
    if (oldest > newest) return true;
  }
  return false;
}

Shape shape() {
  return filterShape(
      {milliseconds("quiet", 50, 0.001, 10'000,
                    "Only the first event of a burst counts: so long its pixel was quiet before")});
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class Corners final : public EventFilter<Corners> {
 public:
  explicit Corners(const Item& item)
      : EventFilter(item),
        raw_{PixelMap<Time>(size(), kNever, 0), PixelMap<Time>(size(), kNever, 0)},
        first_{PixelMap<Time>(size(), kNever, kRadius), PixelMap<Time>(size(), kNever, kRadius)} {}

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    quiet_ = fromMilliseconds(Given(described, item.values)("quiet"));
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    const int polarity = event.polarity ? 1 : 0;
    Time& raw = *raw_[polarity].at(event.x, event.y);
    const bool first = event.t - raw >= quiet_;
    raw = event.t;
    if (!first) return;
    Time* const here = first_[polarity].at(event.x, event.y);
    *here = event.t;
    if (event.x < kRadius || event.y < kRadius || event.x + kRadius >= size().width ||
        event.y + kRadius >= size().height)
      return;
    if (hasArc(around(here, kInner), 3, 6) && hasArc(around(here, kOuter), 4, 8)) out.add(event);
  }

  void save(Bytes& out) const override {
    for (int p : {0, 1}) raw_[p].save(out), first_[p].save(out);
  }
  Result<void> restore(Bytes& in) override {
    for (int p : {0, 1}) {
      TRY_DO(raw_[p].restore(in));
      TRY_DO(first_[p].restore(in));
    }
    return {};
  }

 private:
  template <std::size_t n>
  std::array<Time, n> around(const Time* here, const std::array<Step, n>& circle) const {
    std::array<Time, n> times;
    for (std::size_t i = 0; i < n; ++i)
      times[i] = here[circle[i].y * first_[0].stride() + circle[i].x];
    return times;
  }

  PixelMap<Time> raw_[2], first_[2];  ///< OFF, ON: the last event; the last first of a burst
  Time quiet_ = 0;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.corners",
      .title = "Corners",
      .doc =
          "Lets events at corners pass (eFAST, Mueggler et al. 2017): on circles of 3 and 4 px "
          "around them an arc of 3 to 6, and of 4 to 8 pixels is newer than all the others of the "
          "same polarity. At a straight edge the new arc is half a circle.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "feature detector fast arc keypoint event camera dvs",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<Corners>});
}

}  // namespace spk::filters::corners
