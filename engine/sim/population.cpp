#include "engine/sim/population.h"

#include "engine/base/Json.h"

namespace spk {
namespace {
constexpr std::int64_t kMostNeurons = std::int64_t{1} << 31;
}

Result<Grid> readGrid(const Value& value) {
  std::vector<std::int64_t> sides;
  if (const auto whole = asInteger(value)) {
    sides = {*whole};
  } else if (const auto* json = std::get_if<Json>(&value)) {
    TRY(const JsonNode list, JsonNode::parse(json->text));
    for (const JsonNode& side : list.items())
      sides.push_back(side.isNumber() ? static_cast<std::int64_t>(side.number()) : 0);
  }
  std::int64_t size = 1;
  for (const std::int64_t side : sides) {
    if (side < 1 || side > kMostNeurons / size) size = 0;
    if (size == 0) break;
    size *= side;
  }
  if (sides.empty() || sides.size() > 3 || size == 0)
    return Error{"is " + valueText(value) +
                     "; a number of neurons, or a grid [C, H, W], with 1 to 2147483648 in all",
                 "n"};
  sides.insert(sides.begin(), 3 - sides.size(), 1);
  return Grid{static_cast<std::uint32_t>(sides[0]), static_cast<std::uint32_t>(sides[1]),
              static_cast<std::uint32_t>(sides[2])};
}

Parameter sizeParameter(std::int64_t initial) {
  return {.name = "n",
          .kind = Kind::Grid,
          .initial = initial,
          .min = 1,
          .max = static_cast<double>(kMostNeurons),
          .doc = "how many neurons: a number, or a grid [C, H, W] of channels, rows and columns",
          .essential = true,
          .live = false};
}

}  // namespace spk
