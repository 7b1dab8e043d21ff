#pragma once
#include <string>
#include <string_view>

#include "engine/base/Result.h"

namespace spk {

/// Reads "20", "20 ms", "0.02s", "3 MΩ" (also "Mohm") for a parameter of unit `unit`, converting
/// between units of one dimension: "0.02 s" for ms is 20. Error names both units.
Result<double> numberWithUnit(std::string_view text, std::string_view unit);
/// Factor from a unit shown to people to the coherent set: Hz → kHz 1e-3, MΩ → GΩ 1e-3; else 1.
double coherentFactor(std::string_view unit);

}  // namespace spk
