#include "engine/analysis/spectrum.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>

#include "engine/base/Math.h"

namespace spk {
namespace {

/// Adds the power of one window, tapered and freed of the mean, to each frequency.
void addPower(std::span<const double> tapered, std::span<const double> turn,
              std::span<double> power) {
  const std::size_t period = turn.size();
  for (std::size_t f = 0; f < power.size(); ++f) {
    double re = 0, im = 0;
    std::size_t phase = 0;
    for (const double x : tapered) {
      re += x * turn[phase];
      im += x * turn[(phase + period * 3 / 4) % period];  // cos(a − π/2) = sin a
      phase = (phase + f) % period;
    }
    power[f] += re * re + im * im;
  }
}

}  // namespace

double Spectrum::at(double hz) const {
  const double i = std::round(hz / step_Hz);
  return i >= 0 && i < static_cast<double>(power.size()) ? power[static_cast<std::size_t>(i)] : 0;
}

double Spectrum::mean(double low_Hz, double high_Hz) const {
  double sum = 0, n = 0;
  for (std::size_t i = 0; i < power.size(); ++i)
    if (const double hz = static_cast<double>(i) * step_Hz; hz >= low_Hz && hz <= high_Hz)
      sum += power[i], ++n;
  return n > 0 ? sum / n : 0;
}

double Spectrum::peak(double low_Hz, double high_Hz) const {
  double best = low_Hz, most = -1;
  for (std::size_t i = 0; i < power.size(); ++i)
    if (const double hz = static_cast<double>(i) * step_Hz;
        hz >= low_Hz && hz <= high_Hz && power[i] > most)
      best = hz, most = power[i];
  return best;
}

Result<Spectrum> activitySpectrum(std::span<const std::uint32_t> counts, Time bin, Time window) {
  if (bin < 1) return Error{"bins must be longer than 0", "bin"};
  // Even, so that a quarter of a turn is a whole number of places.
  const std::size_t width = static_cast<std::size_t>(std::max<Time>(window / bin, 0)) / 2 * 2;
  if (width < 8) return Error{"a window must have at least 8 bins", "window"};
  if (counts.size() < width)
    return Error{"there are " + std::to_string(counts.size()) + " bins; one window takes " +
                     std::to_string(width),
                 "counts"};
  const double mean =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0})) /
      static_cast<double>(counts.size());
  if (mean == 0) return Error{"there is no spike", "counts"};
  // Frequencies at half the resolution: each peak has a place near its top.
  const std::size_t period = 2 * width;
  std::vector<double> turn(period), hann(width), tapered(width), power(width + 1);
  for (std::size_t i = 0; i < period; ++i)
    turn[i] = cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(period));
  double weight = 0, windows = 0;
  for (std::size_t i = 0; i < width; ++i) {
    hann[i] = 0.5 - 0.5 * turn[2 * i];
    weight += hann[i] * hann[i];
  }
  for (std::size_t begin = 0; begin + width <= counts.size(); begin += width / 2, ++windows) {
    for (std::size_t i = 0; i < width; ++i)
      tapered[i] = hann[i] * (static_cast<double>(counts[begin + i]) - mean);
    addPower(tapered, turn, power);
  }
  for (double& p : power) p /= windows * weight * mean;
  return Spectrum{1e9 / (static_cast<double>(bin) * static_cast<double>(period)), std::move(power)};
}

}  // namespace spk
