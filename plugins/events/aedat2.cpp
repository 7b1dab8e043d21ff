// AEDAT 1.0 and 2.0 of jAER: text lines that begin with '#', then big-endian records of an address
// and a time. What an address means depends on the chip. Layout: jAER's AEFileInputStream,
// DavisChip and DVS128.
#include <algorithm>
#include <array>

#include "engine/graph/Registry.h"
#include "plugins/events/AedatHeader.h"
#include "plugins/events/BlockSource.h"
#include "plugins/events/FileWindow.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/loads.h"

namespace spk::events::aedat2 {
namespace {

constexpr std::size_t kBlockRecords = 8192;
constexpr int kImuWords = 7;

enum class Layout { Dvs128, Davis };
struct Chip {
  const char* option;  ///< what the option `chip` calls it
  const char* name;    ///< how the header's name of the chip begins, in small letters
  Layout layout;
  int width, height;
};
constexpr Chip kChips[] = {
    {"dvs128", "dvs128", Layout::Dvs128, 128, 128},
    {"dvs128", "tmpdiff128", Layout::Dvs128, 128, 128},
    {"davis240", "davis240", Layout::Davis, 240, 180},
    {"davis240", "sbret10", Layout::Davis, 240, 180},
    {"davis346", "davis346", Layout::Davis, 346, 260},
    {"davis640", "davis640", Layout::Davis, 640, 480},
    {"davis128", "davis128", Layout::Davis, 128, 128},
    {"davis208", "davis208", Layout::Davis, 208, 192},
};

struct Record {
  std::uint32_t address = 0;
  std::int32_t stamp = 0;
};

/// An unwrapped clock: its 32 bits turn over after 71 minutes.
struct Clock {
  std::int64_t base = 0;
  std::int32_t last = 0;
  bool begun = false;

  std::int64_t next(std::int32_t stamp) {
    constexpr std::int64_t kHalf = std::int64_t{1} << 31;
    const std::int64_t step = std::int64_t{stamp} - last;
    if (begun && step < -kHalf) base += 2 * kHalf;
    if (begun && step > kHalf) base -= 2 * kHalf;
    last = stamp;
    begun = true;
    return base + stamp;
  }
};

/// Where the words of inertial samples stand that a block ended in.
struct ImuWords {
  std::array<std::int16_t, kImuWords> word = {};
  int count = 0;
};

/// A picture that is being read out: each pixel first after its reset, then with its signal.
class Picture {
 public:
  Picture(int width, int height)
      : width_(width), height_(height), reset_(size()), signal_(size(), kNone) {}

  std::size_t size() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  }
  bool begun() const { return begun_; }
  bool complete() const { return signals_ == size(); }
  /// Whether this read belongs to the next picture already.
  bool isNext(std::size_t pixel, bool signal) const {
    return begun_ && !signal && signal_[pixel] != kNone;
  }
  void take(std::size_t pixel, bool signal, std::uint16_t value, std::int64_t t) {
    if (!begun_) t_ = t;
    begun_ = true;
    if (!signal) {
      reset_[pixel] = value;
      return;
    }
    signals_ += signal_[pixel] == kNone;
    signal_[pixel] = value;
  }
  /// Ten bits of difference between reset and signal, as eight.
  Frame frame() const {
    Frame made;
    made.t = t_;
    made.width = static_cast<std::uint16_t>(width_);
    made.height = static_cast<std::uint16_t>(height_);
    made.grey.resize(size());
    for (std::size_t i = 0; i < size(); ++i)
      made.grey[i] = static_cast<std::uint8_t>(std::clamp(reset_[i] - signal_[i], 0, 1023) >> 2);
    return made;
  }

 private:
  static constexpr std::uint16_t kNone = 0xFFFF;
  int width_, height_;
  std::vector<std::uint16_t> reset_, signal_;
  std::size_t signals_ = 0;
  std::int64_t t_ = 0;
  bool begun_ = false;
};

struct Decoder {
  struct Place {
    std::uint64_t at = 0;
    Clock clock = {};
    ImuWords imu = {};
  };
  static constexpr Time kTick = kMicrosecond;

  FileWindow file;
  std::uint64_t first = 0;  ///< byte of the first record
  std::size_t recordSize = 8;
  Layout layout = Layout::Davis;
  int width = 0, height = 0;  ///< of the chip, before the transposition
  bool transpose = false;
  std::vector<Stream::Kind> kinds;

  std::uint64_t bytes() const { return file.size(); }
  Place begin(std::size_t) const { return {first}; }

  Result<bool> next(std::size_t stream, Place& place, Packet& out, Findings& met) {
    if (kinds[stream] == Stream::Kind::Frames)
      return nextFrame(place, std::get<FramePacket>(out), met);
    TRY(const auto bytes, file.at(place.at, kBlockRecords * recordSize));
    const std::size_t count = bytes.size() / recordSize;
    if (count == 0) {
      if (stream == 0)
        met.add("truncated_bytes", static_cast<std::int64_t>(bytes.size()),
                "bytes at the end are no whole record and were left out");
      if (kinds[stream] == Stream::Kind::Imu)
        met.add("imu_words_left", place.imu.count,
                "words at the end are no whole inertial sample and were left out");
      return false;
    }
    switch (kinds[stream]) {
      case Stream::Kind::Events: events(bytes, count, place, std::get<EventPacket>(out)); break;
      case Stream::Kind::Triggers:
        triggers(bytes, count, place, std::get<TriggerPacket>(out));
        break;
      default: imu(bytes, count, place, std::get<ImuPacket>(out), met);
    }
    place.at += count * recordSize;
    return true;
  }

 private:
  Record record(std::span<const std::byte> bytes, std::size_t i) const {
    const std::size_t at = i * recordSize;
    if (recordSize == 6)
      return {bigHalf(bytes, at), static_cast<std::int32_t>(bigWord(bytes, at + 2))};
    return {bigWord(bytes, at), static_cast<std::int32_t>(bigWord(bytes, at + 4))};
  }
  bool isEvent(std::uint32_t address) const {
    return layout == Layout::Dvs128 ? (address & 0x80008000u) == 0 : (address & 0x80000400u) == 0;
  }
  bool isTrigger(std::uint32_t address) const {
    return layout == Layout::Dvs128 ? (address & 0x80008000u) != 0
                                    : (address & 0x80000400u) == 0x400u;
  }
  static bool isImu(std::uint32_t address) { return (address & 0x80000C00u) == 0x80000C00u; }
  static bool isSample(std::uint32_t address) {
    return (address & 0x80000000u) != 0 && (address & 0x800u) == 0;
  }

  /// Rows count from below in the file, and the columns from the right.
  void events(std::span<const std::byte> bytes, std::size_t count, Place& place, EventPacket& out) {
    for (std::size_t i = 0; i < count; ++i) {
      const Record r = record(bytes, i);
      const std::int64_t t = place.clock.next(r.stamp);
      if (!isEvent(r.address)) continue;
      const std::uint32_t a = r.address;
      std::uint32_t x, y;
      std::uint8_t on;
      if (layout == Layout::Dvs128) {
        x = 127 - (a >> 1 & 0x7F), y = 127 - (a >> 8 & 0x7F);
        on = static_cast<std::uint8_t>(~a & 1);
      } else {  // beyond the sensor: a large number, which is counted and skipped
        x = static_cast<std::uint32_t>(width - 1) - (a >> 12 & 0x3FF);
        y = static_cast<std::uint32_t>(height - 1) - (a >> 22 & 0x1FF);
        on = static_cast<std::uint8_t>(a >> 11 & 1);
      }
      if (transpose) std::swap(x, y);
      out.add({t, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), on});
    }
  }

  void triggers(std::span<const std::byte> bytes, std::size_t count, Place& place,
                TriggerPacket& out) {
    for (std::size_t i = 0; i < count; ++i) {
      const Record r = record(bytes, i);
      const std::int64_t t = place.clock.next(r.stamp);
      if (!isTrigger(r.address)) continue;
      const bool falls = layout == Layout::Davis && (r.address & 7) == 2;
      out.push_back({t, 0, static_cast<std::uint8_t>(falls ? 0 : 1)});
    }
  }

  void imu(std::span<const std::byte> bytes, std::size_t count, Place& place, ImuPacket& out,
           Findings& met) const {
    std::int64_t words = 0, stray = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Record r = record(bytes, i);
      const std::int64_t t = place.clock.next(r.stamp);
      if (!isImu(r.address)) continue;
      ++words;
      ImuWords& held = place.imu;
      const int type = static_cast<int>(r.address >> 28 & 7);
      if (type != held.count) {
        stray += held.count + (type != 0);
        held.count = 0;
        if (type != 0) continue;
      }
      held.word[static_cast<std::size_t>(held.count++)] =
          static_cast<std::int16_t>(r.address >> 12);
      if (held.count < kImuWords) continue;
      held.count = 0;
      const auto& w = held.word;
      constexpr float kG = 1.0f / 8192, kTurn = 1 / 65.5f;
      out.push_back({t,
                     {static_cast<float>(w[0]) * kG, static_cast<float>(w[1]) * kG,
                      static_cast<float>(w[2]) * kG},
                     {static_cast<float>(w[4]) * kTurn, static_cast<float>(w[5]) * kTurn,
                      static_cast<float>(w[6]) * kTurn},
                     static_cast<float>(w[3]) / 340 + 35});
    }
    met.add("imu_words", words);
    met.add("imu_words_stray", stray, "words of broken inertial samples were left out");
  }

  /// One picture a block. Pixels of pictures are not mirrored; their rows count from below.
  Result<bool> nextFrame(Place& place, FramePacket& out, Findings& met) {
    Picture picture(width, height);
    const std::uint64_t most = place.at + 32 * picture.size() * recordSize;
    bool any = false;
    while (true) {
      TRY(const auto bytes, file.at(place.at, kBlockRecords * recordSize));
      const std::size_t count = bytes.size() / recordSize;
      any |= count > 0;
      std::size_t i = 0;
      bool ends = count == 0;
      for (; i < count && !ends; ++i) {
        const Record r = record(bytes, i);
        const std::int64_t t = place.clock.next(r.stamp);
        if (!isSample(r.address)) continue;
        const int x = static_cast<int>(r.address >> 12 & 0x3FF);
        const int y = height - 1 - static_cast<int>(r.address >> 22 & 0x1FF);
        const bool signal = (r.address & 0x400) != 0;
        if (x >= width || y < 0) {
          met.add("aps_outside", 1, "pixels of pictures lie outside the sensor and were skipped");
          continue;
        }
        const auto pixel = static_cast<std::size_t>(y * width + x);
        if (picture.isNext(pixel, signal)) {
          ends = true;
          break;  // this read belongs to the next one
        }
        picture.take(pixel, signal, r.address & 0x3FF, t);
        ends = picture.complete();
      }
      place.at += i * recordSize;
      if (!ends && picture.begun() && place.at < most) continue;
      if (picture.complete())
        out.push_back(picture.frame());
      else if (picture.begun())
        met.add("frames_incomplete", 1, "pictures lack pixels and were left out");
      return any;
    }
  }
};

struct Opening {
  Decoder decoder;
  Sensor sensor;
  Notes notes;
};

std::string small(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return made;
}

const Chip* chipByName(std::string_view name) {
  const std::string wanted = small(name.substr(name.rfind('.') + 1));
  for (const Chip& chip : kChips)
    if (wanted.starts_with(chip.name)) return &chip;
  return nullptr;
}

/// Whether all addresses fit a DVS128, whose chips say their name least often.
Result<bool> areSmall(Decoder& decoder) {
  TRY(const auto bytes, decoder.file.at(decoder.first, kBlockRecords * decoder.recordSize));
  if (decoder.recordSize == 6) return true;
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8)
    if ((bigWord(bytes, i) & 0x7FFF0000u) != 0) return false;
  return true;
}

Result<void> chooseChip(Opening& made, std::string_view named, const Values& options) {
  const std::string wanted = textOr(options, "chip", "auto");
  const Chip* chip = nullptr;
  std::string origin = "chip " + std::string(named.substr(named.rfind('.') + 1));
  if (wanted != "auto") {
    for (const Chip& known : kChips)
      if (!chip && wanted == known.option) chip = &known;
    if (!chip) return Error{"\"" + wanted + "\" is no chip that is known here", "chip"};
    origin = "option";
  } else if (!named.empty()) {
    chip = chipByName(named);
  }
  if (!chip) {
    TRY(const bool dvs, areSmall(made.decoder));
    chip = dvs ? &kChips[0] : &kChips[2];
    origin = "guessed";
    made.notes.push_back(
        {Note::Level::Warning,
         (named.empty() ? "the file does not name its chip"
                        : "the file's chip, " + std::string(named) + ", is not known here") +
             std::string("; ") + chip->option + " is assumed, " + std::to_string(chip->width) +
             "×" + std::to_string(chip->height) + " px. Set the option chip if not"});
  }
  made.decoder.layout = chip->layout;
  made.sensor = {chip->width, chip->height, origin};
  return {};
}

Result<Opening> begin(const std::filesystem::path& path, const Values& options) {
  TRY(FileWindow file, FileWindow::open(path));
  TRY(const AedatHeader header, readAedatHeader(file));
  Opening made{Decoder{file}, {}, {}};
  made.decoder.first = header.size;
  made.decoder.recordSize = header.version == 2 ? 8 : 6;
  if (header.version > 2)
    return Error{"is AEDAT " + std::to_string(header.version) + ", not 1 or 2", path.string()};
  TRY_DO(chooseChip(made, header.value("AEChip"), options));
  TRY(made.sensor, sensorFrom(options, made.sensor));
  if (made.decoder.layout == Layout::Dvs128 && made.sensor.origin == "option" &&
      (made.sensor.width < 128 || made.sensor.height < 128))
    made.notes.push_back({Note::Level::Warning, "a DVS128 has 128×128 px; the size set is less"});
  if (made.decoder.layout == Layout::Davis &&
      (made.sensor.width > 1024 || made.sensor.height > 512))
    return Error{"width and height are " + std::to_string(made.sensor.width) + " and " +
                     std::to_string(made.sensor.height) +
                     "; addresses of a DAVIS hold at most 1024 and 512",
                 "width"};
  made.decoder.width = made.sensor.width;
  made.decoder.height = made.sensor.height;
  made.decoder.transpose = switchOr(options, "transpose", false);
  if (made.decoder.transpose) std::swap(made.sensor.width, made.sensor.height);
  made.notes.push_back({Note::Level::Info, "AEDAT " + std::to_string(header.version) +
                                               ".0, header of " + std::to_string(header.size) +
                                               " bytes in " + std::to_string(header.lines) +
                                               " lines; big-endian records of " +
                                               std::to_string(made.decoder.recordSize) + " bytes"});
  return made;
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(Opening made, begin(path, options));
  std::vector<Stream> streams = {{Stream::Kind::Events, "events", made.sensor},
                                 {Stream::Kind::Triggers, "triggers", made.sensor}};
  if (made.decoder.layout == Layout::Davis) {
    streams.push_back({Stream::Kind::Imu, "imu", made.sensor});
    streams.push_back({Stream::Kind::Frames,
                       "frames",
                       {made.decoder.width, made.decoder.height, made.sensor.origin}});
  }
  for (const Stream& stream : streams) made.decoder.kinds.push_back(stream.kind);
  return BlockSource<Decoder>::open(std::move(made.decoder), std::move(streams),
                                    std::move(made.notes));
}

/// Files from before headers: addresses of 15 bits, and times that hardly ever fall.
bool looksBare(std::span<const std::byte> head) {
  const std::size_t count = std::min<std::size_t>(head.size() / 6, 4096);
  if (count < 64) return false;
  std::size_t falls = 0, rises = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (bigHalf(head, 6 * i) & 0x8000) return false;
    if (i == 0) continue;
    const auto before = static_cast<std::int32_t>(bigWord(head, 6 * i - 4));
    const std::int64_t step =
        std::int64_t{static_cast<std::int32_t>(bigWord(head, 6 * i + 2))} - before;
    falls += step < 0;
    rises += step > 0 && step < 10'000'000;
  }
  return falls * 50 < count && rises * 8 > count;
}

int sniff(const FileProbe& probe) {
  if (probe.isFolder) return 0;
  const std::string_view head = textOf(probe.head);
  if (head.starts_with("#!AER-DAT1") || head.starts_with("#!AER-DAT2")) return 95;
  if (head.starts_with("#!AER-DAT")) return 0;
  return looksBare(probe.head) ? 40 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back(
      {.name = "chip",
       .kind = Kind::Choice,
       .initial = std::string("auto"),
       .doc = "Chip that made the events; auto: as the header says",
       .choices = {"auto", "dvs128", "davis240", "davis346", "davis640", "davis128", "davis208"},
       .live = false});
  options.push_back({.name = "transpose",
                     .kind = Kind::Switch,
                     .initial = false,
                     .doc = "Swaps columns and rows, as CIFAR10-DVS is usually shown",
                     .live = false});
  registry.add(FileFormat{.id = "aedat2",
                          .title = "AEDAT 1 and 2 (jAER)",
                          .endings = ".aedat .dat",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::aedat2
