#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/data/FileFormat.h"

namespace spk::flow {

/// All flows of a file, in order of time.
struct FlowList {
  std::vector<Flow> flows;  ///< times raw
  Sensor sensor;
  Notes notes;
};
/// A list as a source of one stream.
std::unique_ptr<EventSource> sourceOf(FlowList list);
/// The whole first stream of flow; times raw. Error where there is none: `from` holds no flow.
Result<FlowList> flowsOf(Opened& from);

/// Flows that are none: not finite, or beside the sensor; and steps back in time. What is wrong is
/// left out or sorted in, and said.
void mend(FlowList& list);

}  // namespace spk::flow
