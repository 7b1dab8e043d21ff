#pragma once
#include <string>

#include "engine/base/Json.h"
#include "engine/base/Result.h"

namespace spk {

/// How well and how fast a method of optical flow (a node type such as flow.plane) does on the
/// scenes S1 to S7, without and with noise, whose true flow is known. The row's fields: name,
/// events, mev_per_s (by processor time, on the clean scenes), scenes, a list of {scene, noise,
/// events, density (flows for each event that motion caused), noise_flows, fwl, full, normal}, the
/// last two against the full truth and against what can be seen of it through a small hole:
/// {median_relative, mean_relative (each at most 2), aee_px_per_s, median_angle, mean_angle
/// [degrees], outliers (share off by over 30 %)}; bars, a list of {bar, limit, measured, held}.
Result<JsonNode> benchFlow(const std::string& method);
/// The row as a table for people.
std::string flowTable(const JsonNode& row);

}  // namespace spk
