// Sends the events of a wire to another program, paced by the simulation's clock.
#include <algorithm>
#include <chrono>
#include <memory>

#include "engine/graph/Registry.h"
#include "engine/graph/sensorShape.h"
#include "engine/sim/Body.h"
#include "engine/sim/Heard.h"
#include "plugins/live/EventSender.h"

namespace spk::live::send_events {
namespace {

std::string connectionOf(const Item& item) {
  std::string text;
  for (const char* key : {"protocol", "address", "port", "width", "height", "chip", "datagram"}) {
    const auto found = item.values.find(key);
    text += "|" + (found == item.values.end() ? std::string() : valueText(found->second));
  }
  return text;
}

class SendEvents final : public Body, public Heard {
 public:
  SendEvents(const Connection& connection, const Item& item, std::size_t datagram)
      : id_(item.id),
        connection_(connectionOf(item)),
        address_(connection.address),
        isServer_(connection.protocol->transport == Protocol::Transport::Tcp),
        sender_(*connection.protocol, connection.address, cameraOf(item), datagram) {}

  void run(Batch& batch) noexcept override {
    const auto events = batch.in<Event>(0);
    sender_.send(events);
    Out<Event> out = batch.out<Event>(0);
    for (const Event& event : events) out.add(event);
    // What there is to say changes with every batch, but people read slowly.
    const auto now = std::chrono::steady_clock::now();
    if (sender_.version() == seen_ || now - saidAt_ < std::chrono::milliseconds(250)) return;
    seen_ = sender_.version();
    saidAt_ = now;
  }

  Result<void> change(const Item& item) override {
    if (connectionOf(item) == connection_) return {};
    return Error{"another connection needs the network to be built again", "protocol"};
  }
  void save(Bytes&) const override {}
  Result<void> restore(Bytes&) override { return {}; }

  std::int64_t heard() const noexcept override { return 0; }
  Notes lastNotes() const override { return notes(); }
  std::uint64_t notesVersion() const override { return seen_; }
  Notes notes() const override {
    Notes all = sender_.notes();
    if (isServer_ && !isLoopback(address_.host))
      all.push_back({Note::Level::Warning,
                     "other machines can connect to " + address_.host +
                         " and see these events; 127.0.0.1 is this machine alone",
                     id_, "address"});
    for (Note& note : all) note.item = id_;
    return all;
  }

 private:
  Id id_;
  std::string connection_;
  Address address_;
  bool isServer_;
  EventSender sender_;
  std::uint64_t seen_ = 0;
  std::chrono::steady_clock::time_point saidAt_ = {};
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const Connection connection, connectionFrom(item));
  const auto asked = integerOr(item.values, "datagram", 0);
  const std::size_t datagram =
      asked > 0 ? static_cast<std::size_t>(std::clamp<std::int64_t>(asked, 64, 63'000))
                : connection.protocol->largest;
  return std::unique_ptr<Body>(std::make_unique<SendEvents>(connection, item, datagram));
}

Shape shape() {
  Shape made;
  made.ports = {{.name = "in",
                 .signal = Signal::Events,
                 .input = true,
                 .doc = "Events to send, at their times"},
                {.name = "out", .signal = Signal::Events, .doc = "The same events, passed on"}};
  made.parameters = connectionParameters();
  for (Parameter& parameter : made.parameters) {
    if (parameter.name == "address")
      parameter.doc =
          "UDP: where to; TCP: where to wait for who connects. 127.0.0.1: this machine alone";
    if (parameter.name != "width" && parameter.name != "height") continue;
    parameter.initial = std::int64_t{0};
    parameter.min = 0;
    parameter.doc = std::string(parameter.name == "width" ? "Columns" : "Rows") +
                    " of the sensor that is told; 0: of the one whose events come";
  }
  made.parameters.push_back({.name = "datagram",
                             .kind = Kind::Integer,
                             .initial = std::int64_t{0},
                             .min = 0,
                             .max = 63'000,
                             .doc = "Bytes of the largest datagram; 0: as usual for the protocol",
                             .live = false});
  return made;
}

Shape describe(const Item& item) {
  Shape made = shape();
  if (const SensorSize size = wiredSize(item); size.width > 0)
    for (Port& port : made.ports) port.shape = {size.height, size.width};
  return made;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.send_events",
      .title = "Send events",
      .doc =
          "Sends the events of a wire to another program by one of the protocols that live events "
          "understand, each batch when it has run, so that the simulation's pace is the sender's. "
          "Wired to an event stream it replays any recording. By TCP it waits for others to "
          "connect. What a rewound run plays again is sent again. Bypassed, it sends nothing.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "event camera dvs live network udp tcp socket spif aestream faery jaer aedat replay "
               "output sink",
      .shape = shape(),
      .describe = describe,
      .body = body});
}

}  // namespace spk::live::send_events
