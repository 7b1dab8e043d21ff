#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/base/Result.h"

namespace spk::live {

/// Where somebody listens: an address of IPv4 in numbers, or "localhost".
struct Address {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string text() const { return host + ":" + std::to_string(port); }
};
/// Whether only programs of this machine can reach it.
bool isLoopback(const std::string& host);
/// Error if the host is no address or the port lies outside 1 to 65535.
Result<void> checkAddress(const Address& address);

/// An open socket; closes it.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int number) : number_(number) {}
  Socket(Socket&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();
  bool isOpen() const { return number_ >= 0; }
  void close();

  static Result<Socket> bindUdp(const Address& at);
  static Result<Socket> udp();  ///< to send from
  static Result<Socket> listenTcp(const Address& at);
  /// Waits at most `milliseconds` for the other side.
  static Result<Socket> connectTcp(const Address& to, int milliseconds);
  /// Somebody who connects to a listening socket now.
  std::optional<Socket> accept() const;

  enum class Got { Some, Nothing, Closed };
  /// Whether something lies here within that time.
  bool wait(int milliseconds) const;
  /// Takes a datagram, or what a stream has; never waits.
  /// @param bytes  becomes what was taken
  Got receive(std::span<std::byte> room, std::span<const std::byte>& bytes);
  /// Datagrams that the system dropped because nobody took them in time.
  std::uint32_t overflowed() const { return overflowed_; }

  bool sendTo(std::span<const std::byte> datagram, const Address& to) const;
  /// All of it, waiting at most that long; false: the connection is of no use any more.
  bool sendAll(std::span<const std::byte> bytes, int milliseconds) const;

 private:
  int number_ = -1;
  std::uint32_t overflowed_ = 0;
};

}  // namespace spk::live
