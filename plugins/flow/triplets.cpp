// Flow from three edges in a row.
#include "engine/sim/population.h"
#include "plugins/flow/EdgeFlow.h"

namespace spk::flow::triplets {
namespace {

constexpr int kMostRadius = 4;

struct Method {
  static constexpr int kMargin = 2 * kMostRadius;
  int radius = 2, least = 2;
  double tolerance = 0.3;

  static Result<Method> of(const Item& item) {
    Method method;
    TRY(method.radius, wholeWithin(item, "radius", 2, 1, kMostRadius));
    TRY(method.least, wholeWithin(item, "least", 2, 2, 81));
    method.tolerance = numberOr(item.values, "tolerance", 0.3);
    if (!(method.tolerance >= 0.01 && method.tolerance <= 2))
      return Error{"is " + numberText(method.tolerance) + "; 0.01 to 2 are allowed", "tolerance"};
    return method;
  }
  int reach() const { return 2 * radius; }
  std::optional<Velocity> at(const Patch& patch) const {
    return matchTriplets(patch, tolerance, least);
  }
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.triplets",
      .title = "Flow: triplets",
      .doc = "Velocity of edges across themselves from three edges in a row: where an edge passed "
             "the pixels at -2d, -d and 0 in two intervals that agree within `tolerance` of their "
             "mean, it takes the time between for 2d. The gradient g [s/px] is the least-squares "
             "answer to all such triplets, the velocity g / |g|^2. Single noise events seldom make "
             "a triplet.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "event camera dvs optic motion velocity normal matching noise",
      .shape = flowShape(edgeParameters(
          {essential(wholeParameter("radius", 2, "px", 1, kMostRadius,
                                    "Longest step d in x and in y; it looks twice as far")),
           {.name = "tolerance",
            .initial = 0.3,
            .min = 0.01,
            .max = 2,
            .doc = "How much the two intervals may differ, as a share of their mean"},
           wholeParameter("least", 2, "", 2, 81, "Fewer triplets make no flow")})),
      .body = EdgeFlow<Method>::make});
}

}  // namespace spk::flow::triplets
