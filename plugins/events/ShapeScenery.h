#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Value.h"
#include "engine/data/PixelModel.h"

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
  CameraPixels pixels;
  Time duration = 0;
  std::vector<SceneShape> shapes;
};

/// Reads a scene; `overrides` replace its numbers by key (seed, noise_hz, sigma …).
/// @return Error names the key and what is allowed
Result<Scene> readScene(std::string_view json, const Values& overrides, Notes& notes);

/// The sum of moving shapes.
class ShapeScenery final : public Scenery {
 public:
  explicit ShapeScenery(std::vector<SceneShape> shapes);
  Time step() const override { return step_; }
  void place(Time t) override;
  Glance glance(int x, int y) const override;
  Look look(double x, double y, Time t) const override;

 private:
  struct Place {
    double x = 0, y = 0;
  };
  std::vector<SceneShape> shapes_;
  std::vector<double> speeds_;  ///< at most, of each shape [px/s]
  Time step_ = kMillisecond;
  double rate_ = 0;  ///< of the level at most [1/s]
  std::vector<Place> placed_;
};

}  // namespace spk::events
