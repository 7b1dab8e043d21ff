#include "engine/graph/Shapes.h"

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

}  // namespace spk
