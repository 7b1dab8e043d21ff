#include "panels/inspector/scale.h"

#include <algorithm>
#include <cmath>

namespace spk::panels::inspector {
namespace {

constexpr double kWide = 100;     // times what is usual: a limit, not a range to slide in
constexpr double kDecades = 500;  // max / min above which a slider is logarithmic

constexpr double kFastest = 0.95;  // where on the slider of a pace 0 follows the fastest

/// Rounded to `digits` significant digits.
double rounded(double value, int digits) {
  if (value == 0) return 0;
  const double step = std::pow(10, std::floor(std::log10(std::abs(value))) - digits + 1);
  return std::round(value / step) * step;
}

/// 1, 2 or 5 times a power of ten, at most `step`.
double roundStep(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  return step >= 5 * power ? 5 * power : step >= 2 * power ? 2 * power : power;
}

/// 2, 20, 200: twice the power of ten that holds `size`.
double roomFor(double size) { return 2 * std::pow(10, std::ceil(std::log10(size) - 1e-9)); }

}  // namespace

double Scale::share(double value) const {
  if (endsInZero && value <= 0) return 1;
  const double inside = std::clamp(value, min, max);
  if (!logarithmic) return (inside - min) / (max - min);
  return std::log(inside / min) / std::log(max / min) * (endsInZero ? kFastest : 1);
}

double Scale::value(double share) const {
  if (endsInZero && share > (1 + kFastest) / 2) return 0;
  const double at = std::clamp(share / (endsInZero ? kFastest : 1), 0.0, 1.0);
  double value = logarithmic ? min * std::pow(max / min, at) : min + at * (max - min);
  if (whole)
    return std::clamp(std::round(logarithmic && value > 100 ? rounded(value, 2) : value), min, max);
  value = logarithmic ? rounded(value, 3) : std::round(value / finest) * finest;
  return std::clamp(rounded(value, 6), min, max);
}

double Scale::moved(double from, double shares) const {
  if (endsInZero && from <= 0) return shares < 0 ? max : 0;
  if (endsInZero && from >= max && shares > 0) return 0;
  const double next = value(share(from) + shares);
  return next != from ? next : std::clamp(from + (shares > 0 ? finest : -finest), min, max);
}

std::optional<Scale> scaleOf(const Parameter& parameter, double now) {
  const bool isNumber = parameter.kind == Kind::Number || parameter.kind == Kind::Integer ||
                        parameter.kind == Kind::Grid;
  if (!isNumber) return std::nullopt;
  if (parameter.kind == Kind::Integer && parameter.max > 1e12) return std::nullopt;  // a seed
  if (parameter.name == "pace" && parameter.min == 0)
    return Scale{
        now > 0 ? std::min(0.01, now) : 0.01, std::max(10.0, now), true, false, 0.01, true};
  Scale scale{parameter.min, parameter.max};
  scale.whole = parameter.kind != Kind::Number;
  const double initial = std::abs(asNumber(parameter.initial).value_or(0));
  const double size = std::max({initial, std::abs(now), scale.whole ? 1.0 : 1e-9});
  // A range that is only a limit (±10⁶ for a weight of 1) is no slider: the part around what is
  // usual is.
  const bool isLogarithmic = scale.min > 0 && std::isfinite(scale.max);
  if (!isLogarithmic && scale.max > kWide * size) scale.max = size > 1e-9 ? roomFor(size) : 1;
  if (!isLogarithmic && scale.min < -kWide * size) scale.min = size > 1e-9 ? -roomFor(size) : -1;
  if (isLogarithmic && scale.whole && scale.max > 1e6) scale.max = std::max(1e5, roomFor(size));
  scale.max = std::max(scale.max, now);
  scale.min = std::min(scale.min, now);
  if (!(scale.max > scale.min)) return std::nullopt;
  scale.logarithmic = scale.min > 0 && scale.max / scale.min >= kDecades;
  scale.finest = scale.whole ? 1 : roundStep((scale.max - scale.min) / 250);
  return scale;
}

}  // namespace spk::panels::inspector
