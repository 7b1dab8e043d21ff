#include "engine/graph/sensorShape.h"

#include <set>

#include "engine/base/Json.h"

namespace spk {
namespace {

constexpr int kMostSide = 65'536;

bool isPicture(Signal signal) {
  return signal == Signal::Events || signal == Signal::Flow || signal == Signal::Frames;
}

/// Walks upwards; each node is asked once, for a project may be wired in a circle.
class Walk {
 public:
  Walk(const Project& project, const Registry& registry) : project_(project), registry_(registry) {}

  Item told(const Item& item) {
    Item told = item;
    if (!seen_.insert(item.id).second) return told;
    const auto shape = reaching(item);
    if (!shape.empty())
      told.values[kFromShape] =
          Json{"[" + std::to_string(shape[0]) + ", " + std::to_string(shape[1]) + "]"};
    return told;
  }

 private:
  /// The shape that reaches the item's first picture input; empty where it is not known.
  std::vector<int> reaching(const Item& item) {
    const Shape shape = registry_.describe(item);
    for (const Port& port : shape.ports) {
      if (!port.input || !isPicture(port.signal)) continue;
      for (const auto& [id, wire] : project_.items) {
        if (wire.to.item != item.id || wire.to.port != port.name) continue;
        const Item* from = project_.find(wire.from.item);
        if (!from) continue;
        const Shape source = registry_.describe(told(*from));
        const Port* output = source.port(wire.from.port);
        if (output && !output->input && isPicture(output->signal) && output->shape.size() == 2)
          return output->shape;
      }
    }
    return {};
  }

  const Project& project_;
  const Registry& registry_;
  std::set<Id> seen_;
};

}  // namespace

Item withWiredShape(const Project& project, const Registry& registry, const Item& item) {
  return Walk(project, registry).told(item);
}

Shape describeWired(const Project& project, const Registry& registry, const Item& item) {
  return registry.describe(withWiredShape(project, registry, item));
}

SensorSize wiredSize(const Item& item) {
  const auto found = item.values.find(kFromShape);
  const Json* json = found == item.values.end() ? nullptr : std::get_if<Json>(&found->second);
  if (!json) return {};
  const auto list = JsonNode::parse(json->text);
  if (!list || list.value().items().size() != 2) return {};
  SensorSize size;
  for (const auto& [to, at] : {std::pair{&size.height, 0u}, {&size.width, 1u}}) {
    const JsonNode& side = list.value().items()[at];
    if (side.form() != JsonNode::Form::Integer || side.integer() < 1 || side.integer() > kMostSide)
      return {};
    *to = static_cast<int>(side.integer());
  }
  return size;
}

Result<SensorSize> neededSize(const Item& item) {
  const SensorSize size = wiredSize(item);
  if (size.width > 0) return size;
  return Error{
      "the size of the picture that reaches it is not known: wire events to it, and set width and "
      "height of the event stream, or open its file again",
      "in"};
}

}  // namespace spk
