// SPIF and AEStream: words of 32 bits, least byte first. Bits 30 to 16: x, bit 15: polarity, bits
// 14 to 0: y; where bit 31 is 0 a word with the time in µs follows. After SpiNNakerManchester/spif
// (spiffer.h) and aestream (dvs_to_udp.cpp).
#include <algorithm>

#include "plugins/live/Protocol.h"

namespace spk::live::spif {
namespace {

constexpr std::uint32_t kNoTime = 1u << 31;
constexpr std::size_t kWhole = 256;  // bytes of AEStream's datagrams, but for its last

class SpifParser final : public Parser {
 public:
  /// @param halves  of a datagram that is not 256 bytes long the second half is garbage
  SpifParser(const Camera& camera, bool halves) : camera_(camera), halves_(halves) {}

  void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) override {
    ++met.datagrams;
    if (halves_ && bytes.size() != kWhole && bytes.size() % 8 == 0)
      bytes = bytes.first(bytes.size() / 2);
    if (bytes.empty() || bytes.size() % 4 != 0 || !isSound(bytes)) {
      ++met.malformed;
      return;
    }
    Time first = kUntimed, last = kUntimed;
    for (std::size_t at = 0; at < bytes.size(); at += 4) {
      const auto word = little<std::uint32_t>(bytes, at);
      Time t = kUntimed;
      if (!(word & kNoTime)) {
        at += 4;
        t = clock_(little<std::uint32_t>(bytes, at)) * kMicrosecond;
        if (first == kUntimed) first = t;
        last = t;
      }
      takeEvent(camera_, t, static_cast<int>(word >> 16 & 0x7FFF), static_cast<int>(word & 0x7FFF),
                word >> 15 & 1, out, met);
    }
    if (first != kUntimed) order_.take(first, last, met);
  }

 private:
  /// Whether a time follows wherever one should.
  static bool isSound(std::span<const std::byte> bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) at += little<std::uint32_t>(bytes, at) & kNoTime ? 4 : 8;
    return at == bytes.size();
  }

  Camera camera_;
  bool halves_;
  Unwrapped clock_;
  Order order_;
};

/// With times.
class SpifEncoder final : public Encoder {
 public:
  std::size_t fill(std::span<const Event> events, std::size_t most,
                   std::vector<std::byte>& out) override {
    std::size_t count = 0;
    for (; count < events.size() && (count == 0 || out.size() + 8 <= most); ++count) {
      const Event& e = events[count];
      put(out, (std::uint32_t{e.x} & 0x7FFF) << 16 | std::uint32_t{e.polarity} << 15 |
                   (std::uint32_t{e.y} & 0x7FFF));
      put(out, static_cast<std::uint32_t>(e.t / kMicrosecond));
    }
    return count;
  }
};

/// As AEStream sends: without times, 64 events at once, and where there are fewer, as many words of
/// garbage again.
class AeStreamEncoder final : public Encoder {
 public:
  std::size_t fill(std::span<const Event> events, std::size_t,
                   std::vector<std::byte>& out) override {
    const std::size_t count = std::min(events.size(), kWhole / 4);
    for (const Event& e : events.first(count))
      put(out, kNoTime | (std::uint32_t{e.x} & 0x7FFF) << 16 | std::uint32_t{e.polarity} << 15 |
                   (std::uint32_t{e.y} & 0x7FFF));
    if (count < kWhole / 4) out.insert(out.end(), 4 * count, std::byte{0x11});
    return count;
  }
};

}  // namespace

const Protocol kProtocol = {
    "spif",
    "SPIF (UDP)",
    Protocol::Transport::Udp,
    3333,
    256,
    [](const Camera& camera) -> std::unique_ptr<Parser> {
      return std::make_unique<SpifParser>(camera, false);
    },
    [](const Camera&) -> std::unique_ptr<Encoder> { return std::make_unique<SpifEncoder>(); }};
const Protocol kAeStream = {
    "aestream",
    "AEStream (UDP)",
    Protocol::Transport::Udp,
    3333,
    kWhole,
    [](const Camera& camera) -> std::unique_ptr<Parser> {
      return std::make_unique<SpifParser>(camera, true);
    },
    [](const Camera&) -> std::unique_ptr<Encoder> { return std::make_unique<AeStreamEncoder>(); }};

}  // namespace spk::live::spif
