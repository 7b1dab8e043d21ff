#pragma once
#include <filesystem>
#include <vector>

#include "engine/base/Result.h"
#include "engine/data/Scenery.h"

namespace spk::sources {

/// A sequence of pictures as a scenery: the log intensity between two pictures is interpolated, the
/// last one stays (or it goes back to the first, and forth again).
class PictureScenery final : public Scenery {
 public:
  struct Settings {
    int width = 160, height = 120;  ///< pictures are sampled to this size
    double perSecond = 30;
    bool backAndForth = false;
  };
  /// All pictures of a folder, read at once. Error: no pictures, one that cannot be read, more than
  /// fit into 1 GiB.
  static Result<PictureScenery> read(const std::filesystem::path& path, const Settings& settings);

  Time step() const override { return step_; }
  void place(Time t) override { placed_ = placeAt(t); }
  Glance glance(int x, int y) const override;
  Look look(double x, double y, Time t) const override;
  bool knowsMotion() const override { return false; }

 private:
  struct Place {
    const float* before;
    const float* after;
    double share;    ///< of the way from one to the other
    double seconds;  ///< until the next picture is reached
  };
  explicit PictureScenery(const Settings& settings);
  Place placeAt(Time t) const;
  double levelAt(const Place& place, int x, int y) const;

  Settings settings_;
  Time step_ = kMillisecond, interval_ = kSecond;
  std::size_t pixels_ = 0, count_ = 0;
  std::vector<float> levels_;  ///< picture after picture
  double steepest_ = 0;        ///< change of any level [1/s]
  Place placed_ = {};
};

}  // namespace spk::sources
