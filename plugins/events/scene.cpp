// A synthetic event camera as a file: a small JSON description of moving shapes opens as the events
// that a camera would have seen.
#include <algorithm>
#include <limits>
#include <memory>

#include "engine/base/Json.h"
#include "engine/base/file.h"
#include "engine/graph/Registry.h"
#include "plugins/events/ShapeScenery.h"

namespace spk::events::scene {
namespace {

constexpr Time kNever = std::numeric_limits<Time>::min();

/// Runs the pixel model as far as it is read. A few states on the way are kept, so that a step back
/// begins at one of them.
class SceneSource final : public EventSource {
 public:
  explicit SceneSource(Scene scene, Notes notes)
      : duration_(scene.duration),
        scenery_(std::move(scene.shapes)),
        model_(scene.pixels, scenery_),
        notes_(std::move(notes)) {
    const CameraPixels& pixels = scene.pixels;
    streams_ = {{Stream::Kind::Events, "events", {pixels.width, pixels.height, "scene"}}};
    kept_.push_back(model_.state());
    if (more(kNever))
      t0_ = ready_[next_].event.t;
    else
      notes_.push_back({Note::Level::Warning, "the scene makes no events"});
  }

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_; }
  bool live() const override { return false; }
  Notes notes() const override {
    Notes all = notes_;
    if (model_.dropped() > 0)
      all.push_back({Note::Level::Warning, std::to_string(model_.dropped()) +
                                               " events were more than one step can give"});
    return all;
  }
  const std::map<std::string, std::int64_t>& counters() const override { return counters_; }

  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream != 0) return Error{"has one stream, events", "stream " + std::to_string(stream)};
    if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
    auto& packet = std::get<EventPacket>(out);
    for (std::size_t given = 0; given < kPacketMost; ++given, ++next_) {
      if (!more(kNever)) return More::End;
      Event event = ready_[next_].event;
      event.t -= t0_;
      if (event.t >= until) return More::Yes;
      packet.add(event);
    }
    return More::Full;
  }

  Result<void> seek(Time t) override {
    const Time raw = t > std::numeric_limits<Time>::max() - t0_ ? t : t + t0_;
    const auto after = std::partition_point(
        kept_.begin() + 1, kept_.end(), [&](const PixelModel::State& s) { return s.now <= raw; });
    model_.set(*(after - 1));
    ready_.clear();
    next_ = 0;
    while (more(raw) && ready_[next_].event.t < raw) ++next_;
    return {};
  }

 private:
  static constexpr std::size_t kKeptMost = 16;

  /// Whether there is an event at next_; runs the model until there is. What lies before `from` is
  /// not wanted.
  bool more(Time from) {
    while (next_ == ready_.size()) {
      if (model_.now() >= duration_) return false;
      ready_.clear();
      next_ = 0;
      model_.advance(ready_);
      keep();
      std::erase_if(ready_, [this](const SeenEvent& e) { return e.event.t >= duration_; });
      if (!ready_.empty() && ready_.back().event.t < from) ready_.clear();
    }
    return true;
  }

  /// Every `stride_` steps a state; when there are too many, every second one goes.
  void keep() {
    const auto& state = model_.state();
    if (state.step % stride_ != 0 || state.step <= kept_.back().step) return;
    kept_.push_back(state);
    if (kept_.size() <= kKeptMost) return;
    stride_ *= 2;
    std::erase_if(kept_, [this](const PixelModel::State& s) { return s.step % stride_ != 0; });
  }

  Time duration_;
  ShapeScenery scenery_;
  PixelModel model_;
  Notes notes_;
  std::vector<Stream> streams_;
  std::vector<SeenEvent> ready_;
  std::size_t next_ = 0;
  std::vector<PixelModel::State> kept_;
  std::uint64_t stride_ = 256;
  Time t0_ = 0;
  std::map<std::string, std::int64_t> counters_;
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(const std::string text, readFile(path));
  Notes notes;
  auto scene = readScene(text, options, notes);
  if (!scene) return Error{scene.error().text(), path.string()};
  return Result<Opened>(std::make_unique<SceneSource>(std::move(scene).value(), std::move(notes)));
}

int sniff(const FileProbe& probe) {
  const std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  if (probe.isFolder || !head.starts_with('{')) return 0;
  const auto node = JsonNode::parse(head);
  return node && node.value().find("scene") && node.value().find("shapes") ? 95 : 0;
}

Parameter number(const char* name, const char* unit, double initial, double min, double max,
                 const char* doc) {
  return {.name = name,
          .initial = initial,
          .unit = unit,
          .min = min,
          .max = max,
          .doc = doc,
          .live = false};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{
      .id = "scene",
      .title = "Synthetic scene (event camera)",
      .endings = ".json",
      .options = {number("seed", "", 1, 0, 9e15,
                         "Seed of thresholds and noise; else the scene's own"),
                  number("noise_hz", "Hz", 0, 0, 10'000,
                         "Random events of a pixel; else the scene's own"),
                  number("sigma", "", 0, 0, 1, "Spread of the thresholds; else the scene's own"),
                  number("threshold_on", "", 0.2, 0.01, 10,
                         "Threshold of ON events; else the scene's own"),
                  number("threshold_off", "", 0.2, 0.01, 10,
                         "Threshold of OFF events; else the scene's own")},
      .sniff = sniff,
      .open = open});
}

}  // namespace spk::events::scene
