#pragma once
#include "engine/graph/Registry.h"
#include "engine/graph/builtins.h"
#include "engine/run/CpuTarget.h"
#include "engine/run/Target.h"

namespace spk {

void addPlugins(Registry& registry);  // made by plugins/CMakeLists.txt
void addViews(Registry& registry);    // made by panels/CMakeLists.txt

/// All node types and file formats of this build; the same in every program.
inline Registry wholeRegistry() {
  Registry registry;
  addBuiltIns(registry);
  addPlugins(registry);
  addViews(registry);
  return registry;
}

/// All places where a network may run or be written to.
inline Targets wholeTargets() {
  Targets targets;
  targets.add(cpuTarget());
  return targets;
}

}  // namespace spk
