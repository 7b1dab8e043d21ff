#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Time.h"

namespace spk {

/// What is fitted to the regression slopes r_k: A·m^k, or A·m^k + O for slow drifts of the drive.
enum class BranchingForm { Exponential, Offset };

/// The curve that fits r_k best.
struct BranchingCurve {
  double m = 0, amplitude = 0, offset = 0;
  double residual = 0;  ///< sum of squares
  double at(double lag) const;
};

/// A branching parameter and all that a picture of it needs.
struct BranchingFit {
  BranchingCurve curve;
  double low = 0, high = 0;               ///< 95 % interval of m (block bootstrap)
  double timescale_ms = 0;                ///< −bin / ln m; infinite for m ≥ 1
  double naive = 0;                       ///< r_1: right only when every spike is seen
  std::vector<int> lags;                  ///< in bins
  std::vector<double> slopes;             ///< r_k at these lags
  std::vector<double> bandLow, bandHigh;  ///< 95 % band of the curve at these lags; empty: no band
  Time bin = 0, duration = 0;             ///< of one bin, of all
  std::uint64_t spikes = 0;
  std::string caution;  ///< why the number deserves doubt; empty: no reason known
  double m() const { return curve.m; }
};

struct BranchingOptions {
  BranchingForm form = BranchingForm::Exponential;
  int maxLag = 0;       ///< largest lag fitted [bins]; 0: about five timescales, found by itself
  int resamples = 200;  ///< of the bootstrap; 0: no interval (low = high = m)
  std::uint64_t seed = 1;
};

/// Least squares of `form` through (lags, slopes), A ≥ 0: A and O follow linearly from m, so m
/// alone is searched, from many starts (variable projection, Golub & Pereyra 1973).
/// @param lags, slopes  of equal length ≥ 3; lags increasing, ≥ 1
BranchingCurve fitBranching(std::span<const int> lags, std::span<const double> slopes,
                            BranchingForm form);

/// Slopes r_k of the regression of x_{t+k} on x_t, k = 1 … maxLag (Wilting & Priesemann 2018).
/// Error if there are fewer than 10·maxLag bins or the activity never varies.
Result<std::vector<double>> regressionSlopes(std::span<const std::uint32_t> counts, int maxLag);

/// r_1, the usual estimate Cov(x_t, x_{t+1}) / Var(x_t): towards 0 under sub-sampling.
Result<double> branchingNaive(std::span<const std::uint32_t> counts);

/// What r_1 shows when each spike of a Poisson branching process of parameter m with immigration is
/// seen with probability `share`: m·p / (p + (1 − p)(1 − m²)).
double expectedNaive(double m, double share);

/// Branching parameter by multistep regression (Wilting & Priesemann 2018), unbiased under
/// sub-sampling; interval by a bootstrap over blocks of about 20 timescales.
/// @param counts  activity per bin; zeros allowed, at least 200 bins and 100 spikes
/// @param bin     width of one bin [ns], about one synaptic delay
/// Error if there is too little data, in words, or the activity never varies.
Result<BranchingFit> branchingMr(std::span<const std::uint32_t> counts, Time bin,
                                 const BranchingOptions& options = {});

/// Each spike of each bin is kept with probability `share` (0 … 1).
std::vector<std::uint32_t> subsample(std::span<const std::uint32_t> counts, double share,
                                     std::uint64_t seed);
/// Whether a neuron belongs to the observed share of its population; a neuron seen at a small share
/// is seen at every larger one.
bool isObserved(std::uint32_t neuron, double share);

/// A Poisson branching process with immigration: A' ~ Poisson(m·A + h), h = activity·(1 − m),
/// begun at `activity`, the first max(100, 5 %) steps thrown away. For tests and demonstrations.
std::vector<std::uint32_t> branchingProcess(double m, double activity, std::size_t steps,
                                            std::uint64_t seed);

/// What m says, in a word: "subcritical", "near-critical", "critical", "supercritical", with the
/// limits 0.95, 0.995 and 1.005.
enum class Regime { Subcritical, NearCritical, Critical, Supercritical };
Regime regimeOf(double m);
const char* regimeWord(Regime regime);

}  // namespace spk
