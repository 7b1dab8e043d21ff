// Turns or mirrors the picture.
#include "plugins/filters/filtering.h"

namespace spk::filters::orient {
namespace {

/// A turn or mirror image: x and y may be exchanged first, then either may run backwards.
struct Turn {
  const char* name;
  bool transpose, backX, backY;
};
constexpr Turn kTurns[] = {{"rotate_90", true, true, false},    {"rotate_180", false, true, true},
                           {"rotate_270", true, false, true},   {"flip_x", false, true, false},
                           {"flip_y", false, false, true},      {"transpose", true, false, false},
                           {"transpose_back", true, true, true}};

Turn turnOf(const Item& item) {
  const std::string name = textOr(item.values, "turn", kTurns[0].name);
  for (const Turn& turn : kTurns)
    if (name == turn.name) return turn;
  return kTurns[0];
}

Shape shape() {
  std::vector<std::string> names;
  for (const Turn& turn : kTurns) names.push_back(turn.name);
  Shape made =
      filterShape({choice("turn", names,
                          "rotate: clockwise, in degrees; flip_x: left and right; flip_y: top and "
                          "bottom; transpose: rows "
                          "and columns; transpose_back: the same about the other diagonal")});
  made.parameters[0].live = false;
  return made;
}
Shape describe(const Item& item) {
  SensorSize size = wiredSize(item);
  if (turnOf(item).transpose) std::swap(size.width, size.height);
  return sized(shape(), size);
}

class Orient final : public EventFilter<Orient> {
 public:
  explicit Orient(const Item& item)
      : EventFilter(item),
        turn_(turnOf(item)),
        lastX_((turn_.transpose ? size().height : size().width) - 1),
        lastY_((turn_.transpose ? size().width : size().height) - 1) {}
  Result<void> change(const Item&) override { return {}; }

  void take(Event event, Out<Event>& out) noexcept {
    if (turn_.transpose) std::swap(event.x, event.y);
    if (turn_.backX) event.x = static_cast<std::uint16_t>(lastX_ - event.x);
    if (turn_.backY) event.y = static_cast<std::uint16_t>(lastY_ - event.y);
    out.add(event);
  }

  void save(Bytes&) const override {}  // what comes in is all that counts
  Result<void> restore(Bytes&) override { return {}; }

 private:
  Turn turn_;
  int lastX_, lastY_;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{.id = "filter.orient",
                        .title = "Rotate or flip",
                        .doc =
                            "Turns the picture by 90, 180 or 270 degrees clockwise, mirrors it, or "
                            "exchanges rows and columns.",
                        .role = Role::Filter,
                        .group = "Filters",
                        .words = "rotate turn mirror flip transpose event camera dvs",
                        .shape = shape(),
                        .describe = describe,
                        .body = makeFilter<Orient>});
}

}  // namespace spk::filters::orient
