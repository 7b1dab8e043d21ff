#pragma once
#include <map>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

/// The descriptions of many items of one project, each made once: items of a type whose shape does
/// not depend on values share theirs. For the time of one check; the project must not change.
class Shapes {
 public:
  explicit Shapes(const Registry& registry) : registry_(registry) {}
  const NodeType* type(const Item& item) const { return registry_.nodeType(item.type); }
  /// Empty for an unknown type. Stays valid as long as this object.
  const Shape& of(const Item& item);

 private:
  const Registry& registry_;
  std::map<const NodeType*, Shape> shared_;
  std::map<Id, Shape> own_;
};

/// wireType(), for many wires.
Result<std::string> wireType(const Project& project, Shapes& shapes, const Ref& from,
                             const Ref& to);

/// Parameters or options `width` and `height` [px] of a camera's sensor, 0: as the file says.
std::vector<Parameter> sensorOptions();

}  // namespace spk
