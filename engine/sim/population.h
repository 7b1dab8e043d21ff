#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/Item.h"
#include "engine/base/Parameter.h"
#include "engine/base/Result.h"
#include "engine/graph/Grid.h"

namespace spk {

/// Reads `n`: a number, [W], [H, W] or [C, H, W]. Error names the value and what is allowed.
Result<Grid> readGrid(const Value& value);
/// The parameter `n` that every population has.
Parameter sizeParameter(std::int64_t initial);

/// A parameter that many neuron types share, with the unit, range and words that all of them give
/// it: tau_m, t_ref [ms], C_m [pF], E_L, V_th, V_reset [mV], I_e [pA]. Live, and may differ per
/// neuron. A description lists them in the order in which the inspector shows them:
///
///   .parameters = {sizeParameter(1000), essential(membraneParameter("tau_m", 20.0)),
///                  membraneParameter("C_m", 250.0, "membrane capacitance of the soma")}
///
/// @param doc  words of this type's own; empty: the common ones
/// One more that several types share gets a row in the table of population.cpp; a name without a
/// row comes back without words, which the contract tests refuse.
Parameter membraneParameter(std::string_view name, double initial, std::string doc = {});
/// The same parameter, shown on the node itself; with `n` three at most.
Parameter essential(Parameter parameter);
/// For `prepare`: Error at V_reset, with both numbers, unless V_reset < V_th [mV].
Result<void> resetBelowThreshold(double V_reset, double V_th);

}  // namespace spk
