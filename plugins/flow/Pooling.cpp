#include "plugins/flow/Pooling.h"

#include <algorithm>
#include <cmath>

namespace spk::flow {
namespace {

/// Least ratio of the eigenvalues of Σ g gᵀ at which directions are enough.
constexpr double kSpread = 0.15;
constexpr double kFewest = 12;  // flows in a window that can be asked
constexpr int kRounds = 3;      // of weighing
constexpr double kFair = 0.15;  // relative error at which a flow counts half

struct Normal {
  double xx = 0, xy = 0, yy = 0, x = 0, y = 0;

  double spread() const {
    const double middle = (xx + yy) / 2, apart = std::sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
    return middle > 0 ? (middle - apart) / (middle + apart) : 0;
  }
  std::optional<Velocity> solve() const {
    const double det = xx * yy - xy * xy;
    if (!(det > 0)) return std::nullopt;
    return Velocity{(x * yy - y * xy) / det, (y * xx - x * xy) / det};
  }
};

}  // namespace

void Pooling::Sums::add(const Sums& other) {
  n += other.n, speed += other.speed, x += other.x, y += other.y;
  gxx += other.gxx, gxy += other.gxy, gyy += other.gyy, gx += other.gx, gy += other.gy;
}

template <class Each>
void Pooling::eachNear(const Flow& centre, const PoolingRules& rules, int most, Each each) const {
  const auto held = std::min<std::uint64_t>(taken_, static_cast<std::uint64_t>(rules.held));
  for (std::uint64_t k = 0; k < held; ++k) {
    const Flow& f = ring_[(taken_ - 1 - k) % kMostHeld];
    if (f.t < centre.t - rules.recent) break;  // the ones before are older
    const int away = std::max(std::abs(f.x - centre.x), std::abs(f.y - centre.y));
    const int scale = (away + rules.step - 1) / rules.step;
    if (scale <= most) each(f, static_cast<std::size_t>(scale));
  }
}

std::optional<Velocity> Pooling::lines(const Flow& centre, const PoolingRules& rules,
                                       const std::array<Sums, kMostScales>& sums) const {
  for (int scale = 0; scale < rules.scales; ++scale) {
    const Sums& s = sums[static_cast<std::size_t>(scale)];
    Normal normal{s.gxx, s.gxy, s.gyy, s.gx, s.gy};
    if (s.n < kFewest || normal.spread() < kSpread) continue;
    auto u = normal.solve();
    for (int round = 0; round < kRounds && u; ++round) {
      normal = {};
      eachNear(centre, rules, scale, [&](const Flow& f, std::size_t) {
        const auto vx = static_cast<double>(f.vx), vy = static_cast<double>(f.vy);
        const double square = vx * vx + vy * vy, x = vx / square, y = vy / square;
        const double off = (u->x * x + u->y * y - 1) / kFair;
        const double weight = 1 / (1 + off * off);
        normal.xx += weight * x * x, normal.xy += weight * x * y, normal.yy += weight * y * y;
        normal.x += weight * x, normal.y += weight * y;
      });
      u = normal.solve();
    }
    return u;
  }
  return std::nullopt;
}

std::optional<Velocity> Pooling::take(const Flow& flow, const PoolingRules& rules) {
  if (flow.vx == 0 && flow.vy == 0) return std::nullopt;
  ring_[taken_++ % kMostHeld] = flow;
  std::array<Sums, kMostScales> sums;
  eachNear(flow, rules, rules.scales - 1, [&](const Flow& f, std::size_t scale) {
    const auto vx = static_cast<double>(f.vx), vy = static_cast<double>(f.vy);
    const double square = vx * vx + vy * vy, x = vx / square, y = vy / square;
    Sums& s = sums[scale];
    s.n += 1, s.speed += std::sqrt(square), s.x += vx, s.y += vy;
    s.gxx += x * x, s.gxy += x * y, s.gyy += y * y, s.gx += x, s.gy += y;
  });
  for (std::size_t scale = 1; scale < static_cast<std::size_t>(rules.scales); ++scale)
    sums[scale].add(sums[scale - 1]);
  if (rules.combine == PoolingRules::Combine::Lines) {
    if (const auto full = lines(flow, rules, sums)) return full;
  }
  const Sums* best = nullptr;
  for (std::size_t scale = 0; scale < static_cast<std::size_t>(rules.scales); ++scale)
    if (!best || sums[scale].speed * best->n > best->speed * sums[scale].n) best = &sums[scale];
  return Velocity{best->x / best->n, best->y / best->n};
}

void Pooling::save(Bytes& out) const {
  out.put(taken_);
  const auto held = std::min<std::uint64_t>(taken_, kMostHeld);
  for (std::uint64_t k = 0; k < held; ++k) {
    const Flow& f = ring_[(taken_ - held + k) % kMostHeld];
    out.put(f.t), out.put(f.x), out.put(f.y), out.put(f.vx), out.put(f.vy);
  }
}

Result<void> Pooling::restore(Bytes& in) {
  TRY(taken_, in.take<std::uint64_t>());
  const auto held = std::min<std::uint64_t>(taken_, kMostHeld);
  for (std::uint64_t k = 0; k < held; ++k) {
    Flow& f = ring_[(taken_ - held + k) % kMostHeld];
    TRY(f.t, in.take<Time>());
    TRY(f.x, in.take<std::uint16_t>());
    TRY(f.y, in.take<std::uint16_t>());
    TRY(f.vx, in.take<float>());
    TRY(f.vy, in.take<float>());
  }
  return {};
}

}  // namespace spk::flow
