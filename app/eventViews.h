#pragma once
#include <functional>

#include "engine/base/Edit.h"
#include "engine/graph/Registry.h"

namespace spk {

/// What one wants to see of a camera's recording that is opened into an empty project: picture,
/// cloud and rate, with the frames, triggers and inertial samples that the file has. Views and
/// wires, at the right of the camera's node.
std::vector<Operation> viewsOfCamera(const Item& camera, const Registry& registry,
                                     const std::function<Id()>& newId);

}  // namespace spk
