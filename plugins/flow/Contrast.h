#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/analysis/flow.h"
#include "engine/graph/sensorShape.h"

namespace spk::flow {

struct ContrastRules {
  enum class Model { Translation, Affine } model = Model::Affine;
  enum class Focus { Variance, Gradient } focus = Focus::Variance;
  enum class Ink { Signed, Equal } ink = Ink::Signed;  ///< OFF as −1, or all events alike
  int tile = 40;                                       ///< side of the smallest tiles, at most [px]
  double blur = 1;          ///< standard deviation of an event's spot [px]
  double stiffness = 0.03;  ///< what a tile pays for a px² of difference from the larger one
  int rounds = 20;          ///< of the optimiser, at each scale
};

/// An event of one window: t [s] from its middle.
struct WindowEvent {
  float x = 0, y = 0, t = 0, ink = 1;
};

/// How a tile moves in one window: displacement [px] over the window at its centre, and how it
/// grows towards the tile's edges, `reach` away: along x (xx: of the x component) and along y.
struct TileMotion {
  enum At { X, Y, XX, XY, YX, YY };
  std::array<double, 6> d = {};
  double x = 0, y = 0, reach = 1;

  Velocity at(double px, double py) const {
    const double dx = (px - x) / reach, dy = (py - y) / reach;
    return {d[X] + d[XX] * dx + d[XY] * dy, d[Y] + d[YX] * dx + d[YY] * dy};
  }
  /// The same motion, written for another tile.
  TileMotion seenFrom(double px, double py, double otherReach) const;
};

/// Finds the motion under which events, moved along it to one time, make the sharpest picture
/// (Gallego et al. 2018), for tiles from coarse to fine. Focus: of the picture blurred by `blur`,
/// the variance, or the mean squared gradient (Shiba et al. 2022). Affine motion is judged at three
/// times of reference, at a quarter, a half and a quarter: moving all events into one point is no
/// answer then; parts of the window are judged at their middle alone. Minimises −log(focus / focus
/// of the unmoved events) and the stiffness, by BFGS with analytic gradients; the largest tile
/// begins with a sixteenth of the window, so that nothing has moved by more than a period of a fine
/// texture, and doubles it.
class ContrastMax {
 public:
  static constexpr std::size_t kMostEvents = 100'000;
  static constexpr int kFewest = 60;  ///< events of a tile that has a motion of its own

  explicit ContrastMax(SensorSize size);

  /// @param events  in order of time, at most kMostEvents
  /// @param seconds  the window's length
  void solve(std::span<const WindowEvent> events, double seconds, const ContrastRules& rules);
  /// Velocity at a place [px/s], blended between the tiles around; 0 where nothing was found.
  Velocity at(double x, double y) const;
  bool found() const { return found_; }
  /// How the largest tile moved in the last window that was solved, over a second. The next window
  /// begins with it as well, and keeps what is sharper.
  const TileMotion& last() const { return last_; }
  void setLast(const TileMotion& last) { last_ = last; }

 private:
  struct Box {
    double left = 0, top = 0, right = 0, bottom = 0;
  };
  struct Judged {
    double loss = 0;
    std::array<double, 6> slope = {};
  };

  void kernel(double blur);
  double fit(TileMotion& motion, const TileMotion& before, double share);
  Judged judge(const TileMotion& motion, const TileMotion& before);
  double focus(const TileMotion& motion, double reference, std::array<double, 6>& slope);
  void paint(const TileMotion& motion, double reference);
  void sharpen();
  void choose(std::span<const WindowEvent> events, const Box& box);
  void slice(double share);

  SensorSize size_;
  ContrastRules rules_;
  double seconds_ = 1, stiffness_ = 0;
  bool found_ = false, whole_ = true;
  TileMotion last_;
  std::vector<TileMotion> tiles_, parents_;
  int across_ = 0, down_ = 0;
  // Of the tile at work.
  std::vector<WindowEvent> chosen_;
  std::span<const WindowEvent> sliced_;
  double unmoved_ = 1;  ///< its focus before anything moves
  int left_ = 0, top_ = 0, width_ = 0, height_ = 0;
  std::vector<float> picture_, across1_, sharp_;
  std::vector<float> taps_;
};

}  // namespace spk::flow
