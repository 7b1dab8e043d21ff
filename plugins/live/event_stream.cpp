// Event Stream by UDP: u64 time in µs, then a stream of version 2 (header and body) in each
// datagram. Layout: neuromorphic-paris/event_stream. Rows count from below.
#include <algorithm>
#include <array>

#include "plugins/live/Protocol.h"

namespace spk::live::event_stream {
namespace {

constexpr std::size_t kHead = 8 + 12 + 3 + 1 + 4, kRecord = 5;
constexpr std::array<char, 12> kMagic = {'E', 'v', 'e', 'n', 't', ' ',
                                         'S', 't', 'r', 'e', 'a', 'm'};
constexpr std::uint8_t kDvs = 1, kReset = 0xFE, kLater = 0xFF;
constexpr int kLaterBy = 127, kDeltaMost = 126;
constexpr std::uint64_t kCentury = 3'155'760'000'000'000;  // [µs]

class StreamParser final : public Parser {
 public:
  explicit StreamParser(const Camera& camera) : camera_(camera) {}

  void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) override {
    ++met.datagrams;
    if (!isSound(bytes)) {
      ++met.malformed;
      return;
    }
    const int height = little<std::uint16_t>(bytes, kHead - 2);
    auto t = static_cast<std::int64_t>(little<std::uint64_t>(bytes));
    const Time first = t * kMicrosecond;
    for (std::size_t at = kHead; at < bytes.size();) {
      const int code = std::to_integer<int>(bytes[at]);
      if (code >= kReset) {
        t += code == kLater ? kLaterBy : 0;
        ++at;
        continue;
      }
      t += code >> 1;
      takeEvent(camera_, t * kMicrosecond, little<std::uint16_t>(bytes, at + 1),
                height - 1 - little<std::uint16_t>(bytes, at + 3), code & 1, out, met);
      at += kRecord;
    }
    order_.take(first, t * kMicrosecond, met);
  }

 private:
  /// Header of a DVS of version 2, and nothing but whole events that lie on its sensor.
  static bool isSound(std::span<const std::byte> bytes) {
    if (bytes.size() < kHead || little<std::uint64_t>(bytes) > kCentury ||
        std::memcmp(bytes.data() + 8, kMagic.data(), kMagic.size()) != 0 ||
        bytes[20] != std::byte{2} || bytes[23] != std::byte{kDvs})
      return false;
    const int width = little<std::uint16_t>(bytes, kHead - 4),
              height = little<std::uint16_t>(bytes, kHead - 2);
    std::size_t at = kHead;
    while (at < bytes.size()) {
      if (std::to_integer<int>(bytes[at]) >= kReset) {
        ++at;
        continue;
      }
      if (bytes.size() - at < kRecord || little<std::uint16_t>(bytes, at + 1) >= width ||
          little<std::uint16_t>(bytes, at + 3) >= height)
        return false;
      at += kRecord;
    }
    return true;
  }

  Camera camera_;
  Order order_;
};

class StreamEncoder final : public Encoder {
 public:
  explicit StreamEncoder(const Camera& camera) : camera_(camera) {}

  std::size_t fill(std::span<const Event> events, std::size_t most,
                   std::vector<std::byte>& out) override {
    std::int64_t t = events[0].t / kMicrosecond;
    put(out, static_cast<std::uint64_t>(t));
    for (const char c : kMagic) put(out, c);
    for (const std::uint8_t c : {std::uint8_t{2}, std::uint8_t{0}, std::uint8_t{0}, kDvs})
      put(out, c);
    put(out, static_cast<std::uint16_t>(camera_.width));
    put(out, static_cast<std::uint16_t>(camera_.height));
    std::size_t count = 0;
    for (; count < events.size(); ++count) {
      const Event& e = events[count];
      std::int64_t delta = std::max<std::int64_t>(0, e.t / kMicrosecond - t);
      const auto later = static_cast<std::size_t>(delta > kDeltaMost ? delta / kLaterBy : 0);
      if (count > 0 && out.size() + later + kRecord > most) break;
      t += delta;
      for (std::size_t i = 0; i < later; ++i) put(out, kLater);
      delta -= static_cast<std::int64_t>(later) * kLaterBy;
      put(out, static_cast<std::uint8_t>(delta << 1 | e.polarity));
      put(out, e.x);
      put(out, static_cast<std::uint16_t>(std::max(0, camera_.height - 1 - e.y)));
    }
    return count;
  }

 private:
  Camera camera_;
};

}  // namespace

const Protocol kProtocol = {"event_stream",
                            "Event Stream (UDP)",
                            Protocol::Transport::Udp,
                            3333,
                            1400,
                            [](const Camera& camera) -> std::unique_ptr<Parser> {
                              return std::make_unique<StreamParser>(camera);
                            },
                            [](const Camera& camera) -> std::unique_ptr<Encoder> {
                              return std::make_unique<StreamEncoder>(camera);
                            }};

}  // namespace spk::live::event_stream
