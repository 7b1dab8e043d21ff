#include "plugins/sources/times.h"

#include <cmath>
#include <string>

#include "engine/base/Json.h"

namespace spk::sources {
namespace {

Result<JsonNode> listOf(const Values& values, const char* key, const char* fallback) {
  const auto found = values.find(key);
  if (found == values.end()) return JsonNode::parse(fallback);
  const auto* json = std::get_if<Json>(&found->second);
  if (!json) return Error{"is " + valueText(found->second) + "; a list is allowed", key};
  TRY(JsonNode node, JsonNode::parse(json->text));
  if (node.form() != JsonNode::Form::List)
    return Error{"is " + json->text + "; a list is allowed", key};
  return node;
}

}  // namespace

Result<std::vector<double>> numbersOf(const Values& values, const char* key, const char* fallback,
                                      double min, double max) {
  TRY(const JsonNode list, listOf(values, key, fallback));
  std::vector<double> numbers;
  for (const JsonNode& entry : list.items()) {
    if (!entry.isNumber() || !(entry.number() >= min && entry.number() <= max))
      return Error{"has " + entry.write() + " as number " + std::to_string(numbers.size() + 1) +
                       "; " + numberText(min) + " to " + numberText(max) + " is allowed",
                   key};
    numbers.push_back(entry.number());
  }
  return numbers;
}

Result<std::vector<std::vector<double>>> rowsOf(const Values& values, const char* key,
                                                const char* fallback, std::size_t width,
                                                const char* form) {
  TRY(const JsonNode list, listOf(values, key, fallback));
  std::vector<std::vector<double>> rows;
  for (const JsonNode& entry : list.items()) {
    std::vector<double> row;
    for (const JsonNode& number : entry.items())
      if (number.isNumber() && std::isfinite(number.number())) row.push_back(number.number());
    if (row.size() != width || entry.items().size() != width)
      return Error{"has " + entry.write() + " as entry " + std::to_string(rows.size() + 1) +
                       "; each must be " + form,
                   key};
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace spk::sources
