#include "engine/graph/Registry.h"

#include <algorithm>
#include <cassert>

namespace spk {

const Port* Shape::port(std::string_view name) const {
  const auto found = std::ranges::find(ports, name, &Port::name);
  return found == ports.end() ? nullptr : &*found;
}

const Parameter* Shape::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

void Registry::add(NodeType type) {
  assert(!nodeType(type.id));
  types_.push_back(std::move(type));
}

void Registry::add(FileFormat format) {
  assert(!fileFormat(format.id));
  formats_.push_back(std::move(format));
}

const NodeType* Registry::nodeType(std::string_view id) const {
  const auto found = std::ranges::find(types_, id, &NodeType::id);
  return found == types_.end() ? nullptr : &*found;
}

const FileFormat* Registry::fileFormat(std::string_view id) const {
  const auto found = std::ranges::find(formats_, id, &FileFormat::id);
  return found == formats_.end() ? nullptr : &*found;
}

Shape Registry::describe(const Item& item) const {
  const NodeType* type = nodeType(item.type);
  if (!type) return {};
  return type->describe ? type->describe(item) : type->shape;
}

}  // namespace spk
