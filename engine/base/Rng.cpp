#include "engine/base/Rng.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"
#include "engine/base/mix.h"

namespace spk {
namespace {

/// The last counter word of a sequence; step-wise draws have small numbers there.
constexpr std::uint32_t kSequence = 0x53455155;

/// log(k!) − [k log k − k + ½ log(2πk)]: Stirling's rest; below 1e-16 off. k ≥ 0.
double stirlingRest(double k) {
  // k! by the series needs k ≥ 16; smaller ones climb up by the recursion.
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  if (k < 16) {
    double factorial = 1;
    for (double i = 2; i <= k; ++i) factorial *= i;
    return k == 0 ? 0 : log(factorial) - ((k + 0.5) * log(k) - k + kHalfLogTwoPi);
  }
  const double z = 1 / (k * k);
  return ((((z * (1.0 / 1188) - 1.0 / 1680) * z + 1.0 / 1260) * z - 1.0 / 360) * z + 1.0 / 12) / k;
}

/// x log(x / m) + m − x without cancellation, ≥ 0: how unlikely x is where m is expected.
double deviance(double x, double m) {
  if (x == 0) return m;
  const double d = (m - x) / x;
  return x * (d - log1p(d));
}

/// Logarithm of the chance of k at Poisson mean m, k > 0 (Loader 2000).
double logPoisson(double k, double m) {
  return -deviance(k, m) - stirlingRest(k) - 0.5 * log(2 * kPi * k);
}
/// The same for k of n at chance p, 0 < k < n.
double logBinomial(double k, double n, double p) {
  return stirlingRest(n) - stirlingRest(k) - stirlingRest(n - k) - deviance(k, n * p) -
         deviance(n - k, n * (1 - p)) - 0.5 * log(2 * kPi * k * (1 - k / n));
}

}  // namespace

RandomKey randomKey(std::uint64_t seed, std::uint64_t stream, Purpose purpose) {
  const std::uint64_t key =
      mix64(mix64(mix64(seed) ^ stream) ^ (static_cast<std::uint64_t>(purpose) << 32 | 0x5350u));
  return {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
}

std::uint32_t RandomSequence::word() {
  if (used_ == 4) {
    words_ = philox(key_, {static_cast<std::uint32_t>(index_),
                           static_cast<std::uint32_t>(index_ >> 32), block_++, kSequence});
    used_ = 0;
  }
  return words_[used_++];
}

double RandomSequence::fineUniform() {
  const std::uint64_t high = word(), low = word();
  return (static_cast<double>((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

std::uint32_t RandomSequence::below(std::uint32_t n) {
  std::uint64_t product = static_cast<std::uint64_t>(word()) * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t unfair = (0u - n) % n;
    while (static_cast<std::uint32_t>(product) < unfair)
      product = static_cast<std::uint64_t>(word()) * n;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double RandomSequence::normal() {
  if (hasSpare_) {
    hasSpare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2 * log(fineUniform())), turn = 2 * kPi * uniform();
  spare_ = radius * sin(turn);
  hasSpare_ = true;
  return radius * cos(turn);
}

double RandomSequence::exponential() { return -log(fineUniform()); }

std::uint64_t RandomSequence::poisson(double mean) {
  if (!(mean > 0)) return 0;
  if (mean < 10) {  // inversion, from 0 up
    double chance = exp(-mean), u = fineUniform();
    std::uint64_t k = 0;
    while (u > chance && chance > 0) {
      u -= chance;
      chance *= mean / static_cast<double>(++k);
    }
    return k;
  }
  // PTRS, transformed rejection with squeeze (Hörmann 1993).
  const double b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
  const double invAlpha = 1.1239 + 1.1328 / (b - 3.4), vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = fineUniform() - 0.5, v = fineUniform(), us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return static_cast<std::uint64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double chance = k == 0 ? -mean : logPoisson(k, mean);
    if (log(v * invAlpha / (a / (us * us) + b)) <= chance) return static_cast<std::uint64_t>(k);
  }
}

std::uint64_t RandomSequence::binomial(std::uint64_t n, double p) {
  if (n == 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1 - p);
  const double size = static_cast<double>(n), mean = size * p;
  if (mean < 10) {  // inversion, from 0 up
    const double odds = p / (1 - p);
    double chance = exp(size * log1p(-p)), u = fineUniform();
    std::uint64_t k = 0;
    while (u > chance && chance > 0 && k < n) {
      u -= chance;
      chance *= odds * static_cast<double>(n - k) / static_cast<double>(k + 1);
      ++k;
    }
    return k;
  }
  // BTRS, transformed rejection with squeeze (Hörmann 1993).
  const double spread = std::sqrt(mean * (1 - p)), b = 1.15 + 2.53 * spread;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p, c = mean + 0.5, vr = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * spread;
  const double mode = std::floor((size + 1) * p), atMode = logBinomial(mode, size, p);
  for (;;) {
    const double u = fineUniform() - 0.5, v = fineUniform(), us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + c);
    if (k < 0 || k > size) continue;
    if (us >= 0.07 && v <= vr) return static_cast<std::uint64_t>(k);
    const double chance = k == 0      ? size * log1p(-p)
                          : k == size ? size * log(p)
                                      : logBinomial(k, size, p);
    if (log(v * alpha / (a / (us * us) + b)) <= chance - atMode)
      return static_cast<std::uint64_t>(k);
  }
}

}  // namespace spk
