#include "plugins/live/EventSender.h"

#include "plugins/live/LiveSource.h"  // counted

namespace spk::live {
namespace {

constexpr std::size_t kAtOnce = 8192;
constexpr int kPatienceMs = 200;  // with who takes a stream too slowly

}  // namespace

EventSender::EventSender(const Protocol& protocol, const Address& address, const Camera& camera,
                         std::size_t datagram)
    : protocol_(protocol),
      address_(address),
      camera_(camera),
      datagram_(datagram),
      encoder_(protocol.encoder(camera)),
      thread_([this] { work(); }) {}

EventSender::~EventSender() {
  stop_.store(true);
  turn_.fetch_add(1);
  turn_.notify_all();
  thread_.join();
}

void EventSender::send(std::span<const Event> events) noexcept {
  if (events.empty()) return;
  ring_.push(events);
  turn_.fetch_add(1, std::memory_order_release);
  turn_.notify_one();
}

void EventSender::work() {
  std::vector<Event> events(kAtOnce);
  while (true) {
    const std::uint32_t turn = turn_.load(std::memory_order_acquire);
    const bool stops = stop_.load();
    if (!socket_.isOpen()) open();
    accept();
    const std::size_t count = ring_.pop(events);
    if (count > 0) {
      sendAll(std::span<const Event>(events).first(count));
      version_.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    if (stops) return;
    turn_.wait(turn);
  }
}

void EventSender::open() {
  auto opened =
      protocol_.transport == Protocol::Transport::Udp ? Socket::udp() : Socket::listenTcp(address_);
  const std::lock_guard lock(saying_);
  trouble_ = opened ? std::string() : opened.error().what;
  if (opened) socket_ = std::move(opened).value();
  version_.fetch_add(1, std::memory_order_relaxed);
}

/// Those who connected meanwhile: each begins with the next event.
void EventSender::accept() {
  if (protocol_.transport != Protocol::Transport::Tcp || !socket_.isOpen()) return;
  while (auto next = socket_.accept()) {
    Listener listener{std::move(*next), protocol_.encoder(camera_)};
    bytes_.clear();
    listener.encoder->hello(bytes_);
    if (listener.socket.sendAll(bytes_, kPatienceMs)) connected_.push_back(std::move(listener));
  }
  listeners_.store(static_cast<std::int64_t>(connected_.size()), std::memory_order_relaxed);
}

void EventSender::sendAll(std::span<const Event> events) {
  if (protocol_.transport == Protocol::Transport::Udp) return sendDatagrams(events);
  if (connected_.empty()) {
    unheard_ += static_cast<std::int64_t>(events.size());
    return;
  }
  for (Listener& listener : connected_) {
    for (std::size_t at = 0; at < events.size() && listener.socket.isOpen();) {
      bytes_.clear();
      const std::size_t count = listener.encoder->fill(events.subspan(at), datagram_, bytes_);
      at += count;
      // Half a piece would spoil all that follows.
      if (!listener.socket.sendAll(bytes_, kPatienceMs)) listener.socket.close();
      ++datagrams_;
    }
  }
  std::erase_if(connected_, [](const Listener& listener) { return !listener.socket.isOpen(); });
  events_ += static_cast<std::int64_t>(events.size());
}

void EventSender::sendDatagrams(std::span<const Event> events) {
  while (!events.empty()) {
    bytes_.clear();
    const std::size_t count = encoder_->fill(events, datagram_, bytes_);
    if (socket_.sendTo(bytes_, address_)) {
      ++datagrams_;
      events_ += static_cast<std::int64_t>(count);
    } else {
      unsent_ += static_cast<std::int64_t>(count);
    }
    events = events.subspan(count);
  }
}

Notes EventSender::notes() const {
  const bool tcp = protocol_.transport == Protocol::Transport::Tcp;
  const std::string where = (tcp ? "TCP " : "UDP ") + address_.text();
  Notes notes;
  const auto warn = [&](std::int64_t count, const char* words) {
    if (count > 0) notes.push_back({Note::Level::Warning, counted(count) + words});
  };
  {
    const std::lock_guard lock(saying_);
    if (!trouble_.empty())
      notes.push_back({Note::Level::Warning,
                       where + ": " + trouble_ + "; it is tried again with the next events"});
  }
  std::string text = "sent " + counted(events_) + " events in " + counted(datagrams_) +
                     (tcp ? " pieces by " : " datagrams to ") + where;
  if (tcp) text += ", where " + counted(listeners_) + " listen";
  notes.push_back({Note::Level::Info, std::move(text)});
  warn(unheard_, " events were heard by nobody, as nobody had connected");
  warn(unsent_, " events could not be sent: the system did not take them");
  warn(static_cast<std::int64_t>(ring_.dropped()),
       " events were dropped: the simulation makes them faster than they can be sent");
  return notes;
}

}  // namespace spk::live
