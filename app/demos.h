#pragma once
#include <vector>

#include "panels/start/StartPage.h"

namespace spk {

/// The demos of engine/run/demos.h, as the start page shows them.
std::vector<DemoCard> listDemos();

}  // namespace spk
