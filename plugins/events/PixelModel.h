#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/base/Time.h"
#include "engine/base/Value.h"
#include "engine/data/Event.h"

namespace spk::events {

/// One moving shape: where it covers a pixel, it adds `contrast` to the logarithm of the intensity.
struct SceneShape {
  enum class Kind { Bar, Disc } kind = Kind::Bar;
  double contrast = 1;                         ///< in log intensity; negative is darker
  double edge = 2;                             ///< width of the soft edge [px]
  double width = 10;                           ///< of a bar, across [px]
  double radius = 10;                          ///< of a disc [px]
  double normalX = 1, normalY = 0;             ///< of a bar: unit vector across it
  double x = 0, y = 0;                         ///< centre at t = 0, without the swing [px]
  double vx = 0, vy = 0;                       ///< [px/s]
  double swingX = 0, swingY = 0, swingHz = 0;  ///< sinusoidal motion besides: amplitude [px]
};

/// A scene and the camera that looks at it: all that the synthetic recording depends on.
struct Scene {
  int width = 0, height = 0;
  Time duration = 0;
  std::uint64_t seed = 1;
  double thresholdOn = 0.2, thresholdOff = 0.2;  ///< mean change of log intensity per event
  double sigma = 0;  ///< standard deviation of the thresholds over pixels
  Time refractory = 100 * kMicrosecond;
  double noiseHz = 0;  ///< random events per pixel
  std::vector<SceneShape> shapes;
};

/// Reads a scene; `overrides` replace its numbers by key (seed, noise_hz, sigma …).
/// @return Error names the key and what is allowed
Result<Scene> readScene(std::string_view json, const Values& overrides, Notes& notes);

/// The pixels of an event camera (the model of ESIM, Rebecq et al. 2018, with the thresholds and
/// the noise of v2e, Hu et al. 2021): an event wherever the log intensity has moved by a threshold
/// from where it was at the last one, at the linearly interpolated time, rounded down to 1 µs.
/// Equal scenes give equal events on every machine.
class PixelModel {
 public:
  explicit PixelModel(Scene scene);
  const Scene& scene() const { return scene_; }
  Time now() const { return static_cast<Time>(state_.step) * dt_; }
  bool done() const { return now() >= scene_.duration; }
  /// Time steps of the whole scene: at most 0.1 px of motion each, 1 ms at most.
  static std::int64_t steps(const Scene& scene);

  /// One step; its events, in order of (time, row, column), are appended.
  void advance(std::vector<Event>& out);

  struct State {
    std::int64_t step = 0;
    std::vector<double> level, reference;  ///< log intensity now, and at the last event
    std::vector<Time> last;                ///< event of each pixel
  };
  const State& state() const { return state_; }
  Time timeOf(const State& state) const { return state.step * dt_; }
  void set(State state) { state_ = std::move(state); }

 private:
  struct Span {
    int begin, end;
  };
  struct Placed {
    const SceneShape* shape;
    double x, y;
  };
  double levelAt(double x, double y) const;
  static Span reach(const Placed& placed, double y, int width);
  void place(Time t);
  void pixel(std::size_t index, double level, Time begin, std::vector<Event>& out);
  void noise(Time begin, std::vector<Event>& out);
  bool emit(std::size_t index, Time t, std::uint8_t polarity, std::vector<Event>& out);

  Scene scene_;
  Time dt_;
  std::vector<double> on_, off_;  ///< thresholds by pixel
  std::vector<Placed> placed_;
  std::vector<Span> spans_;
  State state_;
};

}  // namespace spk::events
