#include "plugins/events/PixelModel.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine/base/Math.h"

namespace spk::events {
namespace {

constexpr Time kNever = -kSecond;

/// Fastest motion of any shape [px/s].
double fastest(const Scene& scene) {
  double most = 0;
  for (const SceneShape& s : scene.shapes) {
    const double straight = std::sqrt(s.vx * s.vx + s.vy * s.vy);
    const double swing = std::sqrt(s.swingX * s.swingX + s.swingY * s.swingY);
    most = std::max(most, straight + 2 * kPi * s.swingHz * swing);
  }
  return most;
}

Time stepOf(const Scene& scene) {
  const double speed = fastest(scene);
  const double step = speed > 0 ? 0.1 / speed * 1e9 : 1e6;
  return static_cast<Time>(std::clamp(step, 1e3, 1e6));
}

/// 1 inside, 0 outside, a smooth step of width `edge` between.
double coverage(double distance, double edge) {
  const double c = std::clamp(0.5 - distance / edge, 0.0, 1.0);
  return c * c * (3 - 2 * c);
}

}  // namespace

std::int64_t PixelModel::steps(const Scene& scene) {
  const Time dt = stepOf(scene);
  return (scene.duration + dt - 1) / dt;
}

PixelModel::PixelModel(Scene scene) : scene_(std::move(scene)), dt_(stepOf(scene_)) {
  const std::size_t pixels =
      static_cast<std::size_t>(scene_.width) * static_cast<std::size_t>(scene_.height);
  const RandomKey key = randomKey(scene_.seed, 1, Purpose::Sample);
  on_.resize(pixels);
  off_.resize(pixels);
  state_.level.resize(pixels);
  state_.last.assign(pixels, kNever);
  place(0);
  for (std::size_t i = 0; i < pixels; ++i) {
    RandomSequence random(key, i);
    on_[i] = std::max(0.01, scene_.thresholdOn + scene_.sigma * random.normal());
    off_[i] = std::max(0.01, scene_.thresholdOff + scene_.sigma * random.normal());
    const int row = static_cast<int>(i) / scene_.width;
    state_.level[i] = levelAt(static_cast<int>(i) % scene_.width, row);
  }
  state_.reference = state_.level;
}

void PixelModel::place(Time t) {
  placed_.clear();
  const double s = static_cast<double>(t) / 1e9;
  for (const SceneShape& shape : scene_.shapes) {
    // The phase within one swing, so that its sine is exact however long the scene is.
    const double turns = shape.swingHz * s;
    const double swing = sin(2 * kPi * (turns - std::floor(turns)));
    placed_.push_back({&shape, shape.x + shape.vx * s + shape.swingX * swing,
                       shape.y + shape.vy * s + shape.swingY * swing});
  }
}

double PixelModel::levelAt(double x, double y) const {
  double level = 0;
  for (const Placed& p : placed_) {
    const SceneShape& shape = *p.shape;
    const double dx = x - p.x, dy = y - p.y;
    const double distance =
        shape.kind == SceneShape::Kind::Bar
            ? std::abs(dx * shape.normalX + dy * shape.normalY) - shape.width / 2
            : std::sqrt(dx * dx + dy * dy) - shape.radius;
    level += shape.contrast * coverage(distance, shape.edge);
  }
  return level;
}

/// Columns of row y where the shape covers anything, now or one step (0.1 px) ago.
PixelModel::Span PixelModel::reach(const Placed& placed, double y, int width) {
  const SceneShape& shape = *placed.shape;
  const double dy = y - placed.y;
  double middle = placed.x, half = 0;
  if (shape.kind == SceneShape::Kind::Bar) {
    const double across = shape.width / 2 + shape.edge / 2 + 1;
    if (std::abs(shape.normalX) < 1e-6)
      return std::abs(dy * shape.normalY) <= across ? Span{0, width} : Span{0, 0};
    middle -= dy * shape.normalY / shape.normalX;
    half = across / std::abs(shape.normalX);
  } else {
    const double radius = shape.radius + shape.edge / 2 + 1;
    if (std::abs(dy) > radius) return {0, 0};
    half = std::sqrt(radius * radius - dy * dy) + 1;
  }
  const auto column = [width](double x) {
    return static_cast<int>(std::clamp(std::floor(x), 0.0, static_cast<double>(width)));
  };
  return {column(middle - half), column(middle + half + 1)};
}

bool PixelModel::emit(std::size_t index, Time t, std::uint8_t polarity, std::vector<Event>& out) {
  if (t - state_.last[index] < scene_.refractory) return false;
  state_.last[index] = t;
  const auto width = static_cast<std::size_t>(scene_.width);
  out.push_back({t / kMicrosecond * kMicrosecond, static_cast<std::uint16_t>(index % width),
                 static_cast<std::uint16_t>(index / width), polarity});
  return true;
}

/// Events of one pixel whose level moved during the step that began at `begin`.
void PixelModel::pixel(std::size_t index, double level, Time begin, std::vector<Event>& out) {
  const double before = state_.level[index];
  state_.level[index] = level;
  if (level == before) return;
  double& reference = state_.reference[index];
  const bool rises = level > before;
  const double threshold = rises ? on_[index] : -off_[index];
  while (rises ? level >= reference + threshold : level <= reference + threshold) {
    reference += threshold;
    const double share = std::clamp((reference - before) / (level - before), 0.0, 1.0);
    const Time t = begin + static_cast<Time>(share * static_cast<double>(dt_));
    emit(index, std::min(t, begin + dt_ - 1), rises ? 1 : 0, out);
  }
}

void PixelModel::noise(Time begin, std::vector<Event>& out) {
  if (scene_.noiseHz <= 0) return;
  RandomSequence random(randomKey(scene_.seed, 2, Purpose::Sample),
                        static_cast<std::uint64_t>(state_.step));
  const auto pixels = static_cast<std::uint32_t>(state_.level.size());
  const std::uint64_t count =
      random.poisson(scene_.noiseHz * pixels * static_cast<double>(dt_) / 1e9);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint32_t index = random.below(pixels);
    const Time t = begin + static_cast<Time>(random.uniform() * static_cast<double>(dt_));
    emit(index, t, static_cast<std::uint8_t>(random.word() & 1), out);
  }
}

void PixelModel::advance(std::vector<Event>& out) {
  const Time begin = now();
  const std::size_t first = out.size();
  place(begin + dt_);
  for (int y = 0; y < scene_.height; ++y) {
    spans_.clear();
    for (const Placed& placed : placed_)
      if (const Span span = reach(placed, y, scene_.width); span.begin < span.end)
        spans_.push_back(span);
    std::ranges::sort(spans_, {}, &Span::begin);
    int x = 0;
    for (const Span& span : spans_)
      for (x = std::max(x, span.begin); x < span.end; ++x)
        pixel(static_cast<std::size_t>(y) * static_cast<std::size_t>(scene_.width) +
                  static_cast<std::size_t>(x),
              levelAt(x, y), begin, out);
  }
  noise(begin, out);
  ++state_.step;
  const auto mine = out.begin() + static_cast<std::ptrdiff_t>(first);
  out.erase(std::remove_if(mine, out.end(), [&](const Event& e) { return e.t >= scene_.duration; }),
            out.end());
  std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
                   [](const Event& a, const Event& b) {
                     return std::tuple(a.t, a.y, a.x) < std::tuple(b.t, b.y, b.x);
                   });
}

}  // namespace spk::events
