#pragma once
#include <string>

#include "engine/base/Json.h"
#include "engine/base/Result.h"

namespace spk {

/// How well a denoise filter tells signal from noise: test scenes whose every event is labelled,
/// with 2 random events a second from each pixel and 40 hot pixels, go through the filter at
/// several values of its main parameter. The row's fields: name, parameter, and for each scene
/// (bar, blobs) the numbers of events `signal` and `noise`, the area under the curve `auc` (1:
/// perfect, 0.5: chance), and `points`, by the parameter's value: `true_positive` (share of the
/// signal that passes), `false_positive` (share of the noise that passes).
/// @param filter  "background_activity", "stcf", "refractory", "hot_pixel"
Result<JsonNode> benchDenoising(const std::string& filter);

}  // namespace spk
