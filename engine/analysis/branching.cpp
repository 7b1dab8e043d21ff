#include "engine/analysis/branching.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/analysis/moments.h"
#include "engine/base/Math.h"
#include "engine/base/Value.h"

namespace spk {
namespace {

constexpr std::size_t kFewestBins = 200;
constexpr std::uint64_t kFewestSpikes = 100;
constexpr int kFirstLag = 20, kFewestLags = 10, kMostLags = 2000;

Error tooFew(const char* what, std::uint64_t have, std::uint64_t needed) {
  return {std::string("too few ") + what + ": " + std::to_string(have) + " of " +
              std::to_string(needed) + " needed",
          ""};
}

/// The best A and O for a given m, and what then remains.
BranchingCurve project(std::span<const int> lags, std::span<const double> slopes,
                       BranchingForm form, double m) {
  // Scaled by the largest power, so that m > 1 cannot overflow.
  const double scale = m > 1 ? pow(m, lags.back()) : 1;
  const double n = static_cast<double>(lags.size());
  double y = 0, yy = 0, xy = 0, x = 0, power = 1;
  int lag = 0;
  for (std::size_t i = 0; i < lags.size(); ++i) {
    if (lags[i] - lag > 8)
      power = pow(m, lags[i]);
    else
      for (; lag < lags[i]; ++lag) power *= m;
    lag = lags[i];
    const double p = power / scale;
    y += p, yy += p * p, xy += p * slopes[i], x += slopes[i];
  }
  BranchingCurve curve;
  curve.m = m;
  if (form == BranchingForm::Offset) {
    const double determinant = yy - y * y / n;
    curve.amplitude = determinant > 1e-12 ? std::max(0.0, (xy - y * x / n) / determinant) : 0;
    curve.offset = (x - curve.amplitude * y) / n;
  } else {
    curve.amplitude = yy > 0 ? std::max(0.0, xy / yy) : 0;
  }
  power = 1, lag = 0;
  for (std::size_t i = 0; i < lags.size(); ++i) {
    if (lags[i] - lag > 8)
      power = pow(m, lags[i]);
    else
      for (; lag < lags[i]; ++lag) power *= m;
    lag = lags[i];
    const double away = slopes[i] - curve.amplitude * power / scale - curve.offset;
    curve.residual += away * away;
  }
  curve.amplitude /= scale;
  return curve;
}

/// Smallest residual between two values of m, by golden section.
BranchingCurve narrow(std::span<const int> lags, std::span<const double> slopes, BranchingForm form,
                      double from, double to) {
  constexpr double kGolden = 0.6180339887498949;
  double a = to - kGolden * (to - from), b = from + kGolden * (to - from);
  BranchingCurve atA = project(lags, slopes, form, a), atB = project(lags, slopes, form, b);
  while (to - from > 1e-7) {
    if (atA.residual <= atB.residual) {
      to = b, b = a, atB = atA;
      a = to - kGolden * (to - from);
      atA = project(lags, slopes, form, a);
    } else {
      from = a, a = b, atA = atB;
      b = from + kGolden * (to - from);
      atB = project(lags, slopes, form, b);
    }
  }
  return atA.residual <= atB.residual ? atA : atB;
}

/// Length of a block [bins]: 20 timescales, but 10 blocks at least and 100 at most.
std::size_t blockLength(std::size_t bins, double timescaleBins) {
  const double wanted = std::isfinite(timescaleBins) ? 20 * timescaleBins : bins;
  return static_cast<std::size_t>(
      std::clamp(wanted, static_cast<double>(bins) / 100, static_cast<double>(bins) / 10));
}

std::vector<BlockMoments> blocksOf(std::span<const std::uint32_t> counts, std::span<const int> lags,
                                   std::size_t length) {
  std::vector<BlockMoments> blocks;
  const std::size_t first = static_cast<std::size_t>(lags.back());
  for (std::size_t begin = first; begin + length <= counts.size(); begin += length) {
    BlockMoments block;
    block.bins = static_cast<double>(length);
    block.earlier.resize(lags.size());
    block.products.resize(lags.size());
    for (std::size_t t = begin; t < begin + length; ++t) {
      const double x = counts[t];
      block.sum += x, block.squares += x * x;
    }
    for (std::size_t i = 0; i < lags.size(); ++i) {
      const std::size_t lag = static_cast<std::size_t>(lags[i]);
      double sum = 0, product = 0;
      for (std::size_t t = begin; t < begin + length; ++t) {
        const double before = counts[t - lag];
        sum += before, product += before * counts[t];
      }
      block.earlier[i] = sum, block.products[i] = product;
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

double timescaleBins(double m) {
  if (m >= 1) return std::numeric_limits<double>::infinity();
  return m > 0 ? -1 / log(m) : 0;
}

}  // namespace

double BranchingCurve::at(double lag) const { return amplitude * pow(m, lag) + offset; }

BranchingCurve fitBranching(std::span<const int> lags, std::span<const double> slopes,
                            BranchingForm form) {
  // Starts: timescales from a third of a bin to 20 times the largest lag, both ways (growth has
  // m > 1); the best start is narrowed between its neighbours.
  std::vector<double> starts;
  const double longest = 20.0 * lags.back();
  for (double tau = 0.3; tau < longest; tau *= 1.35) starts.push_back(exp(-1 / tau));
  starts.push_back(1);
  for (double tau = longest; tau > 0.5 * lags.back(); tau /= 2) starts.push_back(exp(1 / tau));
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const double residual = project(lags, slopes, form, starts[i]).residual;
    if (residual < least) least = residual, best = i;
  }
  const double from = best == 0 ? 0.0 : starts[best - 1];
  const double to = best + 1 < starts.size() ? starts[best + 1] : starts[best];
  return narrow(lags, slopes, form, from, to);
}

Result<std::vector<double>> regressionSlopes(std::span<const std::uint32_t> counts, int maxLag) {
  const std::size_t needed = 10 * static_cast<std::size_t>(std::max(1, maxLag));
  if (counts.size() < needed) return tooFew("bins", counts.size(), needed);
  const std::size_t bins = counts.size();
  double sum = 0;
  for (const std::uint32_t count : counts) sum += count;
  // Centred first: the sums of squares of busy networks would lose digits.
  const double mean = sum / static_cast<double>(bins);
  std::vector<double> x(bins);
  for (std::size_t t = 0; t < bins; ++t) x[t] = counts[t] - mean;
  std::vector<double> slopes;
  double front = 0, back = 0, squares = 0;  // sums over the first and the last T − k
  for (const double value : x) front += value, squares += value * value;
  back = front;
  for (int k = 1; k <= maxLag; ++k) {
    const std::size_t lag = static_cast<std::size_t>(k), n = bins - lag;
    front -= x[n], squares -= x[n] * x[n], back -= x[lag - 1];
    double product = 0;
    for (std::size_t t = 0; t < n; ++t) product += x[t] * x[t + lag];
    const double length = static_cast<double>(n);
    const double variance = squares - front * front / length;
    if (variance <= 1e-9 * length)
      return Error{"the activity never varies: " + numberText(mean) + " spikes in every bin", ""};
    slopes.push_back((product - front * back / length) / variance);
  }
  return slopes;
}

Result<double> branchingNaive(std::span<const std::uint32_t> counts) {
  TRY(const auto slopes, regressionSlopes(counts, 1));
  return slopes[0];
}

double expectedNaive(double m, double share) {
  return m * share / (share + (1 - share) * (1 - m * m));
}

Result<BranchingFit> branchingMr(std::span<const std::uint32_t> counts, Time bin,
                                 const BranchingOptions& options) {
  if (bin < 1) return Error{"a bin must be at least 1 ns wide, not " + timeText(bin), "bin"};
  if (counts.size() < kFewestBins) return tooFew("bins", counts.size(), kFewestBins);
  BranchingFit fit;
  for (const std::uint32_t count : counts) fit.spikes += count;
  if (fit.spikes < kFewestSpikes) return tooFew("spikes", fit.spikes, kFewestSpikes);
  fit.bin = bin;
  fit.duration = bin * static_cast<Time>(counts.size());

  const int most = static_cast<int>(std::min<std::size_t>(counts.size() / 10, kMostLags));
  int maxLag = options.maxLag > 0 ? options.maxLag : std::min(kFirstLag, most);
  for (int round = 0;; ++round) {
    TRY(fit.slopes, regressionSlopes(counts, maxLag));
    fit.lags.resize(static_cast<std::size_t>(maxLag));
    for (int k = 0; k < maxLag; ++k) fit.lags[static_cast<std::size_t>(k)] = k + 1;
    fit.curve = fitBranching(fit.lags, fit.slopes, options.form);
    if (options.maxLag > 0 || round == 4) break;
    const double wanted = std::clamp(5 * timescaleBins(fit.m()), double(kFewestLags), double(most));
    if (std::abs(wanted - maxLag) < 0.2 * maxLag) break;
    maxLag = static_cast<int>(wanted);
  }
  fit.naive = fit.slopes[0];
  const double tau = timescaleBins(fit.m());
  fit.timescale_ms = tau * toMilliseconds(bin);
  if (fit.m() >= 1)
    fit.caution = "the slopes do not decay: the activity drifts, or grows";
  else if (maxLag < 2 * tau)
    fit.caution = "the timescale is longer than half the largest lag of " + std::to_string(maxLag) +
                  " bins: longer data are needed";
  else if (options.maxLag > 10 * tau)
    fit.caution = "the largest lag of " + std::to_string(maxLag) +
                  " bins is more than ten timescales: most of the fit is noise";
  fit.low = fit.high = fit.m();
  if (options.resamples > 0) {
    const auto blocks = blocksOf(counts, fit.lags, blockLength(counts.size(), tau));
    bootstrap(blocks, options.form, options.resamples, options.seed, fit);
  }
  return fit;
}

void slopesOf(std::span<const BlockMoments> blocks, std::span<const std::uint32_t> times,
              std::span<double> slopes) {
  double bins = 0, sum = 0, squares = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const double weight = times.empty() ? 1 : times[b];
    bins += weight * blocks[b].bins, sum += weight * blocks[b].sum;
    squares += weight * blocks[b].squares;
  }
  const double mean = bins > 0 ? sum / bins : 0;
  const double variance = bins > 0 ? squares / bins - mean * mean : 0;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    double earlier = 0, products = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      const double weight = times.empty() ? 1 : times[b];
      earlier += weight * blocks[b].earlier[i], products += weight * blocks[b].products[i];
    }
    slopes[i] = variance > 0 ? (products / bins - mean * earlier / bins) / variance : 0;
  }
}

void bootstrap(std::span<const BlockMoments> blocks, BranchingForm form, int resamples,
               std::uint64_t seed, BranchingFit& fit) {
  if (blocks.size() < 2) return;
  constexpr double kLow = 0.025, kHigh = 0.975;
  RandomSequence draws(randomKey(seed, 0, Purpose::Sample), 0);
  std::vector<double> ms, slopes(fit.lags.size());
  std::vector<std::vector<double>> curves(fit.lags.size());
  std::vector<std::uint32_t> times(blocks.size());
  for (int i = 0; i < resamples; ++i) {
    std::ranges::fill(times, 0);
    for (std::size_t b = 0; b < blocks.size(); ++b)
      ++times[draws.below(static_cast<std::uint32_t>(blocks.size()))];
    slopesOf(blocks, times, slopes);
    const BranchingCurve curve = fitBranching(fit.lags, slopes, form);
    ms.push_back(curve.m);
    for (std::size_t k = 0; k < curves.size(); ++k) curves[k].push_back(curve.at(fit.lags[k]));
  }
  const auto quantile = [](std::vector<double>& values, double share) {
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
  };
  fit.low = quantile(ms, kLow), fit.high = quantile(ms, kHigh);
  fit.bandLow.clear(), fit.bandHigh.clear();
  for (auto& values : curves) {
    fit.bandLow.push_back(quantile(values, kLow));
    fit.bandHigh.push_back(quantile(values, kHigh));
  }
}

std::vector<std::uint32_t> subsample(std::span<const std::uint32_t> counts, double share,
                                     std::uint64_t seed) {
  const RandomKey key = randomKey(seed, 1, Purpose::Sample);
  std::vector<std::uint32_t> seen(counts.size());
  for (std::size_t t = 0; t < counts.size(); ++t)
    seen[t] = static_cast<std::uint32_t>(RandomSequence(key, t).binomial(counts[t], share));
  return seen;
}

bool isObserved(std::uint32_t neuron, double share) {
  const RandomKey key = {0x0b5e12edu, 0x5eedu};  // fixed: the same neurons on every day
  return uniformOf(randomWord(key, 0, neuron, 0)) < share;
}

std::vector<std::uint32_t> branchingProcess(double m, double activity, std::size_t steps,
                                            std::uint64_t seed) {
  const RandomKey key = randomKey(seed, 2, Purpose::Sample);
  const double h = activity * (1 - m);
  const std::size_t thrown = std::max<std::size_t>(100, steps / 20);
  std::vector<std::uint32_t> counts;
  counts.reserve(steps);
  std::uint64_t now = static_cast<std::uint64_t>(activity + 0.5);
  for (std::size_t t = 0; t < thrown + steps; ++t) {
    now = RandomSequence(key, t).poisson(m * static_cast<double>(now) + h);
    if (t >= thrown) counts.push_back(static_cast<std::uint32_t>(now));
  }
  return counts;
}

Regime regimeOf(double m) {
  if (m < 0.95) return Regime::Subcritical;
  if (m < 0.995) return Regime::NearCritical;
  return m <= 1.005 ? Regime::Critical : Regime::Supercritical;
}
const char* regimeWord(Regime regime) {
  switch (regime) {
    case Regime::Subcritical: return "subcritical";
    case Regime::NearCritical: return "near-critical";
    case Regime::Critical: return "critical";
    case Regime::Supercritical: return "supercritical";
  }
  return "";
}

}  // namespace spk
