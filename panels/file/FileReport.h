#pragma once
#include <memory>

#include "panels/kit/Panel.h"

namespace spk {

/// What the recording of a camera holds: what was read, guessed, left out; guesses are set right
/// here. Of the selected camera, else of the first.
std::unique_ptr<Panel> makeFileReport(PanelContext& context);

}  // namespace spk
