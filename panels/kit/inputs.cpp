#include "panels/kit/inputs.h"

#include <algorithm>
#include <limits>

#include "engine/base/Json.h"
#include "engine/graph/sensorShape.h"
#include "panels/kit/Theme.h"

namespace spk {

Value parameterValue(const Registry& registry, const Item& item, std::string_view name) {
  const auto written = item.values.find(name);
  if (written != item.values.end()) return written->second;
  const Shape shape = registry.describe(item);
  const Parameter* parameter = shape.parameter(name);
  return parameter ? parameter->initial : Value{false};
}

double parameterNumber(const Registry& registry, const Item& item, std::string_view name) {
  const Value value = parameterValue(registry, item, name);
  if (std::holds_alternative<bool>(value)) return std::numeric_limits<double>::quiet_NaN();
  return asNumber(value).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string parameterText(const Registry& registry, const Item& item, std::string_view name) {
  const Value value = parameterValue(registry, item, name);
  const auto text = asText(value);
  return text ? std::string(*text) : std::string();
}

bool parameterOn(const Registry& registry, const Item& item, std::string_view name) {
  const Value value = parameterValue(registry, item, name);
  const bool* on = std::get_if<bool>(&value);
  return on && *on;
}

std::uint32_t populationSize(const Registry& registry, const Item& item) {
  const Value n = parameterValue(registry, item, "n");
  if (std::holds_alternative<bool>(n)) return 0;
  if (const auto number = asInteger(n))
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, *number));
  const Json* grid = std::get_if<Json>(&n);
  if (!grid) return 0;
  const auto node = JsonNode::parse(grid->text);
  if (!node || node.value().items().empty()) return 0;
  std::int64_t product = 1;
  for (const JsonNode& side : node.value().items())
    product *= std::max<std::int64_t>(0, side.integer());
  return static_cast<std::uint32_t>(
      std::min<std::int64_t>(product, std::numeric_limits<std::uint32_t>::max()));
}

QString nodeName(const Registry& registry, const Item& item) {
  const std::string name = textOr(item.values, "name", "");
  if (!name.empty()) return QString::fromStdString(name);
  const NodeType* type = registry.nodeType(item.type);
  return QString::fromStdString(type ? type->title : item.type);
}

std::vector<Input> inputsOf(const Project& project, const Registry& registry, Id view) {
  std::vector<Input> inputs;
  for (const auto& [id, wire] : project.items) {
    if (wire.to.item != view || !wire.isWire()) continue;
    const Item* source = project.find(wire.from.item);
    if (!source) continue;
    const Shape shape = describeWired(project, registry, *source);
    const Port* port = shape.port(wire.from.port);
    if (!port) continue;
    const NodeType* type = registry.nodeType(source->type);
    const bool population = type && type->role == Role::Population;
    inputs.push_back({.wire = id,
                      .source = source->id,
                      .port = wire.from.port,
                      .signal = port->signal,
                      .unit = port->unit,
                      .name = nodeName(registry, *source),
                      .colour = nodeColour(project, registry, source->id),
                      .neurons = population ? populationSize(registry, *source) : 0,
                      .shape = port->shape});
  }
  return inputs;
}

}  // namespace spk
