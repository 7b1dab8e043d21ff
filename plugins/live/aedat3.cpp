// AEDAT 3 of cAER over a network, least byte first: a header of 20 bytes (i64 magic, i64 number, i8
// version 1, i8 format 0, i16 source) before each datagram, or once when a stream begins; then
// packets of AEDAT 3.1, of which those of polarity are used. After inivation/libcaer (network.h,
// events/common.h, events/polarity.h).
#include <algorithm>

#include "plugins/live/Protocol.h"

namespace spk::live::aedat3 {
namespace {

constexpr std::uint64_t kMagic = 0x1D378BC90B9A6658;
constexpr std::size_t kHello = 20, kHead = 28, kEvent = 8;
constexpr std::int16_t kPolarity = 1;
constexpr std::int32_t kLargestEvent = 1 << 24, kPacketMost = 1 << 22;
constexpr std::int32_t kOverflowMost = 1 << 20;  // of the clock: 71 years

struct Head {
  std::int16_t type = 0;
  std::int32_t size = 0, at = 0, overflow = 0, number = 0;
  std::size_t bytes() const {
    return static_cast<std::size_t>(size) * static_cast<std::size_t>(number);
  }
};

Head headOf(std::span<const std::byte> bytes) {
  return {little<std::int16_t>(bytes), little<std::int32_t>(bytes, 4),
          little<std::int32_t>(bytes, 8), little<std::int32_t>(bytes, 12),
          little<std::int32_t>(bytes, 20)};
}

bool isSound(const Head& head) {
  return head.type >= 0 && head.type <= 64 && head.size > 0 && head.size <= kLargestEvent &&
         head.number >= 0 && head.overflow >= 0 && head.overflow <= kOverflowMost &&
         std::int64_t{head.number} * head.size <= kPacketMost &&
         (head.type != kPolarity || (head.size == kEvent && head.at == 4));
}

bool isHello(std::span<const std::byte> bytes) {
  return bytes.size() >= kHello && little<std::uint64_t>(bytes) == kMagic &&
         bytes[16] == std::byte{1} && bytes[17] == std::byte{0};
}

class PacketParser : public Parser {
 public:
  explicit PacketParser(const Camera& camera) : camera_(camera) {}

 protected:
  /// Events of a packet whose bytes are all there.
  void packet(const Head& head, std::span<const std::byte> bytes, std::vector<Event>& out,
              Met& met) const {
    if (head.type != kPolarity) {
      met.other += head.number;
      return;
    }
    for (std::size_t at = 0; at < head.bytes(); at += kEvent) {
      const auto data = little<std::uint32_t>(bytes, at);
      const auto t = little<std::int32_t>(bytes, at + 4);
      if (!(data & 1) || t < 0) {
        ++met.other;
        continue;
      }
      takeEvent(camera_, (std::int64_t{head.overflow} << 31 | t) * kMicrosecond,
                static_cast<int>(data >> 17), static_cast<int>(data >> 2 & 0x7FFF),
                static_cast<int>(data >> 1 & 1), out, met);
    }
  }

 private:
  Camera camera_;
};

class DatagramParser final : public PacketParser {
 public:
  using PacketParser::PacketParser;
  void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) override {
    ++met.datagrams;
    if (!holdsPackets(bytes)) {
      ++met.malformed;
      return;
    }
    sequence_.take(little<std::int64_t>(bytes, 8), met);
    for (std::size_t at = kHello; at < bytes.size();) {
      const Head head = headOf(bytes.subspan(at));
      packet(head, bytes.subspan(at + kHead), out, met);
      at += kHead + head.bytes();
    }
  }

 private:
  static bool holdsPackets(std::span<const std::byte> bytes) {
    if (!isHello(bytes)) return false;
    std::size_t at = kHello;
    while (bytes.size() - at >= kHead) {
      const Head head = headOf(bytes.subspan(at));
      if (!isSound(head) || head.bytes() > bytes.size() - at - kHead) return false;
      at += kHead + head.bytes();
    }
    return at == bytes.size();
  }

  Sequence sequence_{0};
};

class StreamParser final : public PacketParser {
 public:
  using PacketParser::PacketParser;
  void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) override {
    ++met.datagrams;
    if (broken_) return;
    rest_.insert(rest_.end(), bytes.begin(), bytes.end());
    std::span<const std::byte> left = rest_;
    if (!greeted_) {
      if (left.size() < kHello) return;
      if (!isHello(left)) return breakOff(met);
      greeted_ = true;
      left = left.subspan(kHello);
    }
    while (left.size() >= kHead) {
      const Head head = headOf(left);
      if (!isSound(head)) return breakOff(met);
      if (left.size() < kHead + head.bytes()) break;
      packet(head, left.subspan(kHead), out, met);
      left = left.subspan(kHead + head.bytes());
    }
    rest_.erase(rest_.begin(), rest_.end() - static_cast<std::ptrdiff_t>(left.size()));
  }
  void restart() override {
    rest_.clear();
    greeted_ = broken_ = false;
  }
  bool isBroken() const override { return broken_; }

 private:
  void breakOff(Met& met) {
    ++met.malformed;
    broken_ = true;
    rest_.clear();
  }

  std::vector<std::byte> rest_;
  bool greeted_ = false, broken_ = false;
};

class PacketEncoder final : public Encoder {
 public:
  explicit PacketEncoder(Protocol::Transport transport) : transport_(transport) {}

  void hello(std::vector<std::byte>& out) override {
    put(out, kMagic);
    put(out, number_++);
    put(out, std::int8_t{1});
    put(out, std::int8_t{0});
    put(out, std::int16_t{0});
  }
  std::size_t fill(std::span<const Event> events, std::size_t most,
                   std::vector<std::byte>& out) override {
    if (transport_ == Protocol::Transport::Udp) hello(out);
    // All events of a packet have one overflow of the clock.
    const std::int64_t overflow = events[0].t / kMicrosecond >> 31;
    const std::size_t head = out.size();
    out.resize(head + kHead);
    std::size_t count = 0;
    for (; count < events.size() && (count == 0 || out.size() + kEvent <= most); ++count) {
      const Event& e = events[count];
      const std::int64_t t = e.t / kMicrosecond;
      if (t >> 31 != overflow) break;
      put(out, 1u | std::uint32_t{e.polarity} << 1 | (std::uint32_t{e.y} & 0x7FFF) << 2 |
                   (std::uint32_t{e.x} & 0x7FFF) << 17);
      put(out, static_cast<std::uint32_t>(t & 0x7FFF'FFFF));
    }
    std::vector<std::byte> fields;
    const auto number = static_cast<std::int32_t>(count);
    put(fields, kPolarity);
    put(fields, std::int16_t{0});
    for (const std::int32_t field : {static_cast<std::int32_t>(kEvent), 4,
                                     static_cast<std::int32_t>(overflow), number, number, number})
      put(fields, field);
    std::ranges::copy(fields, out.begin() + static_cast<std::ptrdiff_t>(head));
    return count;
  }

 private:
  Protocol::Transport transport_;
  std::int64_t number_ = 0;
};

template <class Made>
std::unique_ptr<Parser> parser(const Camera& camera) {
  return std::make_unique<Made>(camera);
}
template <Protocol::Transport transport>
std::unique_ptr<Encoder> encoder(const Camera&) {
  return std::make_unique<PacketEncoder>(transport);
}

}  // namespace

const Protocol kUdp = {"aedat3", "AEDAT 3 (UDP)",        Protocol::Transport::Udp,         8888,
                       1472,     parser<DatagramParser>, encoder<Protocol::Transport::Udp>};
const Protocol kTcp = {"aedat3_tcp", "AEDAT 3 (TCP)",      Protocol::Transport::Tcp,         7777,
                       8192,         parser<StreamParser>, encoder<Protocol::Transport::Tcp>};

}  // namespace spk::live::aedat3
