#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/Bytes.h"
#include "engine/data/Event.h"
#include "engine/data/Scenery.h"

namespace spk {

/// The camera itself: all that its events depend on besides what it sees.
struct CameraPixels {
  int width = 160, height = 120;
  std::uint64_t seed = 1;
  double thresholdOn = 0.2, thresholdOff = 0.2;  ///< mean change of log intensity per event
  double sigma = 0;                              ///< spread of the thresholds over pixels
  Time refractory = 100 * kMicrosecond;
  double noiseHz = 0;  ///< random events per pixel
  double leakHz = 0;   ///< ON events that a pixel gives in the dark
  friend bool operator==(const CameraPixels&, const CameraPixels&) = default;
};

/// An event of the pixel model and why it is there.
struct SeenEvent {
  enum class Cause : std::uint8_t { Motion, Noise, Leak };
  Event event;     ///< its time rounded down to 1 µs
  Time exact = 0;  ///< [ns]
  Cause cause = Cause::Motion;
};

/// The pixels of an event camera (the model of ESIM, Rebecq et al. 2018, with thresholds, noise and
/// leak of v2e, Hu et al. 2021): an event wherever the log intensity has moved by a threshold from
/// where it was at the last one, at the linearly interpolated time. Equal settings and sceneries
/// give equal events on every machine; steps are taken one by one, in whatever portions.
class PixelModel {
 public:
  /// The most events of one step; further ones are dropped and counted.
  static constexpr std::size_t kMostPerStep = std::size_t{1} << 17;

  /// @param scenery  outlives the model
  PixelModel(const CameraPixels& pixels, Scenery& scenery);
  Time now() const { return state_.now; }
  const CameraPixels& pixels() const { return pixels_; }
  std::uint64_t dropped() const { return state_.dropped; }

  /// One step of the scenery; its events, in order of (time, row, column), are appended. Allocates
  /// nothing if `out` has room for kMostPerStep more.
  void advance(std::vector<SeenEvent>& out);

  /// Other thresholds, noise, refractory time, leak: from now on. Size and seed stay.
  void set(const CameraPixels& pixels);
  /// Begins anew at t, as one that never saw anything before.
  void restart(Time t);
  /// The same with another seed.
  void restart(Time t, std::uint64_t seed);
  /// The pixels take what the scenery shows now for granted: no event tells of the difference.
  void adapt();
  /// The scenery moves otherwise from now on: nothing is known of when a pixel must be asked next.
  void wake();

  struct State {
    Time now = 0;
    std::uint64_t step = 0, dropped = 0;
    std::vector<double> reference;  ///< log intensity at the last event
    std::vector<Time> last;         ///< event of each pixel
  };
  const State& state() const { return state_; }
  void set(State state);
  void save(Bytes& out) const;
  Result<void> restore(Bytes& in);

 private:
  void makeThresholds();
  void pixel(std::size_t index, int x, int y, Time end);
  void crossings(std::size_t index, const Scenery::Glance& glance, double level, Time end);
  void noise(Time end);
  void emit(std::size_t index, Time t, std::uint8_t polarity, SeenEvent::Cause cause);

  CameraPixels pixels_;
  Scenery& scenery_;
  std::vector<double> on_, off_;  ///< thresholds by pixel
  std::vector<double> leak_;      ///< change of the level that its leak makes [1/s]; empty: none
  std::vector<Time> wake_;        ///< before that a pixel cannot give an event
  std::vector<SeenEvent>* out_ = nullptr;
  std::size_t first_ = 0;  ///< of the step in out_
  State state_;
};

}  // namespace spk
