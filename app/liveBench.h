#pragma once
#include "engine/base/Json.h"
#include "engine/base/Result.h"

namespace spk {

/// A recording that is sent by this machine to itself, heard, and drives a layer, at the pace of the
/// clock: how long it takes from a datagram to the spikes that a raster gets.
Result<JsonNode> benchLiveInput();

}  // namespace spk
