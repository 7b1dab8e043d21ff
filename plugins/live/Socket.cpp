#include "plugins/live/Socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace spk::live {
namespace {

constexpr int kBuffer = 8 << 20;  // what the system may hold while nobody looks

std::optional<sockaddr_in> systemAddress(const Address& address) {
  sockaddr_in made = {};
  made.sin_family = AF_INET;
  made.sin_port = htons(static_cast<std::uint16_t>(address.port));
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  if (inet_pton(AF_INET, host.c_str(), &made.sin_addr) != 1) return std::nullopt;
  return made;
}

const sockaddr* plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Error systemError(const Address& address) { return {std::strerror(errno), address.text()}; }

Result<Socket> make(int type) {
  const int number = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (number < 0) return Error{std::strerror(errno), "socket"};
  return Socket(number);
}

void set(int number, int level, int option, int value) {
  setsockopt(number, level, option, &value, sizeof value);
}

bool pollFor(int number, short what, int milliseconds) {
  pollfd asked = {number, what, 0};
  return poll(&asked, 1, milliseconds) > 0 && (asked.revents & (what | POLLHUP | POLLERR)) != 0;
}

}  // namespace

bool isLoopback(const std::string& host) { return host == "localhost" || host.starts_with("127."); }

Result<void> checkAddress(const Address& address) {
  if (address.port < 1 || address.port > 65535)
    return Error{"is " + std::to_string(address.port) + "; 1 to 65535 are allowed", "port"};
  if (!systemAddress(address))
    return Error{"\"" + address.host + "\" is no address such as 127.0.0.1", "address"};
  return {};
}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, -1);
    overflowed_ = other.overflowed_;
  }
  return *this;
}

Socket::~Socket() { close(); }

void Socket::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Result<Socket> Socket::bindUdp(const Address& at) {
  TRY_DO(checkAddress(at));
  TRY(Socket made, make(SOCK_DGRAM));
  set(made.number_, SOL_SOCKET, SO_RCVBUF, kBuffer);
  set(made.number_, SOL_SOCKET, SO_RXQ_OVFL, 1);
  const auto address = systemAddress(at);
  if (bind(made.number_, plain(*address), sizeof *address) != 0) return systemError(at);
  return made;
}

Result<Socket> Socket::udp() {
  TRY(Socket made, make(SOCK_DGRAM));
  set(made.number_, SOL_SOCKET, SO_SNDBUF, kBuffer);
  return made;
}

Result<Socket> Socket::listenTcp(const Address& at) {
  TRY_DO(checkAddress(at));
  TRY(Socket made, make(SOCK_STREAM));
  set(made.number_, SOL_SOCKET, SO_REUSEADDR, 1);
  const auto address = systemAddress(at);
  if (bind(made.number_, plain(*address), sizeof *address) != 0 || listen(made.number_, 8) != 0)
    return systemError(at);
  return made;
}

Result<Socket> Socket::connectTcp(const Address& to, int milliseconds) {
  TRY_DO(checkAddress(to));
  TRY(Socket made, make(SOCK_STREAM));
  const auto address = systemAddress(to);
  if (connect(made.number_, plain(*address), sizeof *address) != 0) {
    if (errno != EINPROGRESS) return systemError(to);
    int failed = ETIMEDOUT;
    socklen_t size = sizeof failed;
    if (pollFor(made.number_, POLLOUT, milliseconds))
      getsockopt(made.number_, SOL_SOCKET, SO_ERROR, &failed, &size);
    errno = failed;
    if (failed != 0) return systemError(to);
  }
  return made;
}

std::optional<Socket> Socket::accept() const {
  const int number = accept4(number_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (number < 0) return std::nullopt;
  set(number, IPPROTO_TCP, TCP_NODELAY, 1);
  return Socket(number);
}

bool Socket::wait(int milliseconds) const { return pollFor(number_, POLLIN, milliseconds); }

Socket::Got Socket::receive(std::span<std::byte> room, std::span<const std::byte>& bytes) {
  iovec piece = {room.data(), room.size()};
  alignas(cmsghdr) char control[64];
  msghdr message = {};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t size = recvmsg(number_, &message, MSG_DONTWAIT);
  if (size < 0)
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Got::Nothing : Got::Closed;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part))
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL)
      std::memcpy(&overflowed_, CMSG_DATA(part), sizeof overflowed_);
  bytes = room.first(static_cast<std::size_t>(size));
  return Got::Some;
}

bool Socket::sendTo(std::span<const std::byte> datagram, const Address& to) const {
  const auto address = systemAddress(to);
  return address &&
         sendto(number_, datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                plain(*address), sizeof *address) == static_cast<ssize_t>(datagram.size());
}

bool Socket::sendAll(std::span<const std::byte> bytes, int milliseconds) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  while (!bytes.empty()) {
    const ssize_t size = send(number_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(size));
      continue;
    }
    if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return false;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0 || !pollFor(number_, POLLOUT, static_cast<int>(left))) return false;
  }
  return true;
}

}  // namespace spk::live
