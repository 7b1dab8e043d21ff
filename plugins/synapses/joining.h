#pragma once
#include <vector>

#include "engine/base/Parameter.h"

namespace spk::synapses {

/// What every projection has: weight, delay, and who is joined to whom.
std::vector<Parameter> joiningParameters();
/// With the parameters of a rule after weight and delay.
std::vector<Parameter> joiningParameters(std::vector<Parameter> own);

}  // namespace spk::synapses
