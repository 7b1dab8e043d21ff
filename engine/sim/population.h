#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Parameter.h"
#include "engine/base/Result.h"

namespace spk {

/// The size of a population as a grid; a plain number is one row. Neuron (c·H + y)·W + x, y down.
struct Grid {
  std::uint32_t channels = 1, height = 1, width = 1;
  std::uint32_t size() const { return channels * height * width; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

/// Reads `n`: a number, [W], [H, W] or [C, H, W]. Error names the value and what is allowed.
Result<Grid> readGrid(const Value& value);
/// The parameter `n` that every population has.
Parameter sizeParameter(std::int64_t initial);

}  // namespace spk
