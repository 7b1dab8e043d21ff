// The rules that ask where neurons are: kernels over distance, windows of a convolution.
#include <algorithm>
#include <cmath>
#include <string>

#include "engine/base/Math.h"
#include "engine/base/Value.h"
#include "engine/sim/connect.h"

namespace spk {
namespace {

/// Chances below count as none, so that kernels end somewhere.
constexpr double kNever = 1e-10;
constexpr double kLogNever = 23.03;     // −log(kNever)
constexpr std::uint32_t kSampled = 64;  // targets over which a kernel's mean is taken

std::uint32_t wrapped(std::int64_t i, std::uint32_t n) {
  return static_cast<std::uint32_t>(i < 0 ? i + n : i >= n ? i - n : i);
}

double gauss(double square, double sigma) { return exp(-square / (2 * sigma * sigma)); }

}  // namespace

/// Farther than this, nothing is joined.
double Connector::reach() const {
  switch (rule_.kind) {
    case ConnectRule::Kind::Exponential: return rule_.length * kLogNever;
    case ConnectRule::Kind::Box: return rule_.radius;
    default: return rule_.sigma * std::sqrt(2 * kLogNever);
  }
}

/// Of a pair at that distance, squared.
double Connector::chance(double square) const {
  switch (rule_.kind) {
    case ConnectRule::Kind::Exponential: return rule_.p * exp(-std::sqrt(square) / rule_.length);
    case ConnectRule::Kind::Box: return square <= rule_.radius * rule_.radius ? rule_.p : 0;
    case ConnectRule::Kind::DifferenceOfGaussians:
      return std::max(0.0, rule_.p * gauss(square, rule_.sigma) -
                               rule_.pSurround * gauss(square, rule_.sigmaSurround));
    default: return rule_.p * gauss(square, rule_.sigma);
  }
}

/// No pair at that distance or farther has a higher chance.
double Connector::highest(double square) const {
  if (rule_.kind == ConnectRule::Kind::DifferenceOfGaussians)
    return rule_.p * gauss(square, rule_.sigma);
  return chance(square);
}

/// Distance on one axis, in steps of the target's grid, onto which the sources are stretched.
double Connector::apart(std::uint32_t source, std::uint32_t target, std::uint32_t from,
                        std::uint32_t to) const {
  const double d = std::fabs((source + 0.5) * to / from - (target + 0.5));
  return rule_.periodic ? std::min(d, to - d) : d;
}

/// The sources on one axis that are not out of reach.
Connector::Range Connector::near(std::uint32_t target, std::uint32_t from, std::uint32_t to) const {
  const double centre = (target + 0.5) * from / to - 0.5, half = reach_ * from / to;
  if (half >= from) return {0, from};
  const auto first = static_cast<std::int64_t>(std::floor(centre - half)),
             end = static_cast<std::int64_t>(std::floor(centre + half)) + 2;
  if (end - first >= from) return {0, from};
  if (rule_.periodic) return {first, end};
  return {std::max<std::int64_t>(first, 0), std::min<std::int64_t>(end, from)};
}

/// Row by row, geometric skipping with the row's highest chance, then thinned to the pair's.
void Connector::drawNear(std::uint32_t target, std::vector<std::uint32_t>& sources) const {
  RandomSequence random(key_, target);
  const std::uint32_t x = target % targets_.width, y = target / targets_.width % targets_.height;
  const Range rows = near(y, sources_.height, targets_.height),
              columns = near(x, sources_.width, targets_.width);
  for (std::uint32_t c = 0; c < sources_.channels; ++c)
    for (std::int64_t i = rows.first; i < rows.end; ++i) {
      const std::uint32_t sy = wrapped(i, sources_.height);
      const double dy = apart(sy, y, sources_.height, targets_.height), most = highest(dy * dy);
      if (most < kNever) continue;
      const double inverse = most < 1 ? 1 / log1p(-most) : 0;
      const std::uint32_t row = (c * sources_.height + sy) * sources_.width;
      for (std::int64_t j = columns.first;; ++j) {
        if (most < 1) j += static_cast<std::int64_t>(failures(random, inverse));
        if (j >= columns.end) break;
        const std::uint32_t sx = wrapped(j, sources_.width);
        const double dx = apart(sx, x, sources_.width, targets_.width);
        if (random.uniform() * most >= chance(dx * dx + dy * dy)) continue;
        if (row + sx != without(target)) sources.push_back(row + sx);
      }
    }
}

double Connector::expectedNear() const {
  const std::uint32_t sampled = std::min(targetCount_, kSampled);
  RandomSequence random(key_, 0);
  double sum = 0;
  for (std::uint32_t i = 0; i < sampled; ++i) {
    const std::uint32_t t = sampled < targetCount_ ? random.below(targetCount_) : i;
    const std::uint32_t x = t % targets_.width, y = t / targets_.width % targets_.height;
    const Range rows = near(y, sources_.height, targets_.height),
                columns = near(x, sources_.width, targets_.width);
    for (std::int64_t r = rows.first; r < rows.end; ++r)
      for (std::int64_t k = columns.first; k < columns.end; ++k) {
        const double dy = apart(wrapped(r, sources_.height), y, sources_.height, targets_.height);
        const double dx = apart(wrapped(k, sources_.width), x, sources_.width, targets_.width);
        sum += chance(dx * dx + dy * dy);
      }
  }
  return (sum * sources_.channels / sampled - (noAutapses_ ? chance(0) : 0)) * targetCount_;
}

/// Cell by cell, as drawNear row by row.
void Connector::drawFree(std::uint32_t target, std::vector<std::uint32_t>& sources) const {
  RandomSequence random(key_, target);
  const Cells::Point place = cells_->point(rule_.to->of(target));
  cells_->eachNear(place, reach_, [&](std::span<const std::uint32_t> members, double square) {
    const double most = highest(square);
    if (most < kNever) return;
    const double inverse = most < 1 ? 1 / log1p(-most) : 0;
    for (std::uint64_t i = 0;; ++i) {
      if (most < 1) i += failures(random, inverse);
      if (i >= members.size()) return;
      const std::uint32_t s = members[i];
      if (random.uniform() * most >= chance(cells_->distance(cells_->at(s), place))) continue;
      if (s != without(target)) sources.push_back(s);
    }
  });
}

double Connector::expectedFree() const {
  const std::uint32_t sampled = std::min(targetCount_, kSampled);
  RandomSequence random(key_, 0);
  double sum = 0;
  for (std::uint32_t i = 0; i < sampled; ++i) {
    const std::uint32_t t = sampled < targetCount_ ? random.below(targetCount_) : i;
    const Cells::Point place = cells_->point(rule_.to->of(t));
    cells_->eachNear(place, reach_, [&](std::span<const std::uint32_t> members, double) {
      for (const std::uint32_t s : members)
        if (s != without(t)) sum += chance(cells_->distance(cells_->at(s), place));
    });
  }
  return sum * targetCount_ / sampled;
}

Connector::Range Connector::window(std::uint32_t target, std::uint32_t from,
                                   std::uint32_t to) const {
  if (from == 1 && to == 1) return {0, 1};
  const std::int64_t first =
      static_cast<std::int64_t>(target * rule_.stride) - static_cast<std::int64_t>(rule_.padding);
  return {std::max<std::int64_t>(first, 0),
          std::min<std::int64_t>(first + static_cast<std::int64_t>(rule_.kernel), from)};
}

double Connector::expectedWindow() const {
  double pairs[2] = {}, own[2] = {};  // on each axis
  const std::uint32_t from[] = {sources_.height, sources_.width},
                      to[] = {targets_.height, targets_.width};
  for (int axis = 0; axis < 2; ++axis)
    for (std::uint32_t t = 0; t < to[axis]; ++t) {
      const Range seen = window(t, from[axis], to[axis]);
      pairs[axis] += static_cast<double>(std::max<std::int64_t>(seen.end - seen.first, 0));
      own[axis] += t >= seen.first && t < seen.end;
    }
  const double channels = rule_.kind == ConnectRule::Kind::Pooling ? 1 : sources_.channels;
  return targets_.channels * (channels * pairs[0] * pairs[1] - (noAutapses_ ? own[0] * own[1] : 0));
}

void Connector::drawWindow(std::uint32_t target, std::vector<std::uint32_t>& sources) const {
  const std::uint32_t x = target % targets_.width, y = target / targets_.width % targets_.height,
                      channel = target / targets_.width / targets_.height;
  const Range rows = window(y, sources_.height, targets_.height),
              columns = window(x, sources_.width, targets_.width);
  for (std::uint32_t c = 0; c < sources_.channels; ++c) {
    if (rule_.kind == ConnectRule::Kind::Pooling && c != channel) continue;
    for (std::int64_t sy = rows.first; sy < rows.end; ++sy)
      for (std::int64_t sx = columns.first; sx < columns.end; ++sx) {
        const auto s = static_cast<std::uint32_t>((c * sources_.height + sy) * sources_.width + sx);
        if (s != without(target)) sources.push_back(s);
      }
  }
}

}  // namespace spk
