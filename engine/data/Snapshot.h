#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/Id.h"
#include "engine/base/Time.h"

namespace spk {

/// What a panel asks of a running simulation: a column of a population, or of a projection its
/// weights, delays (both by synapse) or connectivity (source and target of each synapse).
struct What {
  enum class Kind { Column, Weights, Delays, Connectivity } kind = Kind::Column;
  std::string column = {};
  std::size_t most = 1'000'000;   ///< at most so many values; a larger answer is a strided sample
};
struct Snapshot {
  Time t = 0;
  std::uint64_t total = 0;                    ///< how many there are in all
  std::vector<double> values;                 ///< column, weights or delays [the port's unit, ms]
  std::vector<std::uint32_t> sources, targets;   ///< Connectivity
};

}  // namespace spk
