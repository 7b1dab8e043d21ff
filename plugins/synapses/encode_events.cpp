// A wire from the events of a camera to a 2-D population: each event becomes a spike that reaches
// one neuron in the step that contains it.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/Json.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"

namespace spk::synapses::encode_events {
namespace {

enum class Polarity { Both, On, Off, TwoChannels };
constexpr std::int64_t kMostShift = 4096;

struct Size {
  int width = 0, height = 0;
};

/// What the ends of the wire are like.
struct Ends {
  Size sensor, layer;
  int channels = 1;
};

Result<std::vector<int>> wholeNumbers(const Item& item, const char* key) {
  std::vector<int> numbers;
  const auto found = item.values.find(key);
  const Json* json = found == item.values.end() ? nullptr : std::get_if<Json>(&found->second);
  if (!json) return numbers;
  TRY(const JsonNode list, JsonNode::parse(json->text));
  for (const JsonNode& number : list.items()) {
    if (number.form() != JsonNode::Form::Integer || number.integer() < 1 ||
        number.integer() > 1 << 24)
      return Error{"is " + json->text + ", not a list of sizes", key};
    numbers.push_back(static_cast<int>(number.integer()));
  }
  return numbers;
}

Result<Ends> endsOf(const Item& item) {
  TRY(const auto sensor, wholeNumbers(item, kFromShape));
  TRY(const auto grid, wholeNumbers(item, kToGrid));
  if (sensor.size() != 2)
    return Error{
        "the size of the sensor is not known: set width and height of the event stream, or "
        "open its file again",
        "from"};
  if (grid.size() != 3)
    return Error{
        "events need a 2-D population: set its n to [channels, height, width], as "
        "[1, " +
            std::to_string(sensor[0]) + ", " + std::to_string(sensor[1]) + "]",
        "to"};
  return Ends{{sensor[1], sensor[0]}, {grid[2], grid[1]}, grid[0]};
}

/// From a column (or row) of the sensor to one of the layer, moved on by `shift`; −1 where there is
/// none.
std::vector<std::int32_t> axis(int sensor, int layer, int pool, bool scale, int shift) {
  const int pooled = (sensor + pool - 1) / pool;
  // The middle of the picture lies on the middle of the layer; halves go to the top left.
  const int cut = pooled >= layer ? (pooled - layer) / 2 : -((layer - pooled) / 2);
  std::vector<std::int32_t> map(static_cast<std::size_t>(sensor));
  for (int i = 0; i < sensor; ++i) {
    const int cell = i / pool;
    const int at =
        (scale ? static_cast<int>(std::int64_t{cell} * layer / pooled) : cell - cut) + shift;
    map[static_cast<std::size_t>(i)] = at >= 0 && at < layer ? at : -1;
  }
  return map;
}

/// Maps (x, y, polarity) to a neuron by two tables.
class EncodeEvents final : public Body {
 public:
  explicit EncodeEvents(const Ends& ends) : ends_(ends) {}

  Result<void> change(const Item& item) override {
    const auto pool = integerOr(item.values, "pool", 1);
    if (pool < 1 || pool > 1024)
      return Error{"is " + std::to_string(pool) + "; 1 to 1024 pixels are allowed", "pool"};
    const std::string fit = textOr(item.values, "fit", "scale");
    if (fit != "crop" && fit != "scale")
      return Error{"is \"" + fit + "\", not crop or scale", "fit"};
    const std::string polarity = textOr(item.values, "polarity", "both");
    if (polarity == "both")
      polarity_ = Polarity::Both;
    else if (polarity == "on")
      polarity_ = Polarity::On;
    else if (polarity == "off")
      polarity_ = Polarity::Off;
    else if (polarity == "two_channels")
      polarity_ = Polarity::TwoChannels;
    else
      return Error{"is \"" + polarity + "\", not both, on, off or two_channels", "polarity"};
    if (polarity_ == Polarity::TwoChannels && ends_.channels < 2)
      return Error{"two_channels needs a population of two channels: set its n to [2, " +
                       std::to_string(ends_.layer.height) + ", " +
                       std::to_string(ends_.layer.width) + "]",
                   "polarity"};
    const auto channel = integerOr(item.values, "channel", 0);
    if (channel < 0 || (channel >= ends_.channels && polarity_ != Polarity::TwoChannels))
      return Error{"is " + std::to_string(channel) + "; the population has channels 0 to " +
                       std::to_string(ends_.channels - 1),
                   "channel"};
    channel_ = static_cast<std::uint32_t>(channel);
    const auto shiftX = integerOr(item.values, "shift_x", 0),
               shiftY = integerOr(item.values, "shift_y", 0);
    for (const auto& [shift, key] : {std::pair{shiftX, "shift_x"}, {shiftY, "shift_y"}})
      if (shift < -kMostShift || shift > kMostShift)
        return Error{"is " + std::to_string(shift) + "; -4096 to 4096 neurons are allowed", key};
    column_ = axis(ends_.sensor.width, ends_.layer.width, static_cast<int>(pool), fit == "scale",
                   static_cast<int>(shiftX));
    row_ = axis(ends_.sensor.height, ends_.layer.height, static_cast<int>(pool), fit == "scale",
                static_cast<int>(shiftY));
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Spike> out = batch.out<Spike>(0);
    const auto width = static_cast<std::uint32_t>(ends_.layer.width);
    const auto height = static_cast<std::uint32_t>(ends_.layer.height);
    for (const Event& event : batch.in<Event>(0)) {
      if (event.x >= column_.size() || event.y >= row_.size()) continue;
      if (polarity_ == Polarity::On && !event.polarity) continue;
      if (polarity_ == Polarity::Off && event.polarity) continue;
      const std::int32_t x = column_[event.x], y = row_[event.y];
      if (x < 0 || y < 0) continue;
      const std::uint32_t channel =
          polarity_ == Polarity::TwoChannels ? (event.polarity ? 1 : 0) : channel_;
      out.add({event.t, (channel * height + static_cast<std::uint32_t>(y)) * width +
                            static_cast<std::uint32_t>(x)});
    }
  }

  void save(Bytes&) const override {}  // what comes in is all that counts
  Result<void> restore(Bytes&) override { return {}; }

 private:
  Ends ends_;
  Polarity polarity_ = Polarity::Both;
  std::uint32_t channel_ = 0;
  std::vector<std::int32_t> column_, row_;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const Ends ends, endsOf(item));
  auto made = std::make_unique<EncodeEvents>(ends);
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  Shape shape;
  shape.ports = {
      {.name = "in", .signal = Signal::Events, .input = true, .doc = "Events of a camera"},
      {.name = "out", .signal = Signal::Spikes, .doc = "A spike to one neuron for each event"}};
  shape.parameters = {
      {.name = "weight",
       .initial = 20.0,
       .doc = "What one event adds, in the unit of the port it meets; 20 mV makes a neuron at rest "
              "fire",
       .essential = true},
      {.name = "delay",
       .initial = 0.0,
       .unit = "ms",
       .min = 0,
       .max = 1000,
       .doc = "From the event to its effect; 0: in the step that contains it",
       .live = false},
      {.name = "polarity",
       .kind = Kind::Choice,
       .initial = std::string("both"),
       .doc = "Which events count. two_channels: OFF reaches channel 0 of the population, ON "
              "channel 1; "
              "else all reach `channel`",
       .choices = {"both", "on", "off", "two_channels"},
       .essential = true},
      {.name = "pool",
       .kind = Kind::Integer,
       .initial = std::int64_t{1},
       .unit = "px",
       .min = 1,
       .max = 1024,
       .doc = "Side of the square of pixels that share a neuron",
       .essential = true},
      {.name = "fit",
       .kind = Kind::Choice,
       .initial = std::string("scale"),
       .doc = "How the pooled picture meets the population. crop: middle on middle, what is "
              "outside is "
              "left out; scale: stretched to its size",
       .choices = {"crop", "scale"}},
      {.name = "channel",
       .kind = Kind::Integer,
       .initial = std::int64_t{0},
       .min = 0,
       .max = 65535,
       .doc = "Channel of the population that all events reach",
       .shownIf = "polarity != two_channels"},
      {.name = "shift_x",
       .kind = Kind::Integer,
       .initial = std::int64_t{0},
       .min = -kMostShift,
       .max = kMostShift,
       .doc = "So many neurons to the right of its own place; what leaves the population is lost. "
              "With a delay: one tap of a delay line"},
      {.name = "shift_y",
       .kind = Kind::Integer,
       .initial = std::int64_t{0},
       .min = -kMostShift,
       .max = kMostShift,
       .doc = "So many neurons down from its own place"},
  };
  registry.add(NodeType{
      .id = "encode.events",
      .title = "Events to spikes",
      .doc = "Joins the events of a camera to a population of size [C, H, W], whose neurons count "
             "(c·H + y)·W + x, y down. Each event adds the weight to one neuron in the step that "
             "contains "
             "its time.",
      .role = Role::Projection,
      .group = "Synapses",
      .words = "event camera dvs encode pool polarity input",
      .shape = std::move(shape),
      .body = body});
}

}  // namespace spk::synapses::encode_events
