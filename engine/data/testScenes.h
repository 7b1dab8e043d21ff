#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/data/MovingPattern.h"
#include "engine/data/PixelModel.h"
#include "engine/data/Spike.h"

namespace spk {

/// One of the scenes that methods of optical flow and denoising are measured with: simple enough
/// that the true motion of every event is known exactly.
struct TestScene {
  const char* id;     ///< "S1" … "S7", some with a letter
  const char* title;  ///< "Bar, 100 px/s"
  Pattern pattern;
  /// Whether what can be seen of the motion at one place is all of it: then the normal flow is the
  /// full one.
  bool normalIsFull = false;
};
/// S1 bar 100 px/s, S2 bar 30° 400 px/s, S3 square of 36 px at (160, 120) px/s, S4 fine texture of
/// 8 and 4 px at (120, −60), S5a and S5b blobs of 28 px at (120, −60) and (600, 300), S6 the same
/// turning by 3 rad/s, S7 growing by 1.5/s; 160 × 120 px.
std::span<const TestScene> testScenes();
const TestScene* testScene(std::string_view id);

/// Thresholds 0.2, refractory 0.1 ms; no noise.
CameraPixels cleanPixels();
/// The same with thresholds that spread by 0.03 and 2 random events a second from each pixel.
CameraPixels noisyPixels();

/// Events with the truth about each: four arrays of equal length, in order of time.
struct LabelledEvents {
  std::vector<Event> events;
  std::vector<Flow> full;    ///< true motion there; 0 for noise
  std::vector<Flow> normal;  ///< n (n · v), n = ∇L/|∇L|: what one place can tell; 0 for noise
  std::vector<std::uint8_t> noise;  ///< 1: not caused by motion
};
/// What a camera sees of a pattern in [0, duration); the same on every machine.
LabelledEvents recordScene(const Pattern& pattern, const CameraPixels& pixels, Time duration);

/// Full and normal flow of an event that the pixel model gave.
struct TrueFlow {
  Flow full, normal;
};
TrueFlow trueFlow(const Scenery& scenery, const SeenEvent& seen);

}  // namespace spk
