#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Ring.h"
#include "plugins/live/Protocol.h"
#include "plugins/live/Socket.h"

namespace spk::live {

/// Sends events by one of the protocols, on a thread of its own: datagrams to an address, or a
/// stream to everyone who connects there.
class EventSender {
 public:
  /// @param datagram  bytes of the largest
  EventSender(const Protocol& protocol, const Address& address, const Camera& camera,
              std::size_t datagram);
  ~EventSender();  ///< sends what waits, and joins
  EventSender(const EventSender&) = delete;
  EventSender& operator=(const EventSender&) = delete;

  /// In order of time. Simulation's thread: no allocation, never waits; what there is no room for
  /// is dropped and counted.
  void send(std::span<const Event> events) noexcept;

  Notes notes() const;
  /// Another number when notes() has something else to say.
  std::uint64_t version() const { return version_.load(std::memory_order_relaxed); }

 private:
  struct Listener {
    Socket socket;
    std::unique_ptr<Encoder> encoder;
  };
  void work();
  void open();
  void accept();
  void sendAll(std::span<const Event> events);
  void sendDatagrams(std::span<const Event> events);

  const Protocol& protocol_;
  Address address_;
  Camera camera_;
  std::size_t datagram_;
  Ring<Event> ring_{std::size_t{1} << 18};
  std::atomic<std::uint32_t> turn_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<std::uint64_t> version_ = 1;
  std::atomic<std::int64_t> events_ = 0, datagrams_ = 0, unsent_ = 0, unheard_ = 0;
  std::atomic<std::int64_t> listeners_ = 0;

  Socket socket_;
  std::unique_ptr<Encoder> encoder_;
  std::vector<Listener> connected_;
  std::vector<std::byte> bytes_;

  mutable std::mutex saying_;
  std::string trouble_;
  std::thread thread_;
};

}  // namespace spk::live
