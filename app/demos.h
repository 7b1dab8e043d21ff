#pragma once
#include <vector>

#include "panels/start/StartPage.h"

namespace spk {

/// Every folder of resources/demos that holds a project, by id; what there is to read is taken from
/// its lesson.json or, where there is no lesson, demo.json.
std::vector<DemoCard> listDemos();

}  // namespace spk
