#include "plugins/live/Ear.h"

namespace spk::live {
namespace {

constexpr int kWaitMs = 5;  // how soon a listener that shall stop does
constexpr int kConnectMs = 200;
constexpr int kPieces = 64;  // taken at once before events are handed on
constexpr std::size_t kRoom = 1 << 16;

class UdpEar final : public Ear {
 public:
  UdpEar(const Protocol& protocol, Address address, const Camera& camera)
      : address_(std::move(address)), parser_(protocol.parser(camera)), room_(kRoom) {}

  Result<void> open() override {
    TRY(socket_, Socket::bindUdp(address_));
    return {};
  }
  bool isOpen() const override { return socket_.isOpen(); }
  void hear(std::vector<Event>& out, Met& met) override {
    if (!socket_.wait(kWaitMs)) return;
    std::span<const std::byte> bytes;
    for (int i = 0; i < kPieces; ++i) {
      // An error of the system's (a neighbour that is not there) concerns one datagram alone.
      if (socket_.receive(room_, bytes) != Socket::Got::Some) return;
      parser_->take(bytes, out, met);
    }
  }
  std::string where() const override { return "UDP " + address_.text(); }
  std::int64_t missed() const override { return socket_.overflowed(); }

 private:
  Address address_;
  std::unique_ptr<Parser> parser_;
  std::vector<std::byte> room_;
  Socket socket_;
};

class TcpEar final : public Ear {
 public:
  TcpEar(const Protocol& protocol, Address address, const Camera& camera)
      : address_(std::move(address)), parser_(protocol.parser(camera)), room_(kRoom) {}

  Result<void> open() override {
    TRY(socket_, Socket::connectTcp(address_, kConnectMs));
    parser_->restart();
    return {};
  }
  bool isOpen() const override { return socket_.isOpen(); }
  void hear(std::vector<Event>& out, Met& met) override {
    if (!socket_.wait(kWaitMs)) return;
    std::span<const std::byte> bytes;
    for (int i = 0; i < kPieces; ++i) {
      const auto got = socket_.receive(room_, bytes);
      if (got == Socket::Got::Nothing) return;
      if (got == Socket::Got::Closed || bytes.empty()) return socket_.close();
      parser_->take(bytes, out, met);
      if (parser_->isBroken()) return socket_.close();
    }
  }
  std::string where() const override { return "TCP " + address_.text(); }

 private:
  Address address_;
  std::unique_ptr<Parser> parser_;
  std::vector<std::byte> room_;
  Socket socket_;
};

}  // namespace

std::unique_ptr<Ear> makeEar(const Protocol& protocol, const Address& address,
                             const Camera& camera) {
  if (protocol.transport == Protocol::Transport::Udp)
    return std::make_unique<UdpEar>(protocol, address, camera);
  return std::make_unique<TcpEar>(protocol, address, camera);
}

}  // namespace spk::live
