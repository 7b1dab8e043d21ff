#include "engine/data/testScenes.h"

#include <algorithm>
#include <string_view>

namespace spk {
namespace {

/// Below this gradient [1/px] a place has no direction.
constexpr double kFlat = 1e-6;

Pattern pattern(Pattern::Kind kind, double size, double speed, double direction,
                double rotation = 0, double growth = 0) {
  Pattern made;
  made.kind = kind;
  made.size = size;
  made.speed = speed;
  made.direction = direction;
  made.rotation = rotation;
  made.growth = growth;
  return made;
}

std::vector<TestScene> makeScenes() {
  using enum Pattern::Kind;
  // Directions of (160, 120), (120, −60) and (600, 300) px/s.
  constexpr double kDown = 36.869897645844021, kUp = -26.565051177077990, kFlatDown = -kUp;
  return {
      {"S1", "Bar, 100 px/s", pattern(Bar, 12, 100, 0), true},
      {"S2", "Bar at 30°, 400 px/s", pattern(Bar, 12, 400, 30), true},
      {"S3", "Square of 36 px, (160, 120) px/s", pattern(Square, 36, 200, kDown)},
      {"S4", "Fine texture, 8 and 4 px, (120, −60) px/s",
       pattern(Texture, 8, 134.16407864998738, kUp)},
      {"S5a", "Blobs of 28 px, (120, −60) px/s", pattern(Blobs, 28, 134.16407864998738, kUp)},
      {"S5b", "Blobs of 28 px, (600, 300) px/s", pattern(Blobs, 28, 670.82039324993691, kFlatDown)},
      {"S6", "Blobs that turn by 3 rad/s", pattern(Blobs, 28, 0, 0, 3)},
      {"S7", "Blobs that grow by 1.5/s", pattern(Blobs, 28, 0, 0, 0, 1.5)}};
}

const std::vector<TestScene>& scenes() {
  static const std::vector<TestScene> kScenes = makeScenes();
  return kScenes;
}

}  // namespace

std::span<const TestScene> testScenes() { return scenes(); }

const TestScene* testScene(std::string_view id) {
  const auto found = std::ranges::find(scenes(), id, &TestScene::id);
  return found == scenes().end() ? nullptr : &*found;
}

CameraPixels cleanPixels() { return {}; }

CameraPixels noisyPixels() {
  CameraPixels pixels;
  pixels.sigma = 0.03;
  pixels.noiseHz = 2;
  return pixels;
}

TrueFlow trueFlow(const Scenery& scenery, const SeenEvent& seen) {
  const Event& e = seen.event;
  TrueFlow flow{{e.t, e.x, e.y, 0, 0}, {e.t, e.x, e.y, 0, 0}};
  if (seen.cause != SeenEvent::Cause::Motion) return flow;
  Scenery::Look look = scenery.look(e.x, e.y, seen.exact);
  flow.full.vx = static_cast<float>(look.vx);
  flow.full.vy = static_cast<float>(look.vy);
  const auto steepness = [&] {
    return look.gradientX * look.gradientX + look.gradientY * look.gradientY;
  };
  // At the very end of an edge nothing slopes any more; a moment before it still did.
  if (steepness() < kFlat * kFlat) look = scenery.look(e.x, e.y, seen.exact - scenery.step());
  const double square = steepness();
  if (square < kFlat * kFlat) return flow;
  const double along = (look.gradientX * look.vx + look.gradientY * look.vy) / square;
  flow.normal.vx = static_cast<float>(along * look.gradientX);
  flow.normal.vy = static_cast<float>(along * look.gradientY);
  return flow;
}

LabelledEvents recordScene(const Pattern& pattern, const CameraPixels& pixels, Time duration) {
  Pattern sized = pattern;
  sized.width = pixels.width;
  sized.height = pixels.height;
  MovingPattern scenery(std::move(sized));
  PixelModel model(pixels, scenery);
  LabelledEvents made;
  std::vector<SeenEvent> step;
  while (model.now() < duration) {
    step.clear();
    model.advance(step);
    for (const SeenEvent& seen : step) {
      if (seen.event.t >= duration) continue;
      const TrueFlow truth = trueFlow(scenery, seen);
      made.events.push_back(seen.event);
      made.full.push_back(truth.full);
      made.normal.push_back(truth.normal);
      made.noise.push_back(seen.cause == SeenEvent::Cause::Motion ? 0 : 1);
    }
  }
  return made;
}

}  // namespace spk
