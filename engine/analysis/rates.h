#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Time.h"
#include "engine/data/Spike.h"

namespace spk {

/// Spikes of the bins [begin + i·bin, begin + (i + 1)·bin) that lie wholly before `end`; spikes
/// outside are not counted. Any order of spikes.
/// @param bin  width of one bin [ns], ≥ 1
Result<std::vector<std::uint32_t>> countsPerBin(std::span<const Spike> spikes, Time begin, Time end,
                                                Time bin);
Result<std::vector<std::uint32_t>> countsPerBin(std::span<const Time> train, Time begin, Time end,
                                                Time bin);

/// Mean rate of one neuron [Hz]; 0 neurons or no time: Error.
Result<double> meanRate(std::uint64_t spikes, std::uint64_t neurons, Time duration);

/// Intervals of a train [ns], one fewer than its spikes.
std::vector<Time> intervals(std::span<const Time> train);

/// Coefficient of variation: sd / mean of the intervals; 1 for a Poisson process, 0 for a clock.
/// Error below 2 intervals.
Result<double> intervalCv(std::span<const Time> train);

/// Mean of 2|I' − I| / (I' + I) over neighbouring intervals (Holt et al. 1996): blind to slow
/// changes of rate; 1 for a Poisson process. Error below 2 intervals.
Result<double> intervalCv2(std::span<const Time> train);

/// Local variation, mean of 3 (I' − I)² / (I' + I)² (Shinomoto et al. 2003); 1 for a Poisson
/// process. Error below 2 intervals.
Result<double> localVariation(std::span<const Time> train);

/// Fano factor: variance over mean of the counts; 1 for a Poisson process. Error below 2 bins or
/// without a spike.
Result<double> fanoFactor(std::span<const std::uint32_t> counts);

}  // namespace spk
