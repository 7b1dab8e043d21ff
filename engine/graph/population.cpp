#include "engine/graph/population.h"

#include "engine/base/Json.h"

namespace spk {
namespace {

constexpr std::int64_t kMost = 100'000'000;

Error wrong(const Value& n) {
  return Error{"n = " + valueText(n) + "; a number in 1 … 100000000 or a grid [C, H, W] is allowed",
               ""};
}

}  // namespace

Result<std::vector<std::int64_t>> gridOf(const Value& n) {
  if (const auto size = asInteger(n); size && !std::holds_alternative<bool>(n)) {
    if (*size < 1 || *size > kMost) return wrong(n);
    return std::vector<std::int64_t>{*size};
  }
  const auto* json = std::get_if<Json>(&n);
  const auto node = json ? JsonNode::parse(json->text) : Result<JsonNode>(JsonNode());
  if (!node || node.value().form() != JsonNode::Form::List) return wrong(n);
  const std::vector<JsonNode>& items = node.value().items();
  if (items.empty() || items.size() > 3) return wrong(n);
  std::vector<std::int64_t> grid;
  std::int64_t total = 1;
  for (const JsonNode& item : items) {
    const auto size = asInteger(toValue(item));
    if (!item.isNumber() || !size || *size < 1 || *size > kMost || total > kMost / *size)
      return wrong(n);
    total *= *size;
    grid.push_back(*size);
  }
  if (grid.size() == 2) grid.insert(grid.begin(), 1);
  return grid;
}

Result<std::vector<std::int64_t>> gridOf(const Item& item, const Shape& shape) {
  if (const auto found = item.values.find("n"); found != item.values.end())
    return gridOf(found->second);
  if (const Parameter* n = shape.parameter("n")) return gridOf(n->initial);
  for (const Port& port : shape.ports)  // a source whose trains follow from other values
    if (!port.input && port.signal == Signal::Spikes && !port.shape.empty())
      return std::vector<std::int64_t>(port.shape.begin(), port.shape.end());
  return Error{"has no size n", item.type};
}

std::int64_t populationSize(const Item& item, const Shape& shape) {
  const auto grid = gridOf(item, shape);
  if (!grid) return 0;
  std::int64_t total = 1;
  for (const std::int64_t size : grid.value()) total *= size;
  return total;
}

}  // namespace spk
