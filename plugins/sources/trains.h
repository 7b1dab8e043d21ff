#pragma once
#include <cstdint>
#include <string>

#include "engine/base/Parameter.h"
#include "engine/graph/NodeType.h"
#include "engine/sim/Body.h"

namespace spk::sources {

/// More than this no train fires on average: what is asked for beyond is cut.
inline constexpr double kMostRate_Hz = 1000;

/// The parameter `n`: how many trains.
Parameter trainsParameter(std::int64_t initial);
/// A rate of each train, 0 to kMostRate_Hz.
Parameter trainRateParameter(std::string name, double initial, std::string doc);
/// The output `out`.
Port trainsOut();
/// `n`, at least 1.
std::uint32_t trainsOf(const Item& item, std::int64_t fallback);

/// Puts what was added into order of time, then train.
void sortByTime(Out<Spike>& out) noexcept;
/// A number in [0, 1) with 52 bits; `index` and `draw` as in Batch::uniform.
double fineUniform(const Batch& batch, std::uint64_t step, std::uint32_t index, int draw);
/// Normal, |x| below 8.5; takes the draws `draw` to `draw` + 2.
double normalOf(const Batch& batch, std::uint64_t step, std::uint32_t index, int draw);
inline constexpr double kFarthestNormal = 8.5;

}  // namespace spk::sources
