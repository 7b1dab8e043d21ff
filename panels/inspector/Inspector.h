#pragma once
#include <memory>

#include "panels/kit/Panel.h"

namespace spk {

/// Every parameter of what is selected (of the project, where nothing is), to scrub, type or reset.
std::unique_ptr<Panel> makeInspector(PanelContext& context);

}  // namespace spk
