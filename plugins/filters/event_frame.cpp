// Makes pictures of events.
#include <algorithm>

#include "engine/base/Math.h"
#include "plugins/filters/filtering.h"

namespace spk::filters::event_frame {
namespace {

constexpr double kForgotten = 40;  // time constants after which nothing is left

Shape shape() {
  Shape made;
  made.ports = {
      {.name = "in", .signal = Signal::Events, .input = true, .doc = "Events of a camera"},
      {.name = "out", .signal = Signal::Frames, .doc = "Grey pictures of the sensor's size"}};
  made.parameters = {
      choice("mode", {"polarity", "count", "time_surface"},
             "polarity: ON brighter than grey, OFF darker; count: how many; time_surface: "
             "exp(-age / tau) of each pixel's last event"),
      milliseconds("every", 33, 0.1, 60'000, "A picture of what came since the last, so often"),
      whole("events", 0, 0, 1e8, "", "A picture after so many events instead; 0: by time"),
      {.name = "contrast",
       .initial = 32.0,
       .min = 1,
       .max = 255,
       .doc = "Grey levels, of 255, that one event adds or takes",
       .shownIf = "mode != time_surface"},
      {.name = "tau",
       .initial = 30.0,
       .unit = "ms",
       .min = 0.01,
       .max = 10'000,
       .doc = "Time constant of the time surface",
       .shownIf = "mode == time_surface"}};
  return made;
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class EventFrame final : public Body {
 public:
  explicit EventFrame(const Item& item)
      : id_(item.id), size_(wiredSize(item)), sums_(size_, 0, 0), last_(size_, kNever, 0) {
    frame_.width = static_cast<std::uint16_t>(std::min(size_.width, 65'535));
    frame_.height = static_cast<std::uint16_t>(std::min(size_.height, 65'535));
    frame_.grey.resize(std::size_t{frame_.width} * frame_.height);
  }

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    const std::string_view mode = given.text("mode");
    surface_ = mode == "time_surface";
    signed_ = mode == "polarity";
    every_ = fromMilliseconds(given("every"));
    events_ = static_cast<std::uint64_t>(given("events"));
    contrast_ = given("contrast");
    tau_ = fromMilliseconds(given("tau"));
    next_ = kNever;
    return {};
  }

  void run(Batch& batch) noexcept override {
    if (size_.width == 0) {
      blind_ = blind_ || !batch.in<Event>(0).empty();
      return;
    }
    Out<Frame> out = batch.out<Frame>(0);
    if (next_ == kNever) next_ = std::max(every_, (batch.begin + every_ - 1) / every_ * every_);
    for (const Event& event : batch.in<Event>(0)) {
      showUntil(event.t, out);
      if (event.x >= size_.width || event.y >= size_.height) continue;
      *sums_.at(event.x, event.y) += event.polarity || !signed_ ? 1 : -1;
      *last_.at(event.x, event.y) = event.t;
      if (++collected_ == events_) show(event.t, out);
    }
    showUntil(batch.end - 1, out);
  }

  std::size_t room(Time length) const override {
    return length > 0 ? static_cast<std::size_t>(length / every_) + 2 : 0;
  }

  std::uint64_t notesVersion() const override { return blind_ ? 1 : 0; }
  Notes notes() const override { return blind_ ? Notes{sizeNote(id_)} : Notes{}; }

  void save(Bytes& out) const override {
    out.put(next_), out.put(collected_);
    sums_.save(out), last_.save(out);
  }
  Result<void> restore(Bytes& in) override {
    TRY(next_, in.take<Time>());
    TRY(collected_, in.take<std::uint64_t>());
    TRY_DO(sums_.restore(in));
    return last_.restore(in);
  }

 private:
  void showUntil(Time t, Out<Frame>& out) noexcept {
    if (events_ > 0) return;
    for (; next_ <= t; next_ += every_) show(next_, out);
  }
  void show(Time t, Out<Frame>& out) noexcept {
    frame_.t = t;
    const std::span<std::int32_t> sums = sums_.values();
    const std::span<const Time> last = last_.values();
    for (std::size_t i = 0; i < frame_.grey.size(); ++i) {
      double grey = (signed_ ? 128 : 0) + contrast_ * sums[i];
      if (surface_) {
        const Time age = t - last[i];
        grey = age < kForgotten * static_cast<double>(tau_)
                   ? 255 * exp(-static_cast<double>(age) / static_cast<double>(tau_))
                   : 0;
      }
      frame_.grey[i] = static_cast<std::uint8_t>(std::clamp(grey, 0.0, 255.0));
    }
    out.add(frame_);
    std::ranges::fill(sums, 0);
    collected_ = 0;
  }

  Id id_;
  SensorSize size_;
  bool blind_ = false;           ///< events came, and nobody knows how large a picture would be
  PixelMap<std::int32_t> sums_;  ///< since the last picture
  PixelMap<Time> last_;
  Frame frame_;
  bool surface_ = false, signed_ = false;
  Time every_ = kMillisecond, tau_ = kMillisecond, next_ = kNever;
  std::uint64_t events_ = 0, collected_ = 0;
  double contrast_ = 0;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.event_frame",
      .title = "Events to pictures",
      .doc =
          "Makes grey pictures of events: of their polarity, of how many there are, or of how long "
          "ago the last one was; every few ms, or after so many events.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "frame image accumulate histogram time surface event camera dvs",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<EventFrame>});
}

}  // namespace spk::filters::event_frame
