// Normal flow of local planes, pooled over windows of several sizes.
#include "engine/sim/population.h"
#include "plugins/flow/EdgeFlow.h"
#include "plugins/flow/Pooling.h"

namespace spk::flow::multi_scale {
namespace {

class MultiScale final : public Body {
 public:
  explicit MultiScale(SensorSize size) : surface_(size, kMostReach) {}

  Result<void> change(const Item& item) override {
    TRY(const EdgeRules edges, edgeRules(item));
    TRY(const int radius, wholeWithin(item, "radius", 3, 1, kMostReach));
    PoolingRules rules;
    TRY(rules.scales, wholeWithin(item, "scales", 10, 1, Pooling::kMostScales));
    TRY(rules.step, wholeWithin(item, "step", 5, 1, 100));
    TRY(rules.held, wholeWithin(item, "held", 1000, 1, Pooling::kMostHeld));
    const double recent = numberOr(item.values, "recent", 20);
    if (!(recent >= 0.01 && recent <= 10'000))
      return Error{"is " + numberText(recent) + " ms; 0.01 to 10000 are allowed", "recent"};
    rules.recent = fromMilliseconds(recent);
    const std::string combine = textOr(item.values, "combine", "lines");
    if (combine != "mean" && combine != "lines")
      return Error{"is \"" + combine + "\", not mean or lines", "combine"};
    rules.combine = combine == "mean" ? PoolingRules::Combine::Mean : PoolingRules::Combine::Lines;
    edges_ = edges;
    radius_ = radius;
    rules_ = rules;
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Flow> out = batch.out<Flow>(0);
    Patch patch{.stride = surface_.stride(), .reach = radius_, .maxAge = edges_.maxAge};
    for (const Event& event : batch.in<Event>(0)) {
      if (!surface_.holds(event) || !surface_.take(event, edges_.quiet)) continue;
      patch.centre = surface_.at(event);
      const auto normal = fitPlane(patch, {});
      if (!normal) continue;
      Flow flow{event.t, event.x, event.y, static_cast<float>(normal->x),
                static_cast<float>(normal->y)};
      const auto pooled = pooling_.take(flow, rules_);
      if (!pooled) continue;
      flow.vx = static_cast<float>(pooled->x);
      flow.vy = static_cast<float>(pooled->y);
      out.add(flow);
    }
  }

  void save(Bytes& out) const override {
    surface_.save(out);
    pooling_.save(out);
  }
  Result<void> restore(Bytes& in) override {
    TRY_DO(surface_.restore(in));
    return pooling_.restore(in);
  }

 private:
  Surface surface_;
  Pooling pooling_;
  EdgeRules edges_;
  PoolingRules rules_;
  int radius_ = 3;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const SensorSize size, neededSize(item));
  auto made = std::make_unique<MultiScale>(size);
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

std::vector<Parameter> parameters() {
  return edgeParameters(
      {wholeParameter("radius", 3, "px", 1, kMostReach,
                      "Of the square in which planes are fitted: 3 is 7 x 7 pixels"),
       {.name = "combine",
        .kind = Kind::Choice,
        .initial = std::string("lines"),
        .doc = "mean: the mean velocity of the window with the largest mean speed; lines: the one "
               "velocity that explains all normal flows of a window in which edges have "
               "directions enough",
        .choices = {"mean", "lines"},
        .essential = true},
       essential(wholeParameter("scales", 10, "", 1, Pooling::kMostScales,
                                "How many windows there are around an event")),
       wholeParameter("step", 5, "px", 1, 100,
                      "By how much half their side grows from one to the next"),
       {.name = "recent",
        .initial = 20.0,
        .unit = "ms",
        .min = 0.01,
        .max = 10'000,
        .doc = "Normal flows so old are looked at"},
       wholeParameter("held", 1000, "", 1, Pooling::kMostHeld,
                      "The last so many normal flows are looked at, however large the sensor is")});
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.multi_scale",
      .title = "Flow: multi-scale pooling",
      .doc =
          "Full flow from normal flow: planes are fitted as in Flow: local planes, and the last "
          "`held` normal flows are pooled in windows of growing size around each event. mean is "
          "aperture-robust multi-scale flow (Akolkar et al. 2020) with the ring of fARMS "
          "(Stumpp et al. 2021). lines asks for the velocity u whose part across each edge is "
          "the edge's normal flow n, u.n = |n|^2, by least squares with weights; where all edges "
          "of all windows run one way it does as mean.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "event camera dvs optic motion velocity arms farms harms aperture full corner",
      .shape = flowShape(parameters()),
      .body = body});
}

}  // namespace spk::flow::multi_scale
