#include "engine/analysis/flow.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/Math.h"

namespace spk {
namespace {

constexpr double kMostRelative = 2;  // one flow that runs away must not be the mean
constexpr double kOutlier = 0.3;

double length(Velocity v) { return std::sqrt(v.x * v.x + v.y * v.y); }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double mean(std::span<const double> values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// arctan of z in [0, 1].
double smallArctan(double z) {
  // tan(π/12) at most, by arctan z = π/6 + arctan((√3 z − 1) / (√3 + z)); then the series.
  constexpr double kRoot3 = 1.7320508075688772, kTwelfth = 0.2679491924311227;
  const bool moved = z > kTwelfth;
  if (moved) z = (kRoot3 * z - 1) / (kRoot3 + z);
  const double z2 = z * z;
  double sum = 0;
  for (int k = 12; k >= 0; --k) sum = (k % 2 ? -1.0 : 1.0) / (2 * k + 1) + z2 * sum;
  return z * sum + (moved ? kPi / 6 : 0);
}

double variance(std::span<const float> picture) {
  double sum = 0, squares = 0;
  for (const float v : picture) sum += v, squares += static_cast<double>(v) * v;
  const auto n = static_cast<double>(picture.size());
  return squares / n - sum / n * (sum / n);
}

/// One unit of ink at (x, y), shared out between the four pixels around.
void vote(std::vector<float>& picture, int width, int height, double x, double y) {
  const double left = std::floor(x), top = std::floor(y);
  const double right = x - left, down = y - top;
  const auto put = [&](double px, double py, double share) {
    if (px < 0 || py < 0 || px >= width || py >= height) return;
    picture[static_cast<std::size_t>(py) * static_cast<std::size_t>(width) +
            static_cast<std::size_t>(px)] += static_cast<float>(share);
  };
  put(left, top, (1 - right) * (1 - down));
  put(left + 1, top, right * (1 - down));
  put(left, top + 1, (1 - right) * down);
  put(left + 1, top + 1, right * down);
}

}  // namespace

double angleOf(double x, double y) {
  const double ax = std::abs(x), ay = std::abs(y);
  if (!(ax > 0) && !(ay > 0)) return 0;
  const double first = ax >= ay ? smallArctan(ay / ax) : kPi / 2 - smallArctan(ax / ay);
  const double half = x < 0 ? kPi - first : first;
  return y < 0 ? -half : half;
}

void FlowScore::add(Velocity estimate, Velocity truth) {
  const double speed = length(truth);
  if (!(speed > 0)) return;
  const double error = length({estimate.x - truth.x, estimate.y - truth.y});
  relative_.push_back(error / speed);
  sumError_ += error;
  const double across = truth.x * estimate.y - truth.y * estimate.x,
               along = truth.x * estimate.x + truth.y * estimate.y;
  angle_.push_back(std::abs(angleOf(along, across)) * 180 / kPi);
}

FlowErrors FlowScore::errors() const {
  FlowErrors all;
  all.flows = relative_.size();
  if (relative_.empty()) return all;
  const auto n = static_cast<double>(relative_.size());
  std::vector<double> capped = relative_;
  for (double& value : capped) value = std::min(value, kMostRelative);
  all.medianRelative = median(relative_);
  all.meanRelative = mean(capped);
  all.aee = sumError_ / n;
  all.medianAngle = median(angle_);
  all.meanAngle = mean(angle_);
  all.outliers =
      static_cast<double>(std::ranges::count_if(relative_, [](double e) { return e > kOutlier; })) /
      n;
  return all;
}

Velocity normalFlow(Velocity full, Velocity normal) {
  const double square = normal.x * normal.x + normal.y * normal.y;
  if (!(square > 0)) return {};
  const double along = (full.x * normal.x + full.y * normal.y) / square;
  return {along * normal.x, along * normal.y};
}

FieldErrors fieldErrors(std::span<const Velocity> field, std::span<const Velocity> truth,
                        Time interval) {
  FieldErrors all;
  all.pixels = std::min(field.size(), truth.size());
  if (all.pixels == 0) return all;
  const double seconds = toSeconds(interval);
  for (std::size_t i = 0; i < all.pixels; ++i) {
    const double error = length({field[i].x - truth[i].x, field[i].y - truth[i].y}) * seconds;
    all.epe += error;
    all.over1 += error > 1;
    all.over2 += error > 2;
    all.over3 += error > 3;
  }
  for (double* share : {&all.epe, &all.over1, &all.over2, &all.over3})
    *share /= static_cast<double>(all.pixels);
  return all;
}

double flowWarpLoss(std::span<const Flow> flows, int width, int height, Time window) {
  if (flows.size() < 2 || width < 1 || height < 1 || window < 1) return 0;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<float> moved(pixels), still(pixels);
  double sum = 0;
  std::size_t counted = 0;
  for (std::size_t begin = 0; begin < flows.size();) {
    const Time from = flows[begin].t, middle = from + window / 2;
    std::ranges::fill(moved, 0.f);
    std::ranges::fill(still, 0.f);
    std::size_t end = begin;
    for (; end < flows.size() && flows[end].t < from + window; ++end) {
      const Flow& f = flows[end];
      const double ahead = toSeconds(middle - f.t);
      vote(still, width, height, f.x, f.y);
      vote(moved, width, height, f.x + ahead * static_cast<double>(f.vx),
           f.y + ahead * static_cast<double>(f.vy));
    }
    const double before = variance(still);
    if (end - begin >= 2 && before > 0) {
      sum += static_cast<double>(end - begin) * variance(moved) / before;
      counted += end - begin;
    }
    begin = end;
  }
  return counted ? sum / static_cast<double>(counted) : 0;
}

WheelColour wheelColour(Velocity velocity, double fastest) {
  const double speed = length(velocity);
  if (!(speed > 0) || !(fastest > 0)) return {};
  const double full = std::min(1.0, speed / fastest);
  const double turn = angleOf(velocity.x, velocity.y) / (2 * kPi) + 1;
  const double hue = (turn - std::floor(turn)) * 6;
  const auto channel = [&](double shift) {
    // A trapezium over the hue: up, held for two sixths, down, away for two.
    const double at = hue + shift, k = at - std::floor(at / 6) * 6;
    const double pure = std::clamp(std::min(k, 4 - k), 0.0, 1.0);
    return static_cast<std::uint8_t>(255 * (1 - full * (1 - pure)) + 0.5);
  };
  return {channel(2), channel(0), channel(4)};
}

std::vector<std::uint64_t> directionHistogram(std::span<const Flow> flows, int bins) {
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(std::max(1, bins)));
  const auto n = static_cast<double>(counts.size());
  for (const Flow& flow : flows) {
    if (flow.vx == 0 && flow.vy == 0) continue;
    const double turn =
        angleOf(static_cast<double>(flow.vx), static_cast<double>(flow.vy)) / (2 * kPi) + 1;
    ++counts[static_cast<std::size_t>(turn * n + 0.5) % counts.size()];
  }
  return counts;
}

}  // namespace spk
