// Flow from the spikes of direction-selective neurons.
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/flow/EdgeFlow.h"
#include "plugins/flow/Votes.h"

namespace spk::flow::direction_votes {
namespace {

Result<VoteRules> rulesOf(const Item& item) {
  VoteRules rules;
  TRY(rules.width, wholeWithin(item, "width", 160, 1, 4096));
  TRY(rules.height, wholeWithin(item, "height", 120, 1, 4096));
  TRY(rules.directions, wholeWithin(item, "directions", 8, 2, 64));
  TRY(rules.speeds, wholeWithin(item, "speeds", 1, 1, 32));
  TRY(rules.radius, wholeWithin(item, "radius", 6, 0, 1000));
  const auto within = [&](const char* key, double initial, double min,
                          double max) -> Result<double> {
    const double value = numberOr(item.values, key, initial);
    if (value >= min && value <= max) return value;
    return Error{"is " + numberText(value) + "; " + numberText(min) + " to " + numberText(max) +
                     " are allowed",
                 key};
  };
  TRY(rules.slowest, within("slowest", 100, 0.1, 100'000));
  TRY(rules.ratio, within("ratio", 2, 1.01, 100));
  TRY(const double recent, within("recent", 20, 0.01, 10'000));
  rules.recent = fromMilliseconds(recent);
  return rules;
}

class DirectionVotes final : public Body {
 public:
  DirectionVotes(Values fixed, const VoteRules& rules) : fixed_(std::move(fixed)), votes_(rules) {}

  Result<void> change(const Item& item) override {
    if (valuesOf(item) != fixed_)
      return Error{"other preferred velocities need the network to be built again", "directions"};
    return {};
  }
  void run(Batch& batch) noexcept override {
    Out<Flow> out = batch.out<Flow>(0);
    for (const Spike& spike : batch.in<Spike>(0))  // its t is the end of its step
      if (const auto flow = votes_.take(spike.neuron, spike.t - 1)) out.add(*flow);
  }
  void save(Bytes& out) const override { votes_.save(out); }
  Result<void> restore(Bytes& in) override { return votes_.restore(in); }

  static Values valuesOf(const Item& item) {
    Values fixed;
    for (const char* key :
         {"width", "height", "directions", "speeds", "slowest", "ratio", "radius", "recent"})
      if (const auto found = item.values.find(key); found != item.values.end())
        fixed.insert(*found);
    return fixed;
  }

 private:
  Values fixed_;
  Votes votes_;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const VoteRules rules, rulesOf(item));
  return std::unique_ptr<Body>(
      std::make_unique<DirectionVotes>(DirectionVotes::valuesOf(item), rules));
}

Parameter whole(const char* name, const char* unit, std::int64_t initial, double min, double max,
                const char* doc) {
  return {.name = name,
          .kind = Kind::Integer,
          .initial = initial,
          .unit = unit,
          .min = min,
          .max = max,
          .doc = doc,
          .live = false};
}
Parameter real(const char* name, const char* unit, double initial, double min, double max,
               const char* doc) {
  return {.name = name,
          .initial = initial,
          .unit = unit,
          .min = min,
          .max = max,
          .doc = doc,
          .live = false};
}

Shape describe(const Item& item);
Shape shape() {
  Shape made;
  made.ports = {{.name = "in",
                 .signal = Signal::Spikes,
                 .input = true,
                 .doc = "Spikes of neurons that prefer a direction, [C, H, W]"},
                {.name = "out",
                 .signal = Signal::Flow,
                 .unit = "px/s",
                 .doc = "A velocity for each spike; x to the right, y down"}};
  made.parameters = {
      whole("width", "px", 160, 1, 4096, "Columns of the population's grid"),
      whole("height", "px", 120, 1, 4096, "Rows of the population's grid"),
      whole("directions", "", 8, 2, 64,
            "Preferred directions: channel 0 to the right, the next ones turned towards down"),
      whole("speeds", "", 1, 1, 32,
            "Preferred speeds: after the channels of all directions those of the next speed"),
      real("slowest", "px/s", 100, 0.1, 100'000, "The first preferred speed"),
      real("ratio", "", 2, 1.01, 100, "Each further speed is so many times the one before"),
      whole("radius", "px", 6, 0, 1000, "Spikes so near vote together, in x and in y"),
      real("recent", "ms", 20, 0.01, 10'000, "Spikes so new vote together")};
  for (const std::size_t i : {2u, 4u, 6u}) made.parameters[i].essential = true;
  return made;
}
Shape describe(const Item& item) {
  Shape made = shape();
  const auto width = integerOr(item.values, "width", 160),
             height = integerOr(item.values, "height", 120);
  if (width > 0 && height > 0 && width <= 4096 && height <= 4096)
    made.ports[1].shape = {static_cast<int>(height), static_cast<int>(width)};
  return made;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.direction_votes",
      .title = "Flow: votes of neurons",
      .doc =
          "Reads flow from direction-selective neurons. Each channel of the population prefers a "
          "velocity; at every spike those that fired around it vote: the direction is that of "
          "the sum of their preferred directions (population vector, Georgopoulos et al. 1986), "
          "the speed the geometric mean of their preferred speeds. Neurons become selective by "
          "delay lines: wires from the events that are shifted by d and delayed by d / v, so "
          "that an edge of velocity v meets itself. The template \"direction selective\" has them.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "reichardt delay line population vector spiking snn direction selective motion",
      .shape = shape(),
      .describe = describe,
      .body = body});
}

}  // namespace spk::flow::direction_votes
