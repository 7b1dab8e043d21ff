#include "plugins/sources/Renewal.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"

namespace spk::sources {
namespace {

/// Gamma distributed with scale 1 (Marsaglia & Tsang 2000, ACM Trans Math Softw 26:363).
double drawGamma(RandomSequence& random, double shape) {
  if (shape == 1) return random.exponential();
  if (shape < 1) {
    const double larger = drawGamma(random, shape + 1);
    return larger * pow(random.uniform(), 1 / shape);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (log(random.uniform()) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

/// The draws of one interval of one train.
RandomSequence intervalOf(RandomKey key, std::uint32_t train, std::uint32_t which) {
  return {key, std::uint64_t{train} << 32 | which};
}

}  // namespace

/// In equilibrium an interval that is under way is one of those that are met by chance, longer ones
/// more often: gamma with shape + 1; and a uniform part of it is left.
void Renewal::begin(RandomKey key) {
  begun_ = true;
  for (std::uint32_t train = 0; train < next_.size(); ++train) {
    RandomSequence random = intervalOf(key, train, drawn_[train]++);
    const double part = random.uniform();
    next_[train] = clock_ + part * drawGamma(random, shape_ + 1) / shape_;
  }
  order();
}

void Renewal::order() {
  for (std::uint32_t train = 0; train < heap_.size(); ++train) heap_[train] = train;
  std::ranges::make_heap(heap_, [this](std::uint32_t a, std::uint32_t b) {
    return next_[a] != next_[b] ? next_[a] > next_[b] : a > b;
  });
}

/// The next interval of the train in front.
void Renewal::renew(RandomKey key) {
  const auto later = [this](std::uint32_t a, std::uint32_t b) {
    return next_[a] != next_[b] ? next_[a] > next_[b] : a > b;
  };
  std::ranges::pop_heap(heap_, later);
  const std::uint32_t train = heap_.back();
  RandomSequence random = intervalOf(key, train, drawn_[train]++);
  next_[train] += drawGamma(random, shape_) / shape_;
  std::ranges::push_heap(heap_, later);
}

void Renewal::save(Bytes& out) const {
  out.put(clock_);
  out.put(begun_);
  out.putAll(std::span(next_));
  out.putAll(std::span(drawn_));
}

Result<void> Renewal::restore(Bytes& in) {
  TRY(clock_, in.take<double>());
  TRY(const auto begun, in.take<std::uint8_t>());
  begun_ = begun != 0;
  TRY_DO(in.takeAll(std::span(next_)));
  TRY_DO(in.takeAll(std::span(drawn_)));
  order();
  return {};
}

std::size_t Renewal::most(double by) const {
  // of a renewal process, the variance of the count is about its mean / shape; 0.1 is the least
  constexpr double kLeastShape = 0.1;
  const double mean = by * static_cast<double>(next_.size());
  return static_cast<std::size_t>(mean + 20 * std::sqrt(mean / kLeastShape)) + 1000;
}

}  // namespace spk::sources
