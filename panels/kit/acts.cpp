#include "panels/kit/acts.h"

#include "engine/base/Json.h"

namespace spk {

Values selectionValues(std::span<const Id> items) {
  JsonNode list = JsonNode::list();
  for (const Id id : items) list.add(JsonNode{number(id)});
  return {{"items", Json{list.write()}}};
}

std::vector<Id> selectionOf(const Values& values) {
  std::vector<Id> items;
  const auto found = values.find("items");
  const Json* text = found == values.end() ? nullptr : std::get_if<Json>(&found->second);
  if (!text) return items;
  const auto list = JsonNode::parse(text->text);
  if (!list) return items;
  for (const JsonNode& node : list.value().items())
    if (node.form() == JsonNode::Form::Integer && node.integer() > 0)
      items.push_back(Id{static_cast<std::uint64_t>(node.integer())});
  return items;
}

Values itemValues(Id item) { return {{"item", static_cast<std::int64_t>(number(item))}}; }

Id itemOf(const Values& values) {
  const std::int64_t found = integerOr(values, "item", 0);
  return found > 0 ? Id{static_cast<std::uint64_t>(found)} : Id::none;
}

}  // namespace spk
