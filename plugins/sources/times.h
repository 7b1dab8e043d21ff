#pragma once
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Value.h"

namespace spk::sources {

/// The list of numbers that `key` holds, or `fallback` (JSON) where nothing is written; all finite
/// and in [min, max]. Error names `key` and the entry.
Result<std::vector<double>> numbersOf(const Values& values, const char* key, const char* fallback,
                                      double min, double max);
/// A list of rows of `width` finite numbers each, alike. @param form  "[ms, pA]", for the message
Result<std::vector<std::vector<double>>> rowsOf(const Values& values, const char* key,
                                                const char* fallback, std::size_t width,
                                                const char* form);

}  // namespace spk::sources
