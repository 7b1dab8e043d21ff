#pragma once
#include <filesystem>
#include <memory>

#include "panels/kit/Panel.h"

namespace spk {

/// All node types by group, and the templates (*.spk) in the folder `templates`, to search, drag to
/// the canvas, or add by Enter or double-click (act "graph.add").
std::unique_ptr<Panel> makePalette(PanelContext& context, std::filesystem::path templates);
/// The same with the templates of resources/.
std::unique_ptr<Panel> makePalette(PanelContext& context);

}  // namespace spk
