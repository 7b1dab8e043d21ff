#pragma once
#include <memory>

#include "panels/kit/Panel.h"

namespace spk {

/// The bar of the run: play, step, reset, back; time and speed; pace, seed, target.
std::unique_ptr<Panel> makeTransport(PanelContext& context);

}  // namespace spk
