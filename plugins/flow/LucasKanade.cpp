#include "plugins/flow/LucasKanade.h"

#include <array>
#include <cmath>

namespace spk::flow {
namespace {

constexpr int kMargin = LucasKanade::kMostRadius + 1;
/// Least ratio of the eigenvalues at a corner: counts along a slanted edge are a staircase.
constexpr double kCorner = 0.4;

}  // namespace

LucasKanade::LucasKanade(SensorSize size)
    : size_(size),
      stride_(size.width + 2 * kMargin),
      pixels_(static_cast<std::size_t>(stride_) *
              static_cast<std::size_t>(size.height + 2 * kMargin)),
      newer_(2 * pixels_),
      older_(2 * pixels_),
      ring_(kRing) {}

void LucasKanade::forget(Time now, Time window) {
  for (; half_ != end_ && ring_[half_].t <= now - window / 2; half_ = next(half_)) {
    --newer_[ring_[half_].place];
    ++older_[ring_[half_].place];
  }
  for (; oldest_ != half_ && ring_[oldest_].t <= now - window; oldest_ = next(oldest_))
    --older_[ring_[oldest_].place];
  if (next(end_) != oldest_) return;
  --(oldest_ == half_ ? newer_ : older_)[ring_[oldest_].place];
  if (oldest_ == half_) half_ = next(half_);
  oldest_ = next(oldest_);
}

std::optional<Velocity> LucasKanade::take(const Event& e, const LucasKanadeRules& rules) {
  forget(e.t, rules.window);
  const std::size_t place =
      (e.polarity ? pixels_ : 0) +
      static_cast<std::size_t>(e.y + kMargin) * static_cast<std::size_t>(stride_) +
      static_cast<std::size_t>(e.x + kMargin);
  ring_[end_] = {e.t, static_cast<std::uint32_t>(place), 0};
  end_ = next(end_);
  ++newer_[place];

  const auto at = [this](std::size_t i) {
    return static_cast<std::int64_t>(newer_[i]) + static_cast<std::int64_t>(older_[i]);
  };
  const auto step = static_cast<std::size_t>(stride_);
  std::int64_t xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;  // of twice the slopes
  for (int dy = -rules.radius; dy <= rules.radius; ++dy) {
    const std::size_t row = place + static_cast<std::size_t>(dy * stride_ - rules.radius);
    for (std::size_t i = row; i <= row + 2 * static_cast<std::size_t>(rules.radius); ++i) {
      const std::int64_t x = at(i + 1) - at(i - 1), y = at(i + step) - at(i - step),
                         t = at(i) - 2 * static_cast<std::int64_t>(older_[i]);
      xx += x * x, xy += x * y, yy += y * y;
      xt += x * t, yt += y * t;
    }
  }
  const double perSecond = 2 / toSeconds(rules.window);
  const double a = static_cast<double>(xx) / 4, b = static_cast<double>(xy) / 4,
               c = static_cast<double>(yy) / 4;
  const double tx = static_cast<double>(xt) / 2 * perSecond,
               ty = static_cast<double>(yt) / 2 * perSecond;
  const double middle = (a + c) / 2, apart = std::sqrt((a - c) * (a - c) / 4 + b * b);
  const double larger = middle + apart, smaller = middle - apart;
  if (smaller > rules.threshold && smaller > kCorner * larger) {
    const double det = a * c - b * b;
    return Velocity{-(tx * c - ty * b) / det, -(ty * a - tx * b) / det};
  }
  if (!(larger > rules.threshold)) return std::nullopt;
  // Along the eigenvector of the larger one.
  double x = b, y = larger - a;
  if (std::abs(larger - c) > std::abs(y)) x = larger - c, y = b;
  const double square = x * x + y * y;
  if (!(square > 0)) return std::nullopt;
  const double along = -(tx * x + ty * y) / square / larger;
  return along == 0 ? std::nullopt : std::optional(Velocity{along * x, along * y});
}

void LucasKanade::save(Bytes& out) const {
  out.put<std::uint64_t>((end_ + kRing - oldest_) % kRing);
  for (std::size_t i = oldest_; i != end_; i = next(i)) out.put(ring_[i]);
  out.put<std::uint64_t>((half_ + kRing - oldest_) % kRing);
}

Result<void> LucasKanade::restore(Bytes& in) {
  TRY(const auto count, in.take<std::uint64_t>());
  if (count >= kRing) return Error{"holds too many events", "state"};
  newer_.assign(newer_.size(), 0);
  older_.assign(older_.size(), 0);
  oldest_ = half_ = 0;
  end_ = count;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(ring_[i], in.take<Counted>());
    if (ring_[i].place >= 2 * pixels_) return Error{"has an event beside the sensor", "state"};
  }
  TRY(const auto old, in.take<std::uint64_t>());
  if (old > count) return Error{"has a window that ends before it begins", "state"};
  half_ = old;
  for (std::size_t i = 0; i < count; ++i) ++(i < old ? older_ : newer_)[ring_[i].place];
  return {};
}

}  // namespace spk::flow
