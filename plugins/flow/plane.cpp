// Flow from planes fitted to the times at which an edge passed the pixels around.
#include "engine/sim/population.h"
#include "plugins/flow/EdgeFlow.h"

namespace spk::flow::plane {
namespace {

struct Method {
  static constexpr int kMargin = kMostReach;
  PlaneRules rules;
  int radius = 2;

  static Result<Method> of(const Item& item) {
    Method method;
    TRY(method.radius, wholeWithin(item, "radius", 2, 1, kMostReach));
    TRY(method.rules.least, wholeWithin(item, "least", 6, 3, 81));
    TRY(method.rules.rounds, wholeWithin(item, "rounds", 8, 1, 30));
    method.rules.outlier = numberOr(item.values, "outlier", 0.5);
    if (!(method.rules.outlier >= 0.05 && method.rules.outlier <= 10))
      return Error{"is " + numberText(method.rules.outlier) + " px; 0.05 to 10 are allowed",
                   "outlier"};
    return method;
  }
  int reach() const { return radius; }
  std::optional<Velocity> at(const Patch& patch) const { return fitPlane(patch, rules); }
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.plane",
      .title = "Flow: local planes",
      .doc =
          "Velocity of edges across themselves: through the times at which an edge passed the "
          "pixels "
          "around, a plane is fitted by least squares; with its slope g [s/px] the velocity is "
          "g / |g|^2 (Benosman et al. 2014). Points that are off by more than `outlier` are left "
          "out "
          "and the plane is fitted again (Rueckauer & Delbruck 2016). Along an edge nothing can be "
          "seen: this is normal flow.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "event camera dvs optic motion velocity normal local benosman",
      .shape = flowShape(edgeParameters(
          {essential(wholeParameter(
               "radius", 2, "px", 1, kMostReach,
               "How far around it looks: 2 is a square of 5 x 5 pixels, 3 of 7 x 7")),
           {.name = "outlier",
            .initial = 0.5,
            .unit = "px",
            .min = 0.05,
            .max = 10,
            .doc = "How far the edge may be from where the plane has it",
            .shownIf = "rounds != 1"},
           wholeParameter(
               "rounds", 8, "", 1, 30,
               "Fits at most until all points fit; 1: a single one, nothing is left out"),
           wholeParameter("least", 6, "", 3, 81, "Fewer points make no flow")})),
      .body = EdgeFlow<Method>::make});
}

}  // namespace spk::flow::plane
