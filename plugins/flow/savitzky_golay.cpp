// Flow from the mean slope of the times at which an edge passed the pixels around.
#include "engine/sim/population.h"
#include "plugins/flow/EdgeFlow.h"

namespace spk::flow::savitzky_golay {
namespace {

struct Method {
  static constexpr int kMargin = kMostReach;
  int radius = 2, least = 6;
  double outlier = 1;

  static Result<Method> of(const Item& item) {
    Method method;
    TRY(method.radius, wholeWithin(item, "radius", 2, 1, kMostReach));
    TRY(method.least, wholeWithin(item, "least", 6, 1, 81));
    method.outlier = numberOr(item.values, "outlier", 1);
    if (!(method.outlier >= 0.05 && method.outlier <= 1000))
      return Error{"is " + numberText(method.outlier) + " px; 0.05 to 1000 are allowed", "outlier"};
    return method;
  }
  int reach() const { return radius; }
  std::optional<Velocity> at(const Patch& patch) const { return meanSlope(patch, outlier, least); }
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.savitzky_golay",
      .title = "Flow: time gradient",
      .doc =
          "Velocity of edges across themselves, the quick way: the mean difference of the times "
          "at which an edge passed neighbouring pixels, in rows and in columns, is the gradient g "
          "[s/px] of the time surface (a Savitzky-Golay filter of first order); the velocity is "
          "g / |g|^2. Differences far from their median are left out.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "event camera dvs optic motion velocity normal surface savitzky golay",
      .shape = flowShape(edgeParameters(
          {essential(wholeParameter("radius", 2, "px", 1, kMostReach,
                                    "How far around it looks: 2 is a square of 5 x 5 pixels")),
           {.name = "outlier",
            .initial = 1.0,
            .unit = "px",
            .min = 0.05,
            .max = 1000,
            .doc =
                "Differences further from the median than what the edge takes for so many pixels "
                "are left out; 1000: none"},
           wholeParameter("least", 6, "", 1, 81,
                          "Fewer pairs of neighbours, in rows or in columns, make no flow")})),
      .body = EdgeFlow<Method>::make});
}

}  // namespace spk::flow::savitzky_golay
