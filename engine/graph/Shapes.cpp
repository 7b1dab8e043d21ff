#include "engine/graph/Shapes.h"

#include <utility>

namespace spk {

const Shape& Shapes::of(const Item& item) {
  const NodeType* type = registry_.nodeType(item.type);
  if (type && type->describe) {
    const auto found = own_.find(item.id);
    return found != own_.end() ? found->second
                               : own_.emplace(item.id, registry_.describe(item)).first->second;
  }
  const auto found = shared_.find(type);
  return found != shared_.end() ? found->second
                                : shared_.emplace(type, registry_.describe(item)).first->second;
}

std::vector<Parameter> sensorOptions() {
  const auto side = [](std::string name, std::string doc) {
    return Parameter{.name = std::move(name),
                     .kind = Kind::Integer,
                     .initial = std::int64_t{0},
                     .unit = "px",
                     .min = 0,
                     .max = 65536,
                     .doc = std::move(doc),
                     .live = false};
  };
  return {side("width", "Width of the sensor; 0: as the file says"),
          side("height", "Height of the sensor; 0: as the file says")};
}

}  // namespace spk
