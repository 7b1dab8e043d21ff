#include "plugins/events/RawHeader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace spk::events {
namespace {

struct KnownSystem {
  int id;
  const char* encoding;
  int width, height;
};
/// Prophesee's cameras by `system_ID`, as openeb's header reader lists them (5.1).
constexpr std::array kSystems = std::to_array<KnownSystem>({
    {0x14, "EVT2", 640, 480},  {0x15, "EVT2", 640, 480},  {0x17, "EVT2", 640, 480},
    {0x19, "EVT2", 640, 480},  {0x1A, "EVT2", 1280, 720}, {0x1C, "EVT2", 640, 480},
    {0x1D, "EVT2", 640, 480},  {0x1E, "EVT3", 1280, 720}, {0x1F, "EVT2", 1280, 720},
    {0x21, "EVT2", 640, 480},  {0x22, "EVT2", 640, 480},  {0x23, "EVT2", 640, 480},
    {0x27, "EVT2", 1280, 720}, {0x28, "EVT3", 640, 480},  {0x29, "EVT2", 640, 480},
    {0x2E, "EVT3", 1280, 720}, {0x30, "EVT3", 1280, 720}, {0x31, "EVT3", 1280, 720},
    {0x32, "EVT3", 1280, 720}, {0x97, "EVT2", 640, 480},  {0x99, "EVT2", 640, 480},
    {0xA1, "EVT2", 640, 480},  {0xA2, "EVT2", 640, 480},
});

template <class T>
std::optional<T> whole(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool isText(std::string_view line) {
  return std::ranges::none_of(line, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F;
  });
}

/// "% key  a   b\r" → key, "a b".
std::pair<std::string, std::string> keyAndValue(std::string_view line) {
  std::string key, value;
  std::size_t at = 0;
  const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (at < line.size()) {
    while (at < line.size() && isBlank(line[at])) ++at;
    const std::size_t begin = at;
    while (at < line.size() && !isBlank(line[at])) ++at;
    const std::string_view token = line.substr(begin, at - begin);
    if (token.empty()) break;
    if (key.empty())
      key = token;
    else
      value += (value.empty() ? "" : " ") + std::string(token);
  }
  return {key, value};
}

/// The value of `name` in "EVT3;height=720;width=1280".
std::string_view formatOption(std::string_view format, std::string_view name) {
  while (!format.empty()) {
    const std::size_t end = std::min(format.find(';'), format.size());
    const std::string_view part = format.substr(0, end);
    format.remove_prefix(std::min(end + 1, format.size()));
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
      return part.substr(name.size() + 1);
  }
  return {};
}

/// Another maker's numbers mean something else.
bool fromProphesee(const RawHeader& header) {
  for (const char* name : {"integrator_name", "camera_integrator_name", "plugin_integrator_name"})
    if (const auto maker = header.key(name); !maker.empty() && maker != "Prophesee") return false;
  return true;
}

const KnownSystem* knownSystem(const RawHeader& header) {
  if (!fromProphesee(header)) return nullptr;
  const auto id = whole<int>(header.key("system_ID"));
  const auto found = std::ranges::find(kSystems, id.value_or(-1), &KnownSystem::id);
  return found == kSystems.end() ? nullptr : &*found;
}

std::string sizeText(int width, int height) {
  return std::to_string(width) + "×" + std::to_string(height);
}

/// A size in words that is one: 1 to 2048 px, what the encodings' 11 bits hold.
std::optional<Sensor> sensorOf(std::string_view width, std::string_view height,
                               std::string origin) {
  const auto w = whole<int>(width), h = whole<int>(height);
  if (!w || !h || *w < 1 || *h < 1 || *w > 2048 || *h > 2048) return std::nullopt;
  return Sensor{*w, *h, std::move(origin)};
}

}  // namespace

std::string_view RawHeader::key(std::string_view name) const {
  const auto found = keys.find(name);
  return found == keys.end() ? std::string_view() : found->second;
}

RawHeader readRawHeader(std::span<const std::byte> head) {
  RawHeader header;
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  while (text.substr(header.size).starts_with("% ")) {
    const std::size_t end = text.find('\n', header.size);
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(header.size + 2, end - header.size - 2);
    if (!isText(line)) break;  // words of the payload that happen to begin with 25 20
    header.size = end + 1;
    auto [key, value] = keyAndValue(line);
    if (key == "end") break;
    if (!key.empty()) header.keys.insert_or_assign(std::move(key), std::move(value));
  }
  return header;
}

Result<RawHeader> readRawHeader(const ByteFile& file) {
  std::vector<std::byte> head(1 << 16);
  TRY(const std::size_t got, file.read(0, head));
  return readRawHeader(std::span(head).first(got));
}

std::string rawEncoding(const RawHeader& header) {
  if (const auto format = header.key("format"); !format.empty())
    return std::string(format.substr(0, format.find(';')));
  const auto evt = header.key("evt");
  if (evt == "2.0") return "EVT2";
  if (evt == "2.1") return "EVT21";
  if (evt == "3.0") return "EVT3";
  const KnownSystem* system = evt.empty() ? knownSystem(header) : nullptr;
  return system ? system->encoding : "";
}

std::string_view rawEndianness(const RawHeader& header) {
  for (const auto said :
       {formatOption(header.key("format"), "endianness"), header.key("endianness")})
    if (!said.empty()) return said;
  constexpr int kFirstLittle = 0x37;  // EVK2 with the Saphir sensor, as openeb has it
  const auto id = whole<int>(header.key("system_ID"));
  return fromProphesee(header) && id && *id < kFirstLittle ? "legacy" : "";
}

Result<Sensor> rawSensor(const RawHeader& header, const Values& options, std::string_view encoding,
                         Notes& notes) {
  const auto width = integerOr(options, "width", 0), height = integerOr(options, "height", 0);
  if (width > 0 && height > 0) {
    if (width > 2048 || height > 2048)
      return Error{"width and height are " + std::to_string(width) + " and " +
                       std::to_string(height) + "; this encoding holds at most 2048",
                   "width"};
    return Sensor{static_cast<int>(width), static_cast<int>(height), "option"};
  }
  if (width > 0 || height > 0) return Error{"width and height are needed together", "width"};

  const auto format = header.key("format"), geometry = header.key("geometry");
  const auto inFormat =
      sensorOf(formatOption(format, "width"), formatOption(format, "height"), "header");
  const std::size_t cross = geometry.find('x');
  const auto inGeometry =
      cross == std::string_view::npos
          ? std::nullopt
          : sensorOf(geometry.substr(0, cross), geometry.substr(cross + 1), "header");
  if (inFormat && inGeometry &&
      (inFormat->width != inGeometry->width || inFormat->height != inGeometry->height))
    return Error{"the header contradicts itself: format says " +
                     sizeText(inFormat->width, inFormat->height) + ", geometry " +
                     sizeText(inGeometry->width, inGeometry->height) +
                     "; set width and height to the right size",
                 "header"};
  if (inFormat) return *inFormat;
  if (inGeometry) return *inGeometry;
  if (const KnownSystem* system = knownSystem(header))
    return Sensor{system->width, system->height,
                  "system_ID " + std::string(header.key("system_ID"))};
  const Sensor guess =
      encoding == "EVT3" ? Sensor{1280, 720, "guessed"} : Sensor{640, 480, "guessed"};
  notes.push_back({Note::Level::Warning,
                   "the file does not say how large the sensor is; " +
                       sizeText(guess.width, guess.height) + " is assumed, as is usual for " +
                       std::string(encoding) + ". Set width and height if not"});
  return guess;
}

std::optional<Sensor> headerSize(const RawHeader& header, int most) {
  const auto w = whole<int>(header.key("Width")), h = whole<int>(header.key("Height"));
  if (!w || !h || *w < 1 || *h < 1 || *w > most || *h > most) return std::nullopt;
  return Sensor{*w, *h, "header"};
}

std::int64_t rawStart(const RawHeader& header, Notes& notes) {
  constexpr std::int64_t kHundredYears = 3'155'760'000'000'000;
  for (const char* name : {"t0", "T0"}) {
    const auto text = header.key(name);
    if (text.empty()) continue;
    const auto start = whole<std::int64_t>(text);
    if (start && std::abs(*start) <= kHundredYears) return *start;
    notes.push_back({Note::Level::Warning, "the header's " + std::string(name) + " = " +
                                               std::string(text.substr(0, 40)) +
                                               " is no time in microseconds; 0 is taken"});
  }
  return 0;
}

Sensor nextSensor(const Sensor& least) {
  constexpr std::pair<int, int> kSold[] = {{128, 128}, {240, 180}, {304, 240},
                                           {346, 260}, {640, 480}, {1280, 720}};
  for (const auto& [width, height] : kSold)
    if (least.width <= width && least.height <= height) return {width, height, "guessed"};
  return {least.width, least.height, "guessed"};
}

}  // namespace spk::events
