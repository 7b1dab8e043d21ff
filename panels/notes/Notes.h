#pragma once
#include <memory>

#include "panels/kit/Panel.h"

namespace spk {

/// What check, import, run and fit have to say, worst first; a click shows the node, a button
/// mends.
std::unique_ptr<Panel> makeNotes(PanelContext& context);

}  // namespace spk
