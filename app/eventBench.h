#pragma once
#include <string>

#include "engine/base/Json.h"
#include "engine/base/Result.h"

namespace spk {

/// How fast files of `format` (evt2, evt3, csv …) decode into event packets on one thread, from the
/// page cache, beside what memcpy moves in the same process; both by processor time. The row's
/// fields: name, events, bytes_per_event, mev_per_s, bar_mev_per_s and bar_met if there is one,
/// memcpy_gb_per_s, ratio_to_memcpy (bytes of decoded events to bytes copied, both per second).
/// @param bar  million events a second that are asked for; 0: none
Result<JsonNode> benchDecoding(const std::string& format, double bar);

/// How long it takes to open an EVT2 file of 400 MB and play its beginning, until all its places
/// are known, and at most to seek to any of them; by the clock on the wall.
Result<JsonNode> benchOpening();

}  // namespace spk
