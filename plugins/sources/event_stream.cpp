// Plays a file of an event camera on the simulation's clock.
#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/graph/Registry.h"
#include "engine/graph/Shapes.h"
#include "engine/run/openFile.h"
#include "engine/sim/Body.h"
#include "plugins/sources/PacketReader.h"

namespace spk::sources::event_stream {
namespace {

constexpr int kImuValues = 7;  ///< acceleration, rotation, temperature

/// What may change while it runs.
struct Live {
  Time offset = 0;
  double speed = 1;
  Play play;
  friend bool operator==(const Live&, const Live&) = default;
};

Result<Live> liveValues(const Item& item) {
  Live live;
  live.offset = fromMilliseconds(numberOr(item.values, "offset", 0));
  live.speed = numberOr(item.values, "speed", 1);
  live.play.from = fromMilliseconds(numberOr(item.values, "from", 0));
  live.play.to = fromMilliseconds(numberOr(item.values, "to", 0));
  live.play.loop = switchOr(item.values, "loop", false);
  if (!(live.speed >= 0.001 && live.speed <= 1000))
    return Error{"is " + numberText(live.speed) + "; 0.001 to 1000 are allowed", "speed"};
  if (live.play.to > 0 && live.play.to <= live.play.from)
    return Error{
        "is " + timeText(live.play.to) + ", not after `from` at " + timeText(live.play.from), "to"};
  return live;
}

/// What takes a rebuild: the file and how it is read.
Values fixedValues(const Item& item) {
  Values fixed;
  for (const char* key : {"file", "format", "width", "height", "options"})
    if (const auto found = item.values.find(key); found != item.values.end()) fixed.insert(*found);
  return fixed;
}

/// "unit=s order=x,y,p,t" and the size of the sensor, as a format takes them.
Result<Values> formatOptions(const Item& item) {
  Values options;
  for (const char* key : {"width", "height"})
    if (const auto size = integerOr(item.values, key, 0); size > 0) options[key] = size;
  const std::string text = textOr(item.values, "options", "");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return Error{"\"" + std::string(word) + "\" is not NAME=VALUE, as in \"unit=s\"", "options"};
    options[std::string(word.substr(0, equals))] = valueFromText(word.substr(equals + 1));
  }
  return options;
}

Result<std::unique_ptr<EventSource>> openSource(const Item& item, const Registry& registry) {
  const std::string file = textOr(item.values, "file", "");
  if (file.empty()) return Error{"no file is chosen", "file"};
  TRY(const Values options, formatOptions(item));
  const std::string id = textOr(item.values, "format", "auto");
  Opened opened = Edit{};
  if (id == "auto" || id.empty()) {
    TRY(OpenedFile found, openFile(file, options, registry));
    opened = std::move(found.content);
  } else {
    const FileFormat* format = registry.fileFormat(id);
    if (!format || !format->open)
      return Error{"\"" + id + "\" is no format that can be read", "format"};
    TRY(opened, format->open(file, options));
  }
  auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened);
  if (!source || !*source || (*source)->streams().empty() ||
      (*source)->streams()[0].kind != Stream::Kind::Events)
    return Error{file + " holds no events of a camera", "file"};
  return std::move(*source);
}

/// Puts the events of a file on its wire, each in the step that contains it. Its place follows from
/// the simulation's time and the values alone, so a rewind is a seek.
class EventStream final : public Body {
 public:
  EventStream(std::unique_ptr<EventSource> source, const Item& item, const Live& live)
      : id_(item.id), fixed_(fixedValues(item)), live_(live) {
    const Sensor& sensor = source->streams()[0].sensor;
    if (integerOr(item.values, "width", 0) <= 0 || integerOr(item.values, "height", 0) <= 0)
      sizeNote(sensor);
    reader_ = std::make_unique<PacketReader>(std::move(source));
  }

  void run(Batch& batch) noexcept override {
    if (askFor(batch) || batch.begin != expected_) seek(batch.begin);
    expected_ = batch.end;
    while (const Stretch* stretch = reader_->current()) {
      if (stretch->notes != notes_ || (stretch->error && !failed_)) ++notesVersion_;
      notes_ = stretch->notes;
      failed_ = stretch->error.has_value();
      const bool all = giveStretch(batch, *stretch);
      if (!all || stretch->last || onClock(stretch->upTo, *stretch) >= batch.end) return;
      reader_->advance();
      next_ = {};
    }
  }

  Result<void> change(const Item& item) override {
    if (fixedValues(item) != fixed_)
      return Error{"another file, format or size needs the network to be built again", "file"};
    TRY(Live live, liveValues(item));
    for (const Beside& beside : kBeside) live.play.*beside.asked = live_.play.*beside.asked;
    if (live != live_) expected_ = kNowhere;
    live_ = live;
    return {};
  }

  void save(Bytes& out) const override { out.put(expected_); }
  Result<void> restore(Bytes& in) override {
    TRY_DO(in.take<Time>());
    expected_ = kNowhere;
    return {};
  }

  std::size_t room(Time length) const override {
    // 100 million events a second are more than any camera's.
    const double most = static_cast<double>(length) / 10 * std::max(1.0, live_.speed);
    return static_cast<std::size_t>(std::clamp(most, 65'536.0, 4'194'304.0));
  }

  std::uint64_t notesVersion() const override { return notesVersion_; }
  Notes notes() const override {
    Notes all = sizeNotes_;
    for (const Beside& beside : kBeside)
      if (live_.play.*beside.asked && !reader_->has(beside.kind))
        all.push_back({Note::Level::Warning, "the file has no " + std::string(beside.words) +
                                                 ", so nothing comes from `" + beside.port + "`"});
    if (notes_) all.insert(all.end(), notes_->begin(), notes_->end());
    if (const Stretch* stretch = reader_->current(); stretch && stretch->error)
      all.push_back({Note::Level::Error, stretch->error->text()});
    for (Note& note : all) note.item = id_;
    return all;
  }

 private:
  static constexpr Time kNowhere = std::numeric_limits<Time>::min();

  /// What a file may hold beside events: read only while somebody takes it.
  struct Beside {
    Stream::Kind kind;
    int output;
    const char *port, *words;
    bool Play::*asked;
  };
  static constexpr Beside kBeside[] = {
      {Stream::Kind::Frames, 1, "frames", "frames", &Play::frames},
      {Stream::Kind::Imu, 2, "imu", "inertial samples", &Play::imu},
      {Stream::Kind::Triggers, 3, "triggers", "triggers", &Play::triggers}};

  /// Which records of a stretch come next.
  struct Next {
    std::size_t event = 0, frame = 0, imu = 0, trigger = 0;
  };

  /// Reads what is wired now. @return whether that has changed
  bool askFor(const Batch& batch) noexcept {
    bool changed = false;
    for (const Beside& beside : kBeside) {
      const bool asked =
          beside.output < static_cast<int>(batch.outputs.size()) && batch.wanted(beside.output);
      changed |= live_.play.*beside.asked != asked;
      live_.play.*beside.asked = asked;
    }
    notesVersion_ += changed;
    return changed;
  }

  /// Calls give(record) for those that lie in the batch. @return whether none lies behind it
  template <class Records, class Give>
  bool pass(const Records& records, std::size_t& next, const Stretch& stretch, const Batch& batch,
            Give give) const noexcept {
    for (; next < records.size(); ++next) {
      const Time t = onClock(records[next].t, stretch);
      if (t >= batch.end) return false;
      if (t >= batch.begin) give(records[next], t);
    }
    return true;
  }

  bool giveStretch(Batch& batch, const Stretch& stretch) noexcept {
    Out<Event> out = batch.out<Event>(0);
    bool all = pass(stretch.events, next_.event, stretch, batch, [&](Event event, Time t) {
      event.t = t;
      out.add(event);
    });
    if (live_.play.frames)
      all &= pass(stretch.frames, next_.frame, stretch, batch, [&](const Frame& frame, Time t) {
        frame_ = frame;
        frame_.t = t;
        batch.out<Frame>(1).add(frame_);
      });
    if (live_.play.imu)
      all &= pass(stretch.imu, next_.imu, stretch, batch, [&](const ImuSample& sample, Time t) {
        Out<Sample> values = batch.out<Sample>(2);
        for (std::uint32_t i = 0; i < 3; ++i) values.add({t, i, sample.acceleration[i]});
        for (std::uint32_t i = 0; i < 3; ++i) values.add({t, 3 + i, sample.rotation[i]});
        values.add({t, 6, sample.temperature});
      });
    if (live_.play.triggers)
      all &= pass(stretch.triggers, next_.trigger, stretch, batch,
                  [&](const Trigger& trigger, Time t) {
                    batch.out<Sample>(3).add({t, trigger.id, static_cast<float>(trigger.value)});
                  });
    return all;
  }

  void sizeNote(const Sensor& sensor) {
    Edit fix{"Take the size from the file"};
    for (const auto& [key, size] : {std::pair{"width", sensor.width}, {"height", sensor.height}}) {
      const auto written = fixed_.find(key);
      fix.ops.push_back(Set{id_, key,
                            written == fixed_.end() ? Setting() : Setting(written->second),
                            Value(static_cast<std::int64_t>(size))});
    }
    sizeNotes_.push_back(
        {Note::Level::Warning,
         "width and height are not set, so what is wired to the events does not know "
         "them; the file's sensor has " +
             std::to_string(sensor.width) + "×" + std::to_string(sensor.height) + " px",
         id_, "width", std::move(fix)});
  }

  /// Simulation time of the file's time t.
  Time onClock(Time t, const Stretch& stretch) const noexcept {
    const Time played = t >= kMostTime ? kMostTime : t - live_.play.from + stretch.lapStart;
    if (live_.speed == 1) return live_.offset + played;
    const double slowed = static_cast<double>(played) / live_.speed;
    if (slowed >= static_cast<double>(kMostTime)) return kMostTime;
    const auto whole = static_cast<Time>(slowed);
    return live_.offset + (static_cast<double>(whole) > slowed ? whole - 1 : whole);
  }

  void seek(Time begin) noexcept {
    // A little before: what lies before `begin` is passed over, so rounding loses nothing.
    const double place = static_cast<double>(begin - live_.offset) * live_.speed;
    const Time whole =
        place <= 0 ? 0 : static_cast<Time>(std::min(place, static_cast<double>(kMostTime)));
    reader_->begin(live_.play, std::max<Time>(0, whole - 10 * kMicrosecond));
    next_ = {};
  }

  static constexpr Time kMostTime = 4'000'000'000'000'000'000;

  Id id_;
  Values fixed_;
  Live live_;
  Notes sizeNotes_;
  std::unique_ptr<PacketReader> reader_;
  std::shared_ptr<const Notes> notes_;
  std::uint64_t notesVersion_ = 0;
  bool failed_ = false;
  Time expected_ = kNowhere;  ///< where the next batch begins if nothing jumps
  Next next_;                 ///< in the current stretch
  Frame frame_;               ///< on its way; keeps its memory
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry& registry) {
  TRY(const Live live, liveValues(item));
  TRY(auto source, openSource(item, registry));
  return std::unique_ptr<Body>(std::make_unique<EventStream>(std::move(source), item, live));
}

Shape shape() {
  Shape made;
  made.ports = {
      {.name = "out",
       .signal = Signal::Events,
       .doc = "The file's events; origin top left, y down"},
      {.name = "frames",
       .signal = Signal::Frames,
       .doc = "Pictures that the camera took beside the events, if the file has any"},
      {.name = "imu",
       .signal = Signal::Trace,
       .doc = "Inertial samples: values 0 to 2 acceleration along x, y, z [g], 3 to 5 "
              "rotation about them [degrees/s], 6 temperature [degrees Celsius]",
       .shape = {kImuValues}},
      {.name = "triggers",
       .signal = Signal::Trace,
       .doc = "Edges on the camera's trigger inputs, 1 rising, 0 falling; in a trace plot "
              "each input is a line, into a network the latest edge of any goes"}};
  const std::vector<Parameter> sensor = sensorOptions();  // opening a file fills them in
  made.parameters = {
      {.name = "file",
       .kind = Kind::File,
       .initial = std::string(),
       .doc = "Recording of an event camera",
       .essential = true,
       .live = false},
      {.name = "format",
       .kind = Kind::Text,
       .initial = std::string("auto"),
       .doc = "Its format; auto: what its content says",
       .live = false},
      sensor[0],
      sensor[1],
      {.name = "options",
       .kind = Kind::Text,
       .initial = std::string(),
       .doc = "What the format should know besides, as \"unit=s order=x,y,p,t\"",
       .live = false},
      {.name = "offset",
       .initial = 0.0,
       .unit = "ms",
       .min = -1e9,
       .max = 1e9,
       .doc = "Simulation time at which `from` is played"},
      {.name = "from",
       .initial = 0.0,
       .unit = "ms",
       .min = 0,
       .max = 1e9,
       .doc = "Where in the file playing begins; 0 is its first event"},
      {.name = "to",
       .initial = 0.0,
       .unit = "ms",
       .min = 0,
       .max = 1e9,
       .doc = "Where it ends; 0: with the file"},
      {.name = "speed",
       .initial = 1.0,
       .unit = "",
       .min = 0.001,
       .max = 1000,
       .doc = "Milliseconds of the file in one of the simulation",
       .essential = true},
      {.name = "loop",
       .kind = Kind::Switch,
       .initial = false,
       .doc = "Whether it begins again at the end",
       .essential = true},
  };
  return made;
}

Shape describe(const Item& item) {
  Shape made = shape();
  const auto width = integerOr(item.values, "width", 0),
             height = integerOr(item.values, "height", 0);
  if (width > 0 && height > 0 && width <= 65536 && height <= 65536)
    made.ports[0].shape = made.ports[1].shape = {static_cast<int>(height), static_cast<int>(width)};
  return made;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.event_stream",
      .title = "Event stream",
      .doc =
          "Plays a recording of an event camera on the simulation's clock: an event at t enters "
          "the "
          "step that contains t. Events that the file holds late by less than 10 ms are sorted in; "
          "later ones are held at the time reached and counted. The simulation waits for the file.",
      .role = Role::Source,
      .group = "Sources",
      .words = "event camera dvs recording file aedat evt raw davis prophesee",
      .shape = shape(),
      .describe = describe,
      .body = body});
}

}  // namespace spk::sources::event_stream
