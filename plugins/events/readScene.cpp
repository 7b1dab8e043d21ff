#include <cmath>
#include <set>

#include "engine/base/Json.h"
#include "engine/base/Math.h"
#include "plugins/events/ShapeScenery.h"

namespace spk::events {
namespace {

/// Reads the members of one object, each once, and knows which ones nobody asked for.
class Members {
 public:
  Members(const JsonNode& object, std::string where) : object_(object), where_(std::move(where)) {}

  Result<double> number(const char* key, double initial, double min, double max) {
    const JsonNode* node = find(key);
    if (!node) return initial;
    if (!node->isNumber() || !(node->number() >= min && node->number() <= max))
      return Error{"is " + node->write().substr(0, 40) + "; " + numberText(min) + " to " +
                       numberText(max) + " are allowed",
                   where_ + key};
    return node->number();
  }
  const JsonNode* find(const char* key) {
    asked_.insert(key);
    return object_.find(key);
  }
  void tellUnknown(Notes& notes) const {
    for (const auto& [key, value] : object_.members())
      if (!asked_.contains(key))
        notes.push_back({Note::Level::Warning, where_ + key + " means nothing in a scene"});
  }

 private:
  const JsonNode& object_;
  std::string where_;
  std::set<std::string, std::less<>> asked_;
};

Result<SceneShape> readShape(const JsonNode& node, const std::string& where, Notes& notes) {
  Members members(node, where);
  SceneShape shape;
  const JsonNode* kind = members.find("kind");
  if (!kind || (kind->text() != "bar" && kind->text() != "disc"))
    return Error{"is not \"bar\" or \"disc\"", where + "kind"};
  shape.kind = kind->text() == "bar" ? SceneShape::Kind::Bar : SceneShape::Kind::Disc;
  constexpr double kFar = 1e5;
  TRY(shape.contrast, members.number("contrast", 1, -10, 10));
  TRY(shape.edge, members.number("edge", 2, 0.1, 100));
  TRY(shape.x, members.number("x", 0, -kFar, kFar));
  TRY(shape.y, members.number("y", 0, -kFar, kFar));
  TRY(shape.vx, members.number("vx", 0, -kFar, kFar));
  TRY(shape.vy, members.number("vy", 0, -kFar, kFar));
  TRY(shape.swingX, members.number("swing_x", 0, -kFar, kFar));
  TRY(shape.swingY, members.number("swing_y", 0, -kFar, kFar));
  TRY(shape.swingHz, members.number("swing_hz", 0, 0, 1000));
  if (shape.kind == SceneShape::Kind::Bar) {
    TRY(shape.width, members.number("width", 10, 0.1, kFar));
    TRY(const double angle, members.number("angle", 0, -360, 360));
    shape.normalX = cos(angle * kPi / 180);
    shape.normalY = sin(angle * kPi / 180);
  } else {
    TRY(shape.radius, members.number("radius", 10, 0.1, kFar));
  }
  members.tellUnknown(notes);
  return shape;
}

}  // namespace

Result<Scene> readScene(std::string_view json, const Values& overrides, Notes& notes) {
  TRY(JsonNode node, JsonNode::parse(json));
  if (node.form() != JsonNode::Form::Object || !node.find("scene"))
    return Error{"is no scene: it has no member \"scene\"", "scene"};
  for (const auto& [key, value] : overrides)
    if (const auto number = asNumber(value)) {
      if (const auto whole = asInteger(value))
        node.set(key, *whole);
      else
        node.set(key, *number);
    }
  Members members(node, "");
  TRY_DO(members.number("scene", 1, 1, 1));
  members.find("about");
  Scene scene;
  TRY(const double width, members.number("width", 160, 1, 2048));
  TRY(const double height, members.number("height", 120, 1, 2048));
  CameraPixels& pixels = scene.pixels;
  pixels.width = static_cast<int>(width);
  pixels.height = static_cast<int>(height);
  TRY(const double duration, members.number("duration_ms", 1000, 1, 3'600'000));
  scene.duration = fromMilliseconds(duration);
  TRY(const double seed, members.number("seed", 1, 0, 9e15));
  pixels.seed = static_cast<std::uint64_t>(seed);
  TRY(pixels.thresholdOn, members.number("threshold_on", 0.2, 0.01, 10));
  TRY(pixels.thresholdOff, members.number("threshold_off", 0.2, 0.01, 10));
  TRY(pixels.sigma, members.number("sigma", 0, 0, 1));
  TRY(const double refractory, members.number("refractory_ms", 0.1, 0, 1000));
  pixels.refractory = fromMilliseconds(refractory);
  TRY(pixels.noiseHz, members.number("noise_hz", 0, 0, 10'000));
  if (const JsonNode* shapes = members.find("shapes")) {
    if (shapes->form() != JsonNode::Form::List || shapes->items().size() > 64)
      return Error{"is not a list of at most 64 shapes", "shapes"};
    for (std::size_t i = 0; i < shapes->items().size(); ++i) {
      TRY(SceneShape shape,
          readShape(shapes->items()[i], "shapes[" + std::to_string(i) + "].", notes));
      scene.shapes.push_back(shape);
    }
  }
  members.tellUnknown(notes);
  const Time step = ShapeScenery(scene.shapes).step();
  if (const auto steps = (scene.duration + step - 1) / step; steps > 5'000'000)
    return Error{"the scene takes " + std::to_string(steps) +
                     " steps of at most 0.1 px; 5 million are allowed. Shorten or slow it",
                 "duration_ms"};
  return scene;
}

}  // namespace spk::events
