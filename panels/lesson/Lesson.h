#pragma once
#include <functional>
#include <memory>

#include "engine/data/LessonStatus.h"
#include "panels/kit/Panel.h"

namespace spk {

/// The lesson beside the graph: what to read, predict and do, and whether it is done; at the end
/// questions. It acts by "lesson.do" {"do": "next", "back", "answer", "restart"}.
std::unique_ptr<Panel> makeLesson(PanelContext& context,
                                  std::function<const LessonStatus&()> status);

}  // namespace spk
