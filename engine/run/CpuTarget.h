#pragma once
#include <memory>

#include "engine/run/Target.h"

namespace spk {

/// "cpu": the reference engine on this machine. Options: `threads` (0: all processors), `isa`
/// (generic, avx2, avx512; empty: the best there is). Runs whatever check() accepts.
std::unique_ptr<Target> cpuTarget();

}  // namespace spk
