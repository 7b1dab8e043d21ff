// Cuts a rectangle out of the picture.
#include <algorithm>

#include "plugins/filters/filtering.h"

namespace spk::filters::crop {
namespace {

struct Box {
  int x = 0, y = 0, width = 0, height = 0;
};
/// Width and height 0: all that is left.
Box boxOf(const Item& item, SensorSize size) {
  Box box{static_cast<int>(integerOr(item.values, "left", 0)),
          static_cast<int>(integerOr(item.values, "top", 0)),
          static_cast<int>(integerOr(item.values, "width", 0)),
          static_cast<int>(integerOr(item.values, "height", 0))};
  const int wide = std::max(size.width - box.x, 0), high = std::max(size.height - box.y, 0);
  box.width = box.width > 0 ? std::min(box.width, wide) : wide;
  box.height = box.height > 0 ? std::min(box.height, high) : high;
  return box;
}

Shape shape() {
  Shape made = filterShape(
      {whole("left", 0, 0, 65'535, "px", "First column that passes, and becomes column 0"),
       whole("top", 0, 0, 65'535, "px", "First row that passes, and becomes row 0"),
       whole("width", 0, 0, 65'536, "px", "How many columns pass; 0: all that are left"),
       whole("height", 0, 0, 65'536, "px", "How many rows pass; 0: all that are left")});
  for (Parameter& parameter : made.parameters) parameter.live = false;
  made.parameters[3].essential = false;
  return made;
}
Shape describe(const Item& item) {
  const SensorSize size = wiredSize(item);
  const Box box = boxOf(item, size);
  return sized(shape(), {box.width, box.height});
}

class Crop final : public EventFilter<Crop> {
 public:
  explicit Crop(const Item& item) : EventFilter(item), box_(boxOf(item, size())) {}
  Result<void> change(const Item&) override {
    if (size().width > 0 && (box_.width == 0 || box_.height == 0))
      return Error{"nothing is left of a picture of " + std::to_string(size().width) + "×" +
                       std::to_string(size().height) + " px",
                   box_.width == 0 ? "left" : "top"};
    return {};
  }

  void take(Event event, Out<Event>& out) noexcept {
    const int x = event.x - box_.x, y = event.y - box_.y;
    if (x < 0 || y < 0 || x >= box_.width || y >= box_.height) return;
    event.x = static_cast<std::uint16_t>(x);
    event.y = static_cast<std::uint16_t>(y);
    out.add(event);
  }

  void save(Bytes&) const override {}  // what comes in is all that counts
  Result<void> restore(Bytes&) override { return {}; }

 private:
  Box box_;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(
      NodeType{.id = "filter.crop",
               .title = "Crop",
               .doc = "Cuts a rectangle out of the picture; its top left pixel becomes (0, 0).",
               .role = Role::Filter,
               .group = "Filters",
               .words = "roi region rectangle cut event camera dvs",
               .shape = shape(),
               .describe = describe,
               .body = makeFilter<Crop>});
}

}  // namespace spk::filters::crop
