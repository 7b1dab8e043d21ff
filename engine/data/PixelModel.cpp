#include "engine/data/PixelModel.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine/base/Math.h"
#include "engine/base/Rng.h"

namespace spk {
namespace {

constexpr Time kNever = -kSecond;
constexpr Time kFar = std::int64_t{1} << 62;
constexpr double kLeastThreshold = 0.01;
/// Bounds are rounded towards too early.
constexpr double kSafe = 0.999;

Time later(Time now, double seconds) {
  return seconds > 1e9 ? kFar : now + static_cast<Time>(seconds * kSafe * 1e9);
}

}  // namespace

Time sceneryStep(double speed) {
  const double step = speed > 0 ? 0.1 / speed * 1e9 : 1e6;
  return static_cast<Time>(std::clamp(step, 1e3, 1e6));
}

Coverage coverage(double distance, double edge) {
  const double c = std::clamp(0.5 - distance / edge, 0.0, 1.0);
  return {c * c * (3 - 2 * c), -6 * c * (1 - c) / edge};
}

PixelModel::PixelModel(const CameraPixels& pixels, Scenery& scenery)
    : pixels_(pixels), scenery_(scenery) {
  const std::size_t count =
      static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
  on_.resize(count);
  off_.resize(count);
  wake_.resize(count);
  state_.reference.resize(count);
  state_.last.assign(count, kNever);
  makeThresholds();
  restart(0);
}

void PixelModel::makeThresholds() {
  const RandomKey key = randomKey(pixels_.seed, 1, Purpose::Sample);
  leak_.resize(pixels_.leakHz > 0 ? on_.size() : 0);
  for (std::size_t i = 0; i < on_.size(); ++i) {
    on_[i] = pixels_.thresholdOn;
    off_[i] = pixels_.thresholdOff;
    if (pixels_.sigma > 0) {
      RandomSequence random(key, i);
      on_[i] += pixels_.sigma * random.normal();
      off_[i] += pixels_.sigma * random.normal();
    }
    on_[i] = std::max(kLeastThreshold, on_[i]);
    off_[i] = std::max(kLeastThreshold, off_[i]);
    if (!leak_.empty()) leak_[i] = pixels_.leakHz * on_[i];
  }
}

void PixelModel::set(const CameraPixels& pixels) {
  pixels_.thresholdOn = pixels.thresholdOn;
  pixels_.thresholdOff = pixels.thresholdOff;
  pixels_.sigma = pixels.sigma;
  pixels_.refractory = pixels.refractory;
  pixels_.noiseHz = pixels.noiseHz;
  pixels_.leakHz = pixels.leakHz;
  const std::vector<double> before = leak_;
  makeThresholds();
  // The level holds all leak since 0; where its rate changes, the reference goes along.
  const double seconds = toSeconds(state_.now);
  for (std::size_t i = 0; i < on_.size(); ++i)
    state_.reference[i] +=
        ((leak_.empty() ? 0 : leak_[i]) - (before.empty() ? 0 : before[i])) * seconds;
  wake();
}

void PixelModel::restart(Time t) {
  state_.now = t;
  state_.step = static_cast<std::uint64_t>(std::max<Time>(t, 0) / scenery_.step());
  state_.dropped = 0;
  std::ranges::fill(state_.last, kNever);
  adapt();
}

void PixelModel::restart(Time t, std::uint64_t seed) {
  pixels_.seed = seed;
  makeThresholds();
  restart(t);
}

void PixelModel::adapt() {
  scenery_.place(state_.now);
  for (std::size_t i = 0; i < on_.size(); ++i) {
    const int x = static_cast<int>(i) % pixels_.width, y = static_cast<int>(i) / pixels_.width;
    state_.reference[i] = scenery_.glance(x, y).level;
    if (!leak_.empty()) state_.reference[i] += leak_[i] * toSeconds(state_.now);
  }
  wake();
}

void PixelModel::wake() { std::ranges::fill(wake_, kNever); }

void PixelModel::set(State state) {
  state_ = std::move(state);
  wake();
}

void PixelModel::save(Bytes& out) const {
  out.put(state_.now);
  out.put(state_.step);
  out.put(state_.dropped);
  out.putAll(std::span<const double>(state_.reference));
  out.putAll(std::span<const Time>(state_.last));
}

Result<void> PixelModel::restore(Bytes& in) {
  TRY(state_.now, in.take<Time>());
  TRY(state_.step, in.take<std::uint64_t>());
  TRY(state_.dropped, in.take<std::uint64_t>());
  TRY_DO(in.takeAll(std::span(state_.reference)));
  TRY_DO(in.takeAll(std::span(state_.last)));
  wake();
  return {};
}

void PixelModel::emit(std::size_t index, Time t, std::uint8_t polarity, SeenEvent::Cause cause) {
  if (t - state_.last[index] < pixels_.refractory) return;
  state_.last[index] = t;
  if (out_->size() - first_ == kMostPerStep) {
    ++state_.dropped;
    return;
  }
  const auto width = static_cast<std::size_t>(pixels_.width);
  out_->push_back({{t / kMicrosecond * kMicrosecond, static_cast<std::uint16_t>(index % width),
                    static_cast<std::uint16_t>(index / width), polarity},
                   t,
                   cause});
}

/// Events of one pixel whose level came to `level` at the end of the step.
void PixelModel::crossings(std::size_t index, const Scenery::Glance& glance, double level,
                           Time end) {
  const Time begin = state_.now;
  const int x = static_cast<int>(index) % pixels_.width,
            y = static_cast<int>(index) / pixels_.width;
  double before = scenery_.look(x, y, begin).level;
  const double seen = glance.level - before;
  if (!leak_.empty()) before += leak_[index] * toSeconds(begin);
  double& reference = state_.reference[index];
  const bool rises = level >= reference + on_[index];
  const double threshold = rises ? on_[index] : -off_[index];
  const bool leaks = rises && !leak_.empty() && seen < leak_[index] * toSeconds(end - begin);
  while (rises ? level >= reference + threshold : level <= reference + threshold) {
    reference += threshold;
    const double share =
        level == before ? 1 : std::clamp((reference - before) / (level - before), 0.0, 1.0);
    const Time t = begin + static_cast<Time>(share * static_cast<double>(end - begin));
    emit(index, std::min(t, end - 1), rises ? 1 : 0,
         leaks ? SeenEvent::Cause::Leak : SeenEvent::Cause::Motion);
  }
}

void PixelModel::pixel(std::size_t index, int x, int y, Time end) {
  const Scenery::Glance glance = scenery_.glance(x, y);
  const double leak = leak_.empty() ? 0 : leak_[index];
  const double level = leak > 0 ? glance.level + leak * toSeconds(end) : glance.level;
  if (level >= state_.reference[index] + on_[index] ||
      level <= state_.reference[index] - off_[index])
    crossings(index, glance, level, end);
  // Nothing can happen before the level has used up the way to the nearer threshold.
  const double reference = state_.reference[index];
  const double way = std::min(reference + on_[index] - level, level - (reference - off_[index]));
  const double inStill = leak * glance.still;
  double seconds = 0;
  if (inStill >= way && leak > 0)
    seconds = way / leak;
  else if (const double rate = glance.rate + leak; rate > 0)
    seconds = glance.still + (way - inStill) / rate;
  else
    seconds = 2e9;
  wake_[index] = later(end, seconds);
}

void PixelModel::noise(Time end) {
  if (pixels_.noiseHz <= 0) return;
  RandomSequence random(randomKey(pixels_.seed, 2, Purpose::Sample), state_.step);
  const auto count = static_cast<std::uint32_t>(on_.size());
  const auto length = static_cast<double>(end - state_.now);
  const std::uint64_t events = random.poisson(pixels_.noiseHz * count * length / 1e9);
  for (std::uint64_t i = 0; i < events; ++i) {
    const std::uint32_t index = random.below(count);
    const Time t = state_.now + static_cast<Time>(random.uniform() * length);
    emit(index, t, static_cast<std::uint8_t>(random.word() & 1), SeenEvent::Cause::Noise);
  }
}

void PixelModel::advance(std::vector<SeenEvent>& out) {
  const Time end = state_.now + scenery_.step();
  out_ = &out;
  first_ = out.size();
  scenery_.place(end);
  std::size_t index = 0;
  for (int y = 0; y < pixels_.height; ++y)
    for (int x = 0; x < pixels_.width; ++x, ++index)
      if (wake_[index] <= end) pixel(index, x, y, end);
  noise(end);
  state_.now = end;
  ++state_.step;
  // Not stable_sort, which allocates: no two events of a pixel share a time, or they are alike.
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(first_), out.end(),
            [](const SeenEvent& a, const SeenEvent& b) {
              return std::tuple(a.event.t, a.event.y, a.event.x, a.exact, a.event.polarity) <
                     std::tuple(b.event.t, b.event.y, b.event.x, b.exact, b.event.polarity);
            });
}

}  // namespace spk
