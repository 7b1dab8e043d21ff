// Events that come in over the network enter the simulation as they arrive.
#include <memory>
#include <string>

#include "engine/graph/Registry.h"
#include "engine/sim/Heard.h"
#include "plugins/live/LiveInput.h"

namespace spk::live::live_events {
namespace {

constexpr std::int64_t kQueue = 1 << 18;

Result<LiveClock> clockOf(const Item& item) {
  LiveClock clock;
  clock.sender = textOr(item.values, "clock", "sender") != "arrival";
  const double buffer = numberOr(item.values, "buffer", 5);
  if (!(buffer >= 0 && buffer <= 1000))
    return Error{"is " + numberText(buffer) + " ms; 0 to 1000 are allowed", "buffer"};
  clock.buffer = fromMilliseconds(buffer);
  return clock;
}

/// What takes a rebuild, in one text.
std::string connectionOf(const Item& item) {
  std::string text = std::to_string(number(item.id));
  for (const char* key : {"protocol", "address", "port", "width", "height", "chip", "queue"}) {
    const auto found = item.values.find(key);
    text += "|" + (found == item.values.end() ? std::string() : valueText(found->second));
  }
  return text;
}

class LiveEvents final : public Body, public Heard {
 public:
  LiveEvents(std::shared_ptr<LiveInput> input, const Item& item, const LiveClock& clock,
             const Address& address)
      : input_(std::move(input)),
        id_(item.id),
        connection_(connectionOf(item)),
        clock_(clock),
        address_(address) {}
  ~LiveEvents() override { input_->release(this); }

  void run(Batch& batch) noexcept override {
    const bool mine = input_->claim(this);
    if (mine != mine_) mine_ = mine, ++turns_;
    if (mine) input_->run(batch.begin, batch.end, clock_, batch.out<Event>(0));
  }

  Result<void> change(const Item& item) override {
    if (connectionOf(item) != connection_)
      return Error{"another connection needs the network to be built again", "protocol"};
    TRY(clock_, clockOf(item));
    return {};
  }

  // What came in is kept beside the checkpoints: it belongs to all of them.
  void save(Bytes&) const override {}
  Result<void> restore(Bytes&) override { return {}; }

  std::size_t room(Time) const override { return input_->most(); }
  std::int64_t heard() const noexcept override { return mine_ ? input_->heard() : 0; }

  Notes lastNotes() const override { return notes(); }

  std::uint64_t notesVersion() const override { return input_->version() + (turns_ << 32); }
  Notes notes() const override {
    Notes all = input_->notes();
    if (!mine_)
      all.push_back({Note::Level::Warning, "another run of this node listens to " +
                                               address_.text() + "; nothing comes in here"});
    if (!isLoopback(address_.host))
      all.push_back({Note::Level::Warning,
                     "other machines can be reached at " + address_.host +
                         " and may send what they like; 127.0.0.1 is this machine alone",
                     id_, "address"});
    for (Note& note : all) note.item = id_;
    return all;
  }

 private:
  std::shared_ptr<LiveInput> input_;
  Id id_;
  std::string connection_;
  LiveClock clock_;
  Address address_;
  bool mine_ = true;
  std::uint64_t turns_ = 0;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const LiveClock clock, clockOf(item));
  TRY(const Connection connection, connectionFrom(item));
  const Camera camera = cameraOf(item);
  const auto queue = static_cast<std::size_t>(
      std::clamp<std::int64_t>(integerOr(item.values, "queue", kQueue), 1024, 1 << 22));
  auto input = sharedInput(connectionOf(item), [&] {
    return std::make_shared<LiveInput>(makeEar(*connection.protocol, connection.address, camera),
                                       Sensor{camera.width, camera.height, "option"}, queue);
  });
  return std::unique_ptr<Body>(
      std::make_unique<LiveEvents>(std::move(input), item, clock, connection.address));
}

Shape shape() {
  Shape made;
  made.ports = {{.name = "out",
                 .signal = Signal::Events,
                 .doc = "What comes in; origin top left, y down",
                 .shape = {480, 640}}};
  made.parameters = connectionParameters();
  made.parameters.push_back(
      {.name = "clock",
       .kind = Kind::Choice,
       .initial = std::string("sender"),
       .doc = "sender: events keep the sender's times, shifted once; arrival: they enter the step "
              "that runs when they come, as those without times always do",
       .choices = {"sender", "arrival"}});
  made.parameters.push_back(
      {.name = "buffer",
       .initial = 5.0,
       .unit = "ms",
       .min = 0,
       .max = 1000,
       .doc = "How much later they enter, so that their order can be restored",
       .shownIf = "clock == sender"});
  made.parameters.push_back({.name = "queue",
                             .kind = Kind::Integer,
                             .initial = kQueue,
                             .min = 1024,
                             .max = 1 << 22,
                             .doc = "Events that wait at most; beyond, the oldest are dropped and "
                                    "counted",
                             .live = false});
  return made;
}

Shape describe(const Item& item) {
  Shape made = shape();
  const Camera camera = cameraOf(item);
  if (camera.width > 0 && camera.height > 0 && camera.width <= 65536 && camera.height <= 65536)
    made.ports[0].shape = {camera.height, camera.width};
  return made;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.live_events",
      .title = "Live events",
      .doc =
          "Listens for the events of a camera that another program sends, by UDP, or connects to "
          "it, by TCP. The simulation never waits for them: what has come enters the next batch, "
          "and what comes faster than it is taken is dropped, the oldest first. All that enters "
          "is kept, so that a rewound run gets it again. It listens on this machine alone unless "
          "another address is given.",
      .role = Role::Source,
      .group = "Sources",
      .words = "event camera dvs live network udp tcp socket spif aestream faery jaer aedat cAER "
               "listen receive",
      .shape = shape(),
      .describe = describe,
      .body = body});
}

}  // namespace spk::live::live_events
