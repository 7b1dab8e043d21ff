#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Parameter.h"
#include "engine/data/Event.h"
#include "plugins/live/Socket.h"

namespace spk::live {

/// The camera at the other end: what a protocol that does not say so must know.
struct Camera {
  enum class Chip { Dvs128, Davis } chip = Chip::Davis;  ///< how jAER's addresses are made
  int width = 640, height = 480;
};

/// The time of an event whose protocol gave it none.
inline constexpr Time kUntimed = std::numeric_limits<Time>::min();

/// What came in, since the beginning.
struct Met {
  std::int64_t datagrams = 0;  ///< of a stream: pieces
  std::int64_t events = 0;     ///< taken
  std::int64_t malformed = 0;  ///< datagrams that are not what they should be: not used
  std::int64_t lost = 0;       ///< datagrams that never came, where they are numbered
  std::int64_t reordered = 0;  ///< datagrams that came after a later one
  std::int64_t outside = 0;    ///< events beyond the sensor
  std::int64_t other = 0;      ///< records that are no changes of brightness: passed over
  friend bool operator==(const Met&, const Met&) = default;
};

/// Reads what arrives. Nothing in it is trusted: a datagram that is not exactly right is counted
/// and not used.
struct Parser {
  virtual ~Parser() = default;
  /// Appends the events, with the sender's times [ns], or kUntimed.
  /// @param bytes  a datagram, or what came next on a stream
  virtual void take(std::span<const std::byte> bytes, std::vector<Event>& out, Met& met) = 0;
  virtual void restart() {}                        ///< a stream begins anew
  virtual bool isBroken() const { return false; }  ///< a stream that makes no sense any more
};

/// Writes what is sent.
struct Encoder {
  virtual ~Encoder() = default;
  /// Bytes that open a connection.
  virtual void hello(std::vector<std::byte>&) {}
  /// Makes a datagram of the first events, as many as fit into `most` bytes, one at least.
  /// @param events  in order of time; not empty
  /// @return how many it holds
  virtual std::size_t fill(std::span<const Event> events, std::size_t most,
                           std::vector<std::byte>& out) = 0;
};

/// A way of sending events from one program to another. One file each.
struct Protocol {
  const char* id;
  const char* title;
  enum class Transport { Udp, Tcp } transport;
  int port;             ///< where it is usual to listen
  std::size_t largest;  ///< bytes of a datagram, if nobody says otherwise
  std::unique_ptr<Parser> (*parser)(const Camera& camera);
  std::unique_ptr<Encoder> (*encoder)(const Camera& camera);
};

/// All of them.
std::span<const Protocol> protocols();
const Protocol* protocol(std::string_view id);  ///< null if there is none

/// Parameters of what sends and of what listens: protocol, address, port, sensor, chip.
std::vector<Parameter> connectionParameters();
/// As the item says, else as what it hears has it, else 640 × 480 px.
Camera cameraOf(const Item& item);
struct Connection {
  const Protocol* protocol = nullptr;
  Address address;
};
/// The protocol and where, as the item has them. Error names the parameter.
Result<Connection> connectionFrom(const Item& item);

namespace spif {
extern const Protocol kProtocol, kAeStream;
}
namespace faery {
extern const Protocol kLong, kShort;
}
namespace event_stream {
extern const Protocol kProtocol;
}
namespace jaer {
extern const Protocol kUdp, kTcp;
}
namespace aedat3 {
extern const Protocol kUdp, kTcp;
}

// Numbers on the wire --------------------------------------------------------------------------

/// The number at `offset`, least byte first; the caller knows that the bytes are there.
template <class T>
T little(std::span<const std::byte> bytes, std::size_t offset = 0) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}
static_assert(std::endian::native == std::endian::little, "numbers are read as they lie");
inline std::uint32_t big(std::span<const std::byte> bytes, std::size_t offset = 0) {
  return __builtin_bswap32(little<std::uint32_t>(bytes, offset));
}
template <class T>
void put(std::vector<std::byte>& out, T value) {
  const std::size_t at = out.size();
  out.resize(at + sizeof value);
  std::memcpy(out.data() + at, &value, sizeof value);
}
inline void putBig(std::vector<std::byte>& out, std::uint32_t value) {
  put(out, __builtin_bswap32(value));
}

/// Microseconds of 32 bits that wrap around, as times that do not.
class Unwrapped {
 public:
  /// Nearest to the one before.
  std::int64_t operator()(std::uint32_t t) {
    last_ +=
        begun_ ? static_cast<std::int32_t>(t - static_cast<std::uint32_t>(last_)) : std::int64_t{t};
    begun_ = true;
    return last_;
  }

 private:
  bool begun_ = false;
  std::int64_t last_ = 0;
};

/// Counts which datagrams are missing, by their numbers.
class Sequence {
 public:
  /// @param first  number of a sender's first datagram
  explicit Sequence(std::int64_t first) : first_(first) {}
  void take(std::int64_t number, Met& met);

 private:
  /// A datagram that is later or earlier than that comes from a sender that began anew.
  static constexpr std::int64_t kAhead = 100'000, kBehind = 1000, kFirstBehind = 64;
  std::int64_t first_, next_ = 0;
  bool begun_ = false;
};

/// Counts which datagrams came after a later one, by their first times.
class Order {
 public:
  void take(Time first, Time last, Met& met) {
    if (begun_ && first < latest_) ++met.reordered;
    if (!begun_ || last > latest_) latest_ = last;
    begun_ = true;
  }

 private:
  bool begun_ = false;
  Time latest_ = 0;
};

/// Appends an event that lies on the sensor; counts one that does not.
inline void takeEvent(const Camera& camera, Time t, int x, int y, int on, std::vector<Event>& out,
                      Met& met) {
  if (x < 0 || y < 0 || x >= camera.width || y >= camera.height) {
    ++met.outside;
    return;
  }
  ++met.events;
  out.push_back({t, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                 static_cast<std::uint8_t>(on ? 1 : 0)});
}

}  // namespace spk::live
