#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Time.h"

namespace spk {

/// How strongly the activity of a population swings, by frequency.
struct Spectrum {
  double step_Hz = 0;          ///< power[i] is that at i · step_Hz, up to half the rate of bins
  std::vector<double> power;   ///< 1 at all frequencies for independent Poisson trains
  double at(double hz) const;  ///< at the nearest of its frequencies; 0 beyond them
  double mean(double low_Hz, double high_Hz) const;
  double peak(double low_Hz, double high_Hz) const;  ///< where the power is largest [Hz]
};

/// Mean periodogram of Hann windows that overlap by half (Welch 1967), over the mean count.
/// @param counts  spikes of the whole population per bin
/// @param window  length of one [ns], at least 8 bins; its inverse is the resolution
/// Error if less than a window is there, or no spike.
Result<Spectrum> activitySpectrum(std::span<const std::uint32_t> counts, Time bin, Time window);

}  // namespace spk
