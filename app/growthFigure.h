#pragma once
#include <filesystem>
#include <string>

#include "engine/base/Json.h"
#include "engine/base/Result.h"

namespace spk {

/// The rows of `bench --scaling` as a table, a line each.
std::string growthTable(const JsonNode& rows);
/// The same as a picture (SVG): processor seconds per biological second against neurons and against
/// synapses, both axes logarithmic.
std::string growthPicture(const JsonNode& rows);
/// Both, as growth.csv and growth.svg.
Result<void> writeGrowth(const JsonNode& rows, const std::filesystem::path& folder);

}  // namespace spk
