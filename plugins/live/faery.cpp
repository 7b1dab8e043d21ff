// faery's datagrams: records of 13 bytes (u64 t, u16 x, u16 y, u8 on) or of 8 (u32 t, u16 x, u16
// y << 1 | on), least byte first, times in µs. After aestream/faery (udp_decoder.py).
#include "plugins/live/Protocol.h"

namespace spk::live::faery {
namespace {

enum class Form { Long, Short };
constexpr std::size_t sizeOf(Form form) { return form == Form::Long ? 13 : 8; }

class FaeryParser final : public Parser {
 public:
  FaeryParser(const Camera& camera, Form form) : camera_(camera), form_(form) {}

  void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) override {
    ++met.datagrams;
    const std::size_t size = sizeOf(form_);
    if (bytes.empty() || bytes.size() % size != 0 || !isSound(bytes)) {
      ++met.malformed;
      return;
    }
    Time first = 0, last = 0;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      if (form_ == Form::Long) {
        last = static_cast<Time>(little<std::uint64_t>(bytes, at)) * kMicrosecond;
        takeEvent(camera_, last, little<std::uint16_t>(bytes, at + 8),
                  little<std::uint16_t>(bytes, at + 10), std::to_integer<int>(bytes[at + 12]), out,
                  met);
      } else {
        last = clock_(little<std::uint32_t>(bytes, at)) * kMicrosecond;
        const int row = little<std::uint16_t>(bytes, at + 6);
        takeEvent(camera_, last, little<std::uint16_t>(bytes, at + 4), row >> 1, row & 1, out, met);
      }
      if (at == 0) first = last;
    }
    order_.take(first, last, met);
  }

 private:
  /// Times of a century at most, and polarities of 0 and 1.
  bool isSound(std::span<const std::byte> bytes) const {
    constexpr std::uint64_t kCentury = 3'155'760'000'000'000;
    if (form_ == Form::Short) return true;
    for (std::size_t at = 0; at < bytes.size(); at += sizeOf(Form::Long))
      if (little<std::uint64_t>(bytes, at) > kCentury || std::to_integer<int>(bytes[at + 12]) > 1)
        return false;
    return true;
  }

  Camera camera_;
  Form form_;
  Unwrapped clock_;
  Order order_;
};

class FaeryEncoder final : public Encoder {
 public:
  explicit FaeryEncoder(Form form) : form_(form) {}
  std::size_t fill(std::span<const Event> events, std::size_t most,
                   std::vector<std::byte>& out) override {
    std::size_t count = 0;
    for (; count < events.size() && (count == 0 || out.size() + sizeOf(form_) <= most); ++count) {
      const Event& e = events[count];
      if (form_ == Form::Long) {
        put(out, static_cast<std::uint64_t>(e.t / kMicrosecond));
        put(out, e.x);
        put(out, e.y);
        put(out, e.polarity);
      } else {
        put(out, static_cast<std::uint32_t>(e.t / kMicrosecond));
        put(out, e.x);
        put(out, static_cast<std::uint16_t>(e.y << 1 | e.polarity));
      }
    }
    return count;
  }

 private:
  Form form_;
};

template <Form form>
std::unique_ptr<Parser> parser(const Camera& camera) {
  return std::make_unique<FaeryParser>(camera, form);
}
template <Form form>
std::unique_ptr<Encoder> encoder(const Camera&) {
  return std::make_unique<FaeryEncoder>(form);
}

}  // namespace

const Protocol kLong = {"faery_t64", "faery, 13 bytes (UDP)", Protocol::Transport::Udp, 3333,
                        1300,        parser<Form::Long>,      encoder<Form::Long>};
const Protocol kShort = {"faery_t32", "faery, 8 bytes (UDP)", Protocol::Transport::Udp, 3333,
                         800,         parser<Form::Short>,    encoder<Form::Short>};

}  // namespace spk::live::faery
