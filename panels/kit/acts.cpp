#include "panels/kit/acts.h"

#include "engine/base/Json.h"
#include "engine/graph/editJson.h"

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

QByteArray droppedType(const std::string& type, const Values& begins) {
  if (begins.empty()) return QByteArray::fromStdString(type);
  const Item item{Id{1}, type, {}, {}, {}, begins};
  return QByteArray::fromStdString(type + "\n" + itemJson(item).write());
}

std::pair<std::string, Values> typeOfDrop(const QByteArray& dropped) {
  const std::string text = dropped.toStdString();
  const std::size_t end = text.find('\n');
  if (end == text.npos) return {text, {}};
  const auto node = JsonNode::parse(std::string_view(text).substr(end + 1));
  auto item = node ? readItem(node.value()) : Result<Item>(node.error());
  return {text.substr(0, end), item ? std::move(item.value().values) : Values{}};
}

}  // namespace spk
