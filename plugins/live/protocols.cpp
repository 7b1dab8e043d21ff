#include <algorithm>
#include <array>

#include "engine/base/Item.h"
#include "engine/graph/Shapes.h"
#include "engine/graph/sensorShape.h"
#include "plugins/live/Protocol.h"

namespace spk::live {

std::span<const Protocol> protocols() {
  static const std::array kAll = {
      spif::kProtocol, spif::kAeStream, faery::kLong, faery::kShort, event_stream::kProtocol,
      jaer::kUdp,      jaer::kTcp,      aedat3::kUdp, aedat3::kTcp};
  return kAll;
}

const Protocol* protocol(std::string_view id) {
  const auto all = protocols();
  const auto found =
      std::ranges::find(all, id, [](const Protocol& p) { return std::string_view(p.id); });
  return found == all.end() ? nullptr : &*found;
}

void Sequence::take(std::int64_t number, Met& met) {
  // Numbers wrap around, whatever a hostile sender counts.
  const auto whole = static_cast<std::uint64_t>(number);
  const auto ahead = static_cast<std::int64_t>(whole - static_cast<std::uint64_t>(next_));
  const bool again =
      !begun_ || ahead > kAhead || ahead < -kBehind || (number == first_ && ahead < -kFirstBehind);
  begun_ = true;
  if (again || ahead >= 0) {
    if (!again) met.lost += ahead;
    next_ = static_cast<std::int64_t>(whole + 1);
  } else {  // missed before, and late
    ++met.reordered;
    met.lost = std::max<std::int64_t>(0, met.lost - 1);
  }
}

std::vector<Parameter> connectionParameters() {
  std::vector<std::string> ids;
  for (const Protocol& known : protocols()) ids.push_back(known.id);
  std::vector<Parameter> made = {
      {.name = "protocol",
       .kind = Kind::Choice,
       .initial = std::string(spif::kProtocol.id),
       .doc = "How events travel: SPIF and AEStream, faery with times of 64 or 32 bits, Event "
              "Stream, jAER by UDP or TCP, AEDAT 3 of cAER by UDP or TCP",
       .choices = std::move(ids),
       .essential = true,
       .live = false},
      {.name = "address",
       .kind = Kind::Text,
       .initial = std::string("127.0.0.1"),
       .doc = "Address of IPv4; 127.0.0.1: this machine alone",
       .live = false},
      {.name = "port",
       .kind = Kind::Integer,
       .initial = std::int64_t{0},
       .min = 0,
       .max = 65535,
       .doc = "0: the protocol's own, such as 3333 for SPIF",
       .essential = true,
       .live = false}};
  for (Parameter& size : sensorOptions()) {
    size.initial = std::int64_t{size.name == "width" ? 640 : 480};
    size.doc = size.name == "width" ? "Columns of the sensor; events beyond are not used"
                                    : "Rows of the sensor; events beyond are not used";
    size.min = 1;
    made.push_back(std::move(size));
  }
  made.push_back({.name = "chip",
                  .kind = Kind::Choice,
                  .initial = std::string("davis"),
                  .doc = "How jAER's addresses are made: DAVIS, or DVS128 of 128 × 128 px",
                  .choices = {"davis", "dvs128"},
                  .shownIf = "protocol == jaer || protocol == jaer_tcp",
                  .live = false});
  return made;
}

Result<Connection> connectionFrom(const Item& item) {
  const std::string id = textOr(item.values, "protocol", spif::kProtocol.id);
  Connection made{protocol(id), {}};
  if (!made.protocol) return Error{"\"" + id + "\" is no protocol that is known", "protocol"};
  made.address.host = textOr(item.values, "address", "127.0.0.1");
  made.address.port = static_cast<int>(integerOr(item.values, "port", 0));
  if (made.address.port == 0) made.address.port = made.protocol->port;
  TRY_DO(checkAddress(made.address));
  return made;
}

Camera cameraOf(const Item& item) {
  Camera camera;
  const SensorSize wired = wiredSize(item);
  const auto sideOf = [&](const char* key, int reaching, int usual) {
    const auto written = integerOr(item.values, key, 0);
    return written > 0 ? static_cast<int>(written) : reaching > 0 ? reaching : usual;
  };
  camera.width = sideOf("width", wired.width, camera.width);
  camera.height = sideOf("height", wired.height, camera.height);
  if (textOr(item.values, "chip", "davis") == "dvs128") camera.chip = Camera::Chip::Dvs128;
  return camera;
}

}  // namespace spk::live
