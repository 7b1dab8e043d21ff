// Lucas and Kanade's flow with counts of events.
#include "plugins/flow/EdgeFlow.h"
#include "plugins/flow/LucasKanade.h"

namespace spk::flow::lucas_kanade {
namespace {

class LucasKanadeFlow final : public Body {
 public:
  explicit LucasKanadeFlow(SensorSize size) : method_(size) {}

  Result<void> change(const Item& item) override {
    LucasKanadeRules rules;
    const double window = numberOr(item.values, "window", 50);
    if (!(window >= 0.01 && window <= 10'000))
      return Error{"is " + numberText(window) + " ms; 0.01 to 10000 are allowed", "window"};
    rules.window = fromMilliseconds(window);
    TRY(rules.radius, wholeWithin(item, "radius", 2, 1, LucasKanade::kMostRadius));
    rules.threshold = numberOr(item.values, "threshold", 1);
    if (!(rules.threshold >= 0 && rules.threshold <= 1e6))
      return Error{"is " + numberText(rules.threshold) + "; 0 to 1000000 are allowed", "threshold"};
    rules_ = rules;
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Flow> out = batch.out<Flow>(0);
    for (const Event& event : batch.in<Event>(0)) {
      if (!method_.holds(event)) continue;
      if (const auto v = method_.take(event, rules_))
        out.add({event.t, event.x, event.y, static_cast<float>(v->x), static_cast<float>(v->y)});
    }
  }

  void save(Bytes& out) const override { method_.save(out); }
  Result<void> restore(Bytes& in) override { return method_.restore(in); }

 private:
  LucasKanade method_;
  LucasKanadeRules rules_;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const SensorSize size, neededSize(item));
  auto made = std::make_unique<LucasKanadeFlow>(size);
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.lucas_kanade",
      .title = "Flow: Lucas-Kanade",
      .doc = "Flow as Lucas and Kanade have it, with the number of events in the last `window` as "
             "brightness (Benosman et al. 2012): one velocity for the square around an event that "
             "explains best how counts changed between the older and the newer half of the window. "
             "At a corner it is full flow, at an edge normal flow. Counts are no brightness: the "
             "direction is sound, the speed is not.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "event camera dvs optic motion velocity gradient counts",
      .shape =
          flowShape({{.name = "window",
                      .initial = 50.0,
                      .unit = "ms",
                      .min = 0.01,
                      .max = 10'000,
                      .doc = "Events so old are counted; an edge should move a few pixels",
                      .essential = true},
                     wholeParameter("radius", 2, "px", 1, LucasKanade::kMostRadius,
                                    "Of the square in which all moves alike: 2 is 5 x 5 pixels"),
                     {.name = "threshold",
                      .initial = 1.0,
                      .min = 0,
                      .max = 1e6,
                      .doc = "Least eigenvalue of the structure tensor [squared events per "
                             "px] that counts as contrast"}}),
      .body = body});
}

}  // namespace spk::flow::lucas_kanade
