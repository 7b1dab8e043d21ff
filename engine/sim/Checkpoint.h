#pragma once
#include <map>
#include <memory>
#include <vector>

#include "engine/base/Bytes.h"
#include "engine/base/Id.h"
#include "engine/base/Time.h"

namespace spk {

/// All columns, buffers, weights and bodies at one time; makes rewind exact. By item: a list of
/// pages; pages that did not change since the checkpoint before are shared with it.
struct Checkpoint {
  Time t = 0;
  std::map<Id, std::vector<std::shared_ptr<const Bytes>>> state;
};

}  // namespace spk
