#include "panels/image/eventImage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "panels/kit/Theme.h"
#include "panels/kit/colourMaps.h"

namespace spk::panels::image {
namespace {

constexpr int kReach = 5;  // time constants after which nothing is left to see
constexpr int kShades = 256;

using Shades = std::array<QRgb, kShades>;

Shades shades() {
  Shades table{};
  for (int i = 0; i < kShades; ++i) table[std::size_t(i)] = viridis(i / double(kShades - 1));
  return table;
}
QRgb shade(const Shades& table, double share) {
  return table[std::size_t(std::clamp(share, 0.0, 1.0) * (kShades - 1))];
}

/// The picture while it is made: which pixels an event lit, beside their colour.
struct Made {
  QSize sensor;
  QImage picture;
  std::span<QRgb> pixels;  // row by row: 32-bit lines have no padding
  std::vector<std::uint8_t> lit;

  explicit Made(QImage ground) : sensor(ground.size()), picture(std::move(ground)) {
    pixels = {reinterpret_cast<QRgb*>(picture.bits()),
              std::size_t(sensor.width()) * std::size_t(sensor.height())};
    lit.resize(pixels.size());
  }
  void light(std::size_t i, QRgb colour) { pixels[i] = colour, lit[i] = 1; }
};

/// Calls take(index of the pixel, event) for the events in (from, to] that lie on the sensor.
template <class Take>
void eachEvent(const Tape& tape, Time from, Time to, QSize sensor, Take take) {
  tape.visit<Event>(from + 1, to + 1, [&](std::span<const Event> events) {
    for (const Event& event : events) {
      if (event.x < sensor.width() && event.y < sensor.height()) {
        take(std::size_t(event.y) * std::size_t(sensor.width()) + event.x, event);
      }
    }
  });
}

/// How many events show the full colour: as wished, else so that one lit pixel of a hundred is
/// beyond.
double fullCount(std::span<const std::int32_t> counts, double wished) {
  if (wished > 0) return wished;
  std::vector<std::int32_t> busy;
  for (const std::int32_t n : counts)
    if (n != 0) busy.push_back(std::abs(n));
  if (busy.empty()) return 1;
  const auto rank = busy.begin() + std::ptrdiff_t(busy.size() * 99 / 100);
  std::ranges::nth_element(busy, rank);
  return std::max(1, *rank);
}

void count(Made& made, const Tape& tape, const ImageLook& look) {
  std::vector<std::int32_t> counts(made.pixels.size());
  eachEvent(tape, look.t - look.window, look.t, made.sensor,
            [&](std::size_t i, const Event&) { ++counts[i]; });
  const double full = fullCount(counts, look.full);
  const Shades table = shades();
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i]) made.light(i, shade(table, counts[i] / full));
}

void balance(Made& made, const Tape& tape, const ImageLook& look) {
  std::vector<std::int32_t> sums(made.pixels.size());
  eachEvent(tape, look.t - look.window, look.t, made.sensor,
            [&](std::size_t i, const Event& e) { sums[i] += e.polarity ? 1 : -1; });
  const double full = fullCount(sums, look.full);
  const bool onDark = look.ground.lightnessF() < 0.5;
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (sums[i]) made.light(i, difference(std::clamp(sums[i] / full, -1.0, 1.0), onDark));
}

/// The time of each pixel's last event since `from`; −1: there was none.
std::vector<Time> lastTimes(const Made& made, const Tape& tape, Time from, Time to) {
  std::vector<Time> last(made.pixels.size(), -1);
  eachEvent(tape, std::max<Time>(-1, from), to, made.sensor,
            [&](std::size_t i, const Event& e) { last[i] = e.t; });
  return last;
}

void timeCode(Made& made, const Tape& tape, const ImageLook& look) {
  const Shades table = shades();
  const std::vector<Time> last = lastTimes(made, tape, look.t - look.window, look.t);
  for (std::size_t i = 0; i < last.size(); ++i)
    if (last[i] >= 0)
      made.light(i, shade(table, 1 - double(look.t - last[i]) / double(look.window)));
}

QRgb blend(QRgb under, QRgb over, double share) {
  const auto mix = [&](int a, int b) { return int(a + (b - a) * share); };
  return qRgb(mix(qRed(under), qRed(over)), mix(qGreen(under), qGreen(over)),
              mix(qBlue(under), qBlue(over)));
}

void surface(Made& made, const Tape& tape, const ImageLook& look) {
  const Shades table = shades();
  const Time reach = kReach * look.window;
  const std::vector<Time> last = lastTimes(made, tape, look.t - reach, look.t);
  // exp by table of age: a picture of a million pixels stays cheap.
  std::array<QRgb, 1024> byAge{};
  for (std::size_t i = 0; i < byAge.size(); ++i)
    byAge[i] = shade(table, std::exp(-double(i) * kReach / byAge.size()));
  for (std::size_t i = 0; i < last.size(); ++i) {
    if (last[i] < 0) continue;
    const auto age = std::size_t((look.t - last[i]) * Time(byAge.size()) / reach);
    const std::size_t k = std::min(age, byAge.size() - 1);
    // Over a picture it fades into it, not into the dark.
    const double strength = look.behind ? std::exp(-double(k) * kReach / byAge.size()) : 1;
    made.light(i, strength < 1 ? blend(made.pixels[i], byAge[k], strength) : byAge[k]);
  }
}

/// Lit pixels colour the dark ones around them.
void dilate(Made& made, int reach) {
  const int width = made.sensor.width(), height = made.sensor.height();
  const std::vector<QRgb> before(made.pixels.begin(), made.pixels.end());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::size_t i = std::size_t(y) * std::size_t(width) + std::size_t(x);
      if (!made.lit[i]) continue;
      for (int v = std::max(0, y - reach); v <= std::min(height - 1, y + reach); ++v)
        for (int u = std::max(0, x - reach); u <= std::min(width - 1, x + reach); ++u) {
          const std::size_t k = std::size_t(v) * std::size_t(width) + std::size_t(u);
          if (!made.lit[k]) made.pixels[k] = before[i];
        }
    }
}

QImage ground(const ImageLook& look, QSize sensor) {
  if (look.behind && look.behind->width > 0) return frameImage(*look.behind, sensor);
  QImage picture(sensor, QImage::Format_RGB32);
  picture.fill(look.mode == Mode::TimeSurface ? QColor(viridis(0)) : look.ground);
  return picture;
}

}  // namespace

QImage eventImage(const Tape& tape, const ImageLook& look, QSize sensor) {
  if (sensor.isEmpty()) return {};
  Made made(ground(look, sensor));
  switch (look.mode) {
    case Mode::Polarity: {
      const QRgb on = theme().on.rgb(), off = theme().off.rgb();
      eachEvent(tape, look.t - look.window, look.t, sensor,
                [&](std::size_t i, const Event& e) { made.light(i, e.polarity ? on : off); });
      break;
    }
    case Mode::Count: count(made, tape, look); break;
    case Mode::Balance: balance(made, tape, look); break;
    case Mode::Time: timeCode(made, tape, look); break;
    case Mode::TimeSurface: surface(made, tape, look); break;
  }
  if (look.dilate > 0) dilate(made, look.dilate);
  return made.picture;
}

QImage frameImage(const Frame& frame, QSize sensor) {
  if (frame.grey.size() < std::size_t{frame.width} * frame.height || frame.grey.empty()) return {};
  const QImage grey(frame.grey.data(), frame.width, frame.height, frame.width,
                    QImage::Format_Grayscale8);
  const QImage picture = grey.convertToFormat(QImage::Format_RGB32);
  return picture.size() == sensor ? picture : picture.scaled(sensor);
}

Time windowOf(const Tape& tape, std::size_t count, Time t) {
  std::vector<std::span<const Event>> chunks;
  tape.visit<Event>(tape.begin(), t + 1,
                    [&](std::span<const Event> events) { chunks.push_back(events); });
  Time oldest = t + 1;
  for (auto chunk = chunks.rbegin(); chunk != chunks.rend() && count > 0; ++chunk) {
    const std::size_t taken = std::min(count, chunk->size());
    oldest = (*chunk)[chunk->size() - taken].t;
    count -= taken;
  }
  return t + 1 - oldest;
}

const Frame* frameAt(const Tape& tape, Time t) {
  const Frame* last = nullptr;
  tape.visit<Frame>(tape.begin(), t + 1, [&](std::span<const Frame> frames) {
    if (!frames.empty()) last = &frames.back();
  });
  return last;
}

QSize seenSensor(const Tape& tape, Time from, QSize before) {
  tape.visit<Event>(from, tape.end() + 1, [&](std::span<const Event> events) {
    for (const Event& event : events) before = before.expandedTo({event.x + 1, event.y + 1});
  });
  return before;
}

}  // namespace spk::panels::image
