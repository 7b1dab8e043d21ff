#include <algorithm>

#include "plugins/sources/current.h"
#include "plugins/sources/times.h"

namespace spk::sources::step {
namespace {

constexpr const char* kSteps = "[[100, 200], [600, 0]]";

/// A current that jumps at given times.
struct Steps {
  struct Jump {
    Time at = 0;
    float to = 0;
  };
  std::vector<Jump> jumps;  ///< in order of time

  Result<void> read(const Item& item) {
    TRY(const auto rows, rowsOf(item.values, "steps", kSteps, 2, "[ms, pA]"));
    jumps.clear();
    for (const auto& row : rows) {
      if (row[0] < 0 || row[0] > kNever_ms || row[1] < -1e6 || row[1] > 1e6)
        return Error{"has the step [" + numberText(row[0]) + ", " + numberText(row[1]) +
                         "]; times of 0 to 1e9 ms and currents of -1e6 to 1e6 pA are allowed",
                     "steps"};
      jumps.push_back({fromMilliseconds(row[0]), static_cast<float>(row[1])});
    }
    std::ranges::stable_sort(jumps, {}, &Jump::at);
    return {};
  }
  float at(const Batch&, Time t, std::uint64_t) const {
    const auto next = std::ranges::upper_bound(jumps, t, {}, &Jump::at);
    return next == jumps.begin() ? 0 : std::prev(next)->to;
  }
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.step",
      .title = "Step current",
      .doc =
          "A current [pA] into every neuron that it is wired to, which jumps at given times: a "
          "list "
          "of [ms, pA]. It is 0 before the first and keeps each value until the next; a step holds "
          "the value of its beginning. Of two at one time the later in the list counts.",
      .role = Role::Source,
      .group = "Sources",
      .words = "staircase current injection list protocol values generator",
      .shape = currentShape({{.name = "steps",
                              .kind = Kind::Text,
                              .initial = Json{kSteps},
                              .doc = "list of [ms, pA]",
                              .essential = true}}),
      .body = currentBody<Steps>});
}

}  // namespace spk::sources::step
