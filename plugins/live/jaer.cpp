// jAER's events: pairs of 32 bits, greatest byte first: address and time in µs. By UDP after a
// number, 1 for the first datagram; by TCP the pairs alone, as a stream has nothing to number.
// Addresses as jAER's chips make them: rows from below, a DAVIS' columns from the right. After
// SensorsINI/jaer (AEUnicastInput, AENetworkInterfaceConstants, DavisChip, DVS128).
#include <algorithm>
#include <optional>

#include "plugins/live/Protocol.h"

namespace spk::live::jaer {
namespace {

constexpr std::size_t kPair = 8, kNumber = 4;

struct Place {
  int x = 0, y = 0, on = 0;
};
/// Nothing for what is no change of brightness: brightness itself, motion, external inputs.
std::optional<Place> placeOf(std::uint32_t address, const Camera& camera) {
  const auto bits = [address](int low, std::uint32_t mask) {
    return static_cast<int>(address >> low & mask);
  };
  if (camera.chip == Camera::Chip::Dvs128) {
    if (address & 0x8000'8000u) return std::nullopt;
    return Place{127 - bits(1, 0x7F), 127 - bits(8, 0x7F), 1 - bits(0, 1)};
  }
  if (address & 0x8000'0400u) return std::nullopt;
  return Place{camera.width - 1 - bits(12, 0x3FF), camera.height - 1 - bits(22, 0x1FF),
               bits(11, 1)};
}

std::uint32_t addressOf(const Event& e, const Camera& camera) {
  const auto turned = [](int size, int at) {
    return static_cast<std::uint32_t>(std::max(0, size - 1 - at));
  };
  if (camera.chip == Camera::Chip::Dvs128)
    return (turned(128, e.x) & 0x7F) << 1 | (turned(128, e.y) & 0x7F) << 8 | (e.polarity ? 0u : 1u);
  return (turned(camera.width, e.x) & 0x3FF) << 12 | (turned(camera.height, e.y) & 0x1FF) << 22 |
         std::uint32_t{e.polarity} << 11;
}

Camera sized(Camera camera) {
  if (camera.chip == Camera::Chip::Dvs128) camera.width = camera.height = 128;
  return camera;
}

class PairParser : public Parser {
 public:
  explicit PairParser(const Camera& camera) : camera_(sized(camera)) {}

 protected:
  void pairs(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) {
    for (std::size_t at = 0; at + kPair <= bytes.size(); at += kPair) {
      const Time t = clock_(big(bytes, at + 4)) * kMicrosecond;
      if (const auto place = placeOf(big(bytes, at), camera_))
        takeEvent(camera_, t, place->x, place->y, place->on, out, met);
      else
        ++met.other;
    }
  }

 private:
  Camera camera_;
  Unwrapped clock_;
};

class DatagramParser final : public PairParser {
 public:
  using PairParser::PairParser;
  void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) override {
    ++met.datagrams;
    if (bytes.size() < kNumber || (bytes.size() - kNumber) % kPair != 0) {
      ++met.malformed;
      return;
    }
    sequence_.take(static_cast<std::int32_t>(big(bytes)), met);
    pairs(bytes.subspan(kNumber), out, met);
  }

 private:
  Sequence sequence_{1};
};

class StreamParser final : public PairParser {
 public:
  using PairParser::PairParser;
  void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) override {
    ++met.datagrams;
    rest_.insert(rest_.end(), bytes.begin(), bytes.end());
    const std::size_t whole = rest_.size() / kPair * kPair;
    pairs(std::span<const std::byte>(rest_).first(whole), out, met);
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(whole));
  }
  void restart() override { rest_.clear(); }

 private:
  std::vector<std::byte> rest_;  // of a pair
};

class PairEncoder final : public Encoder {
 public:
  PairEncoder(const Camera& camera, bool numbered) : camera_(sized(camera)), numbered_(numbered) {}
  std::size_t fill(std::span<const Event> events, std::size_t most,
                   std::vector<std::byte>& out) override {
    if (numbered_) putBig(out, ++number_);
    std::size_t count = 0;
    for (; count < events.size() && (count == 0 || out.size() + kPair <= most); ++count) {
      putBig(out, addressOf(events[count], camera_));
      putBig(out, static_cast<std::uint32_t>(events[count].t / kMicrosecond));
    }
    return count;
  }

 private:
  Camera camera_;
  bool numbered_;
  std::uint32_t number_ = 0;
};

template <class Made>
std::unique_ptr<Parser> parser(const Camera& camera) {
  return std::make_unique<Made>(camera);
}
template <bool numbered>
std::unique_ptr<Encoder> encoder(const Camera& camera) {
  return std::make_unique<PairEncoder>(camera, numbered);
}

}  // namespace

const Protocol kUdp = {"jaer",       "jAER (UDP)", Protocol::Transport::Udp,
                       8991,         1404,         parser<DatagramParser>,
                       encoder<true>};
const Protocol kTcp = {"jaer_tcp",           "jAER (TCP)",  Protocol::Transport::Tcp, 8990, 8192,
                       parser<StreamParser>, encoder<false>};

}  // namespace spk::live::jaer
