#pragma once
#include "engine/graph/Registry.h"

namespace spk {

/// The types without a body that every program knows: project.settings, wire.signal, layout.frame,
/// layout.note, layout.window, lesson.progress.
void addBuiltIns(Registry& registry);

}  // namespace spk
