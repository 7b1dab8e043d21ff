// An event camera that looks at a moving pattern or at pictures, and knows what truly moves.
#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/data/testScenes.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/PictureScenery.h"

namespace spk::sources::synthetic_camera {
namespace {

constexpr std::size_t kMostCorners = 64;
const std::vector<std::string> kScenes = {"bar",     "square", "disc",    "polygon",
                                          "texture", "blobs",  "pictures"};

bool isPictures(const Item& item) { return textOr(item.values, "scene", "bar") == "pictures"; }

Result<double> number(const Item& item, const char* key, double initial, double min, double max) {
  const double value = numberOr(item.values, key, initial);
  if (value >= min && value <= max) return value;
  return Error{"is " + numberText(value) + "; " + numberText(min) + " to " + numberText(max) +
                   " are allowed",
               key};
}

/// "0,0 20,0 10,17": places of corners, x to the right, y down.
Result<std::vector<std::array<double, 2>>> readCorners(const std::string& text) {
  std::vector<std::array<double, 2>> corners;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" ;\n", at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    const std::size_t comma = word.find(',');
    const auto x = asNumber(valueFromText(word.substr(0, comma)));
    const auto y =
        comma == std::string::npos ? std::nullopt : asNumber(valueFromText(word.substr(comma + 1)));
    if (!x || !y) return Error{"\"" + word + "\" is no corner such as 20,10", "polygon"};
    corners.push_back({*x, *y});
  }
  if (corners.size() < 3 || corners.size() > kMostCorners)
    return Error{"has " + std::to_string(corners.size()) +
                     " corners; 3 to 64 are allowed, as \"0,0 "
                     "20,0 10,17\"",
                 "polygon"};
  return corners;
}

Result<Pattern> patternOf(const Item& item) {
  Pattern p;
  const std::string scene = textOr(item.values, "scene", "bar");
  const auto found = std::ranges::find(kScenes, scene);
  if (found == kScenes.end()) return Error{"is \"" + scene + "\", which is no scene", "scene"};
  using enum Pattern::Kind;
  constexpr Pattern::Kind kKinds[] = {Bar, Square, Disc, Polygon, Texture, Blobs, Bar};
  p.kind = kKinds[found - kScenes.begin()];
  p.width = static_cast<int>(integerOr(item.values, "width", 160));
  p.height = static_cast<int>(integerOr(item.values, "height", 120));
  TRY(p.size, number(item, "size", 12, 1, 1000));
  TRY(p.contrast, number(item, "contrast", 1.5, -10, 10));
  TRY(p.edge, number(item, "edge", 2, 0.2, 100));
  TRY(p.speed, number(item, "speed", 100, 0, 10'000));
  TRY(p.direction, number(item, "direction", 0, -360, 360));
  TRY(p.rotation, number(item, "rotation", 0, -50, 50));
  TRY(p.growth, number(item, "growth", 0, -10, 10));
  if (p.kind == Polygon) {
    TRY(p.corners, readCorners(textOr(item.values, "polygon", "0,0 20,0 10,17")));
  }
  return p;
}

Result<CameraPixels> pixelsOf(const Item& item) {
  CameraPixels pixels;
  TRY(const double width, number(item, "width", 160, 1, 1280));
  TRY(const double height, number(item, "height", 120, 1, 1024));
  pixels.width = static_cast<int>(width);
  pixels.height = static_cast<int>(height);
  TRY(pixels.thresholdOn, number(item, "threshold_on", 0.2, 0.01, 10));
  TRY(pixels.thresholdOff, number(item, "threshold_off", 0.2, 0.01, 10));
  TRY(pixels.sigma, number(item, "sigma", 0, 0, 1));
  TRY(pixels.noiseHz, number(item, "noise_rate", 0, 0, 1000));
  TRY(pixels.leakHz, number(item, "leak_rate", 0, 0, 100));
  TRY(const double refractory, number(item, "refractory", 0.1, 0, 1000));
  pixels.refractory = fromMilliseconds(refractory);
  return pixels;
}

/// What takes a rebuild.
Values fixedValues(const Item& item) {
  Values fixed;
  for (const char* key : {"scene", "width", "height", "pictures", "per_second", "back_and_forth"})
    if (const auto found = item.values.find(key); found != item.values.end()) fixed.insert(*found);
  return fixed;
}

/// Runs the pixel model as far as each batch reaches. Its steps are its own: what a step gave
/// beyond the batch waits for the next one.
class SyntheticCamera final : public Body {
 public:
  /// @param pattern  the same as `scenery`, or none if this is of pictures
  SyntheticCamera(const Item& item, std::unique_ptr<Scenery> scenery, MovingPattern* pattern,
                  const CameraPixels& pixels)
      : id_(item.id),
        fixed_(fixedValues(item)),
        scenery_(std::move(scenery)),
        pattern_(pattern),
        model_(pixels, *scenery_) {
    ready_.reserve(PixelModel::kMostPerStep);
  }

  void run(Batch& batch) noexcept override {
    if (batch.begin != expected_) {
      model_.restart(batch.begin, std::uint64_t{batch.key.high} << 32 | batch.key.low);
      ready_.clear();
      next_ = 0;
    }
    expected_ = batch.end;
    Out<Event> out = batch.out<Event>(0);
    Out<Flow> full = batch.out<Flow>(1), normal = batch.out<Flow>(2);
    const bool truthWanted = scenery_->knowsMotion() && (batch.wanted(1) || batch.wanted(2));
    for (;;) {
      for (; next_ < ready_.size() && ready_[next_].event.t < batch.end; ++next_) {
        const SeenEvent& seen = ready_[next_];
        out.add(seen.event);
        if (seen.cause != SeenEvent::Cause::Motion || !truthWanted) continue;
        const TrueFlow truth = trueFlow(*scenery_, seen);
        full.add(truth.full);
        normal.add(truth.normal);
      }
      if (next_ < ready_.size() || model_.now() / kMicrosecond * kMicrosecond >= batch.end) return;
      ready_.clear();
      next_ = 0;
      model_.advance(ready_);
    }
  }

  Result<void> change(const Item& item) override {
    if (fixedValues(item) != fixed_)
      return Error{"another scene, size or folder needs the network to be built again", "scene"};
    TRY(const CameraPixels pixels, pixelsOf(item));
    TRY(Pattern pattern, patternOf(item));
    model_.set(pixels);
    if (pattern_ && pattern_->set(std::move(pattern), model_.now()) == MovingPattern::Change::Looks)
      model_.adapt();
    return {};
  }

  void save(Bytes& out) const override {
    out.put(scene());
    out.put(expected_);
    if (pattern_) pattern_->save(out);
    out.put(model_.pixels().seed);
    model_.save(out);
    out.put<std::uint64_t>(ready_.size() - next_);
    for (std::size_t i = next_; i < ready_.size(); ++i) {
      const auto& [event, exact, cause] = ready_[i];
      out.put(event.t), out.put(event.x), out.put(event.y), out.put(event.polarity);
      out.put(exact), out.put(cause);
    }
  }
  Result<void> restore(Bytes& in) override {
    expected_ = kNowhere;  // begins anew where the state is of no use
    TRY(const int of, in.take<int>());
    if (of != scene()) return Error{"is of another scene", "state"};
    TRY(const Time expected, in.take<Time>());
    if (pattern_) TRY_DO(pattern_->restore(in));
    TRY(const auto seed, in.take<std::uint64_t>());
    model_.restart(0, seed);
    TRY_DO(model_.restore(in));
    TRY(const auto waiting, in.take<std::uint64_t>());
    if (waiting > ready_.capacity()) return Error{"holds too many events", "state"};
    ready_.resize(waiting);
    next_ = 0;
    for (auto& [event, exact, cause] : ready_) {
      TRY(event.t, in.take<Time>());
      TRY(event.x, in.take<std::uint16_t>());
      TRY(event.y, in.take<std::uint16_t>());
      TRY(event.polarity, in.take<std::uint8_t>());
      TRY(exact, in.take<Time>());
      TRY(cause, in.take<SeenEvent::Cause>());
    }
    expected_ = expected;
    return {};
  }

  std::size_t room(Time length) const override {
    const CameraPixels& pixels = model_.pixels();
    const auto all =
        static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
    return length > 0 ? std::clamp<std::size_t>(4 * all, 1 << 16, 1 << 20) : 0;
  }

  std::uint64_t notesVersion() const override { return model_.dropped() > 0 ? 1 : 0; }
  Notes notes() const override {
    Notes notes;
    if (!scenery_->knowsMotion())
      notes.push_back({Note::Level::Info,
                       "nobody knows what moves in pictures; flow and normal_flow stay silent",
                       id_});
    if (model_.dropped() > 0)
      notes.push_back({Note::Level::Warning,
                       std::to_string(model_.dropped()) +
                           " events were more than one step can give, and are lost: raise the "
                           "thresholds or the refractory time",
                       id_});
    return notes;
  }

 private:
  static constexpr Time kNowhere = std::numeric_limits<Time>::min();
  int scene() const { return pattern_ ? static_cast<int>(pattern_->pattern().kind) : -1; }

  Id id_;
  Values fixed_;
  std::unique_ptr<Scenery> scenery_;
  MovingPattern* pattern_;
  PixelModel model_;
  std::vector<SeenEvent> ready_;
  std::size_t next_ = 0;
  Time expected_ = kNowhere;  ///< where the next batch begins if nothing jumps
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const CameraPixels pixels, pixelsOf(item));
  TRY(Pattern pattern, patternOf(item));
  std::unique_ptr<Scenery> scenery;
  MovingPattern* moving = nullptr;
  if (isPictures(item)) {
    const std::string path = textOr(item.values, "pictures", "");
    if (path.empty()) return Error{"no folder of pictures is chosen", "pictures"};
    PictureScenery::Settings settings{pixels.width, pixels.height, 30,
                                      switchOr(item.values, "back_and_forth", true)};
    TRY(settings.perSecond, number(item, "per_second", 30, 0.1, 10'000));
    TRY(PictureScenery read, PictureScenery::read(path, settings));
    scenery = std::make_unique<PictureScenery>(std::move(read));
  } else {
    auto made = std::make_unique<MovingPattern>(std::move(pattern));
    moving = made.get();
    scenery = std::move(made);
  }
  return std::unique_ptr<Body>(
      std::make_unique<SyntheticCamera>(item, std::move(scenery), moving, pixels));
}

constexpr const char* kPattern = "scene != pictures";

Parameter real(const char* name, const char* unit, double initial, double min, double max,
               const char* doc, const char* shownIf = "") {
  return {.name = name,
          .initial = initial,
          .unit = unit,
          .min = min,
          .max = max,
          .doc = doc,
          .shownIf = shownIf};
}

std::vector<Parameter> sceneParameters() {
  std::vector<Parameter> made = {
      {.name = "scene",
       .kind = Kind::Choice,
       .initial = std::string("bar"),
       .doc =
           "What it looks at: a bar across its way, a square, a disc, a polygon, waves (texture), "
           "blobs of any form, pictures",
       .choices = kScenes,
       .essential = true,
       .live = false},
      {.name = "width",
       .kind = Kind::Integer,
       .initial = std::int64_t{160},
       .unit = "px",
       .min = 1,
       .max = 1280,
       .doc = "Columns of the sensor",
       .live = false},
      {.name = "height",
       .kind = Kind::Integer,
       .initial = std::int64_t{120},
       .unit = "px",
       .min = 1,
       .max = 1024,
       .doc = "Rows of the sensor",
       .live = false},
      real("size", "px", 12, 1, 1000,
           "Across a bar; side of a square; diameter of a disc or blob; longer side of a polygon; "
           "length of a texture's longer waves",
           kPattern),
      real("speed", "px/s", 100, 0, 10'000, "How fast it moves", kPattern),
      real("direction", "°", 0, -360, 360,
           "Where it moves: 0 to the right, 90 down. A bar lies across", kPattern),
      real("rotation", "1/s", 0, -50, 50,
           "Turning about the middle of the picture, clockwise [rad/s]", kPattern),
      real("growth", "1/s", 0, -10, 10,
           "Growing from the middle of the picture, to 2.1 times the size and back", kPattern),
      real("contrast", "", 1.5, -10, 10,
           "Between pattern and ground, in log intensity; negative is dark", kPattern),
      real("edge", "px", 2, 0.2, 100, "Width of the soft edge of a shape or blob",
           "scene == bar || scene == square || scene == disc || scene == polygon || "
           "scene == blobs")};
  made[4].essential = true;
  made.push_back({.name = "polygon",
                  .kind = Kind::Text,
                  .initial = std::string("0,0 20,0 10,17"),
                  .doc = "Corners x,y of the shape, y down, in any unit: it is drawn `size` large",
                  .shownIf = "scene == polygon"});
  made.push_back(
      {.name = "pictures",
       .kind = Kind::File,
       .initial = std::string(),
       .doc = "Folder of pictures (PNG, PGM, PPM) in order of their names, or one of them",
       .shownIf = "scene == pictures",
       .live = false});
  made.push_back(real("per_second", "Hz", 30, 0.1, 10'000,
                      "Pictures a second; between them the log intensity is interpolated",
                      "scene == pictures"));
  made.back().live = false;
  made.push_back({.name = "back_and_forth",
                  .kind = Kind::Switch,
                  .initial = true,
                  .doc = "Whether the pictures run back from the last one; else it stays",
                  .shownIf = "scene == pictures",
                  .live = false});
  return made;
}

Shape shape() {
  Shape made;
  made.ports = {{.name = "out", .signal = Signal::Events, .doc = "What the camera sees, y down"},
                {.name = "flow",
                 .signal = Signal::Flow,
                 .unit = "px/s",
                 .doc = "True motion at each event that motion caused"},
                {.name = "normal_flow",
                 .signal = Signal::Flow,
                 .unit = "px/s",
                 .doc = "Its part along the gradient, which is all that one place can tell"}};
  made.parameters = sceneParameters();
  for (Parameter& parameter : std::vector<Parameter>{
           real("threshold_on", "", 0.2, 0.01, 10, "Rise of log intensity that gives an ON event"),
           real("threshold_off", "", 0.2, 0.01, 10,
                "Fall of log intensity that gives an OFF event"),
           real("sigma", "", 0, 0, 1, "Spread of the thresholds over pixels (normal)"),
           real("noise_rate", "Hz", 0, 0, 1000, "Random events of each pixel"),
           real("refractory", "ms", 0.1, 0, 1000, "A pixel is silent so long after an event"),
           real("leak_rate", "Hz", 0, 0, 100, "ON events of a pixel to which nothing happens")})
    made.parameters.push_back(std::move(parameter));
  made.parameters[made.parameters.size() - 3].essential = true;
  return made;
}

Shape describe(const Item& item) {
  Shape made = shape();
  const auto width = integerOr(item.values, "width", 160),
             height = integerOr(item.values, "height", 120);
  if (width > 0 && height > 0 && width <= 1280 && height <= 1024)
    for (Port& port : made.ports) port.shape = {static_cast<int>(height), static_cast<int>(width)};
  return made;
}

std::vector<Preset> presets() {
  std::vector<Preset> made;
  for (const TestScene& scene : testScenes()) {
    const Pattern& p = scene.pattern;
    made.push_back({std::string(scene.id) + " " + scene.title,
                    {{"scene", kScenes[static_cast<std::size_t>(p.kind)]},
                     {"size", p.size},
                     {"speed", p.speed},
                     {"direction", p.direction},
                     {"rotation", p.rotation},
                     {"growth", p.growth}}});
  }
  made.push_back({"Noise of a real sensor", {{"noise_rate", 2.0}, {"sigma", 0.03}}});
  return made;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.synthetic_camera",
      .title = "Synthetic camera",
      .doc =
          "An event camera (pixel model of ESIM, Rebecq et al. 2018, with the thresholds, noise "
          "and "
          "leak of v2e, Hu et al. 2021) that looks at a moving pattern, a drawn shape or pictures. "
          "A pixel gives an event whenever its log intensity has moved by its threshold. Of "
          "patterns it gives the true flow of every event as well.",
      .role = Role::Source,
      .group = "Sources",
      .words = "event camera dvs simulated scene bar square blobs texture pictures video esim v2e "
               "ground truth optical flow",
      .shape = shape(),
      .describe = describe,
      .presets = presets(),
      .body = body});
}

}  // namespace spk::sources::synthetic_camera
