#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Result.h"
#include "engine/graph/NodeType.h"

namespace spk {

/// The grid that `n` of a population says: {N}, or {C, H, W} (two numbers are {1, H, W}). Error if
/// it is neither, or a size is not in 1 … 100 million.
Result<std::vector<std::int64_t>> gridOf(const Value& n);
/// Of an item: what is written, else the description's initial value.
Result<std::vector<std::int64_t>> gridOf(const Item& item, const Shape& shape);
/// How many neurons an item has; 0 where it has no `n`, or an impossible one.
std::int64_t populationSize(const Item& item, const Shape& shape);

}  // namespace spk
