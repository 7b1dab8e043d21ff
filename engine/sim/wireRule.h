#pragma once
#include <cstdint>
#include <optional>

#include "engine/base/Item.h"
#include "engine/graph/ConnectRule.h"
#include "engine/graph/Distribution.h"

namespace spk {

struct Population;  // engine/sim/Network.h

/// One end of a wire. `population`: nullptr for a stream node, which has no places but a grid.
struct WireEnd {
  const Item& item;
  const Population* population = nullptr;
};

/// Who a wire joins, with all that takes more than its own values: places, pairs of a file.
struct WireRule {
  ConnectRule rule;
  std::optional<Distribution> weights, delays;  ///< of the file; lists by source, then target
};
/// Error::where names the parameter: of the wire, or, as "E.positions", of an end.
/// @param seed  of the project, for places that are drawn
Result<WireRule> readWireRule(const Item& wire, const Shape& shape, const WireEnd& from,
                              const WireEnd& to, std::uint64_t seed);

}  // namespace spk
