// Events as text, one a row: time, column, row, polarity in any order, with or without names.
#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "engine/graph/Registry.h"
#include "plugins/events/ByteFile.h"
#include "plugins/events/CsvLayout.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RawWriter.h"
#include "plugins/events/Tally.h"
#include "plugins/events/writing.h"

namespace spk::events::csv {
namespace {

constexpr Time kNever = std::numeric_limits<Time>::min();

/// A table of events, read a quarter of a megabyte at a time; every 64 KiB it remembers how to
/// begin there.
class CsvSource final : public EventSource {
 public:
  static Result<std::unique_ptr<EventSource>> open(const std::filesystem::path& path,
                                                   const Values& options) {
    TRY(ByteFile file, ByteFile::open(path));
    std::string head(1 << 16, '\0');
    TRY(const std::size_t got, file.read(0, std::as_writable_bytes(std::span(head))));
    head.resize(got);
    auto source = std::unique_ptr<CsvSource>(new CsvSource(std::move(file)));
    TRY(source->layout_, csvLayout(head, options, source->opening_));
    TRY_DO(source->begin(options));
    return Result<std::unique_ptr<EventSource>>(std::move(source));
  }

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_; }
  bool live() const override { return false; }

  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream != 0) return Error{"has one stream, events", "stream " + std::to_string(stream)};
    if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
    auto& packet = std::get<EventPacket>(out);
    const Time stop = rawTime(until);
    for (std::size_t given = 0; given < kPacketMost;) {
      TRY(const Line line, peek());
      if (line.bytes == 0) return More::End;
      const auto row = rowOf(line);
      if (row && row->t >= stop) return More::Yes;
      if (row) {
        packet.add({row->t - t0_, static_cast<std::uint16_t>(row->x),
                    static_cast<std::uint16_t>(row->y), row->polarity});
        ++given;
      }
      pass(line, row);
    }
    return More::Full;
  }

  Result<void> seek(Time t) override {
    const Time raw = rawTime(t);
    const auto after = std::partition_point(index_.begin() + 1, index_.end(),
                                            [raw](const Place& p) { return p.latest < raw; });
    place_ = *(after - 1);
    while (true) {
      TRY(const Line line, peek());
      if (line.bytes == 0) return {};
      const auto row = rowOf(line);
      if (row && row->t >= raw) return {};
      pass(line, row);
    }
  }

  Notes notes() const override {
    Notes all = opening_;
    for (Note& note : tallyNotes(tally_, streams_[0].sensor)) all.push_back(std::move(note));
    if (badRows_)
      all.push_back(
          {Note::Level::Warning, std::to_string(badRows_) +
                                     " rows are no events and were skipped; the first is line " +
                                     std::to_string(firstBadLine_) + ": \"" + firstBad_ + "\""});
    if (cutLine_)
      all.push_back(
          {Note::Level::Warning, "the last line has no end: the file may have been cut there"});
    return all;
  }
  const std::map<std::string, std::int64_t>& counters() const override {
    counters_ = byName(tally_);
    counters_["bad_rows"] = badRows_;
    counters_["unterminated_lines"] = cutLine_;
    return counters_;
  }

 private:
  static constexpr Time kLast = std::numeric_limits<Time>::max();
  static constexpr std::size_t kBufferBytes = 1 << 18, kLineMost = 1 << 16;
  static constexpr std::uint64_t kIndexBytes = 1 << 16;
  struct Place {
    std::uint64_t at = 0, line = 1;
    Time latest = kNever, before = kNever;
    bool withinLine = false;  ///< after a piece of a line that is too long
  };
  struct Line {
    std::string_view text;
    std::size_t bytes = 0;  ///< with its end; 0 at the end of the file
    bool cut = false;       ///< by the end of the file
    bool tooLong = false;
  };

  /// t on the file's clock; so far away that it would overflow: for ever.
  Time rawTime(Time t) const { return t > kLast / 2 ? kLast : t < kNever / 2 ? kNever : t + t0_; }

  explicit CsvSource(ByteFile file) : file_(std::move(file)), buffer_(kBufferBytes) {}

  Result<void> begin(const Values& options) {
    index_.push_back({});
    streams_ = {{Stream::Kind::Events, "events", {65536, 65536, ""}}};
    const auto width = integerOr(options, "width", 0), height = integerOr(options, "height", 0);
    if ((width > 0) != (height > 0) || width > 65536 || height > 65536)
      return Error{"width and height are needed together, at most 65536", "width"};
    std::optional<Sensor> sensor = layout_.sensor;
    if (width > 0) sensor = Sensor{static_cast<int>(width), static_cast<int>(height), "option"};
    if (!sensor) {
      TRY(sensor, largest());
      if (sensor->width > 0)
        opening_.push_back(
            {Note::Level::Warning, "the file does not say how large the sensor is; " +
                                       std::to_string(sensor->width) + "×" +
                                       std::to_string(sensor->height) +
                                       " holds every event. Set width and height if it is larger"});
    }
    streams_[0].sensor = *sensor;
    place_ = index_[0];
    while (true) {
      TRY(const Line line, peek());
      if (line.bytes == 0) {
        opening_.push_back({Note::Level::Warning, "the file holds no events"});
        break;
      }
      if (const auto row = rowOf(line)) {
        t0_ = row->t;
        break;
      }
      pass(line, std::nullopt);
    }
    place_ = index_[0];
    return {};
  }

  /// The smallest sensor that holds every event; of a large file those of its first 64 MiB, and
  /// then the next larger one that is sold.
  Result<Sensor> largest() {
    constexpr std::uint64_t kLook = std::uint64_t{64} << 20;
    Sensor sensor{0, 0, "guessed"};
    while (true) {
      TRY(const Line line, peek());
      if (line.bytes == 0) return sensor;
      if (place_.at >= kLook) return nextSensor(sensor);
      const auto row = rowOf(line);
      if (row) {
        sensor.width = std::max(sensor.width, static_cast<int>(row->x) + 1);
        sensor.height = std::max(sensor.height, static_cast<int>(row->y) + 1);
      }
      pass(line, row);
    }
  }

  /// The line at the place, not yet passed.
  Result<Line> peek() {
    const auto find = [&]() -> std::string_view {
      if (place_.at < bufferAt_ || place_.at > bufferAt_ + filled_) return {};
      return std::string_view(buffer_.data(), filled_).substr(place_.at - bufferAt_);
    };
    std::string_view rest = find();
    std::size_t end = rest.substr(0, kLineMost).find('\n');
    if (end == std::string_view::npos && (rest.size() < kLineMost || bufferAt_ > place_.at)) {
      bufferAt_ = place_.at;
      TRY(filled_, file_.read(place_.at, std::as_writable_bytes(std::span(buffer_))));
      rest = find();
      end = rest.substr(0, kLineMost).find('\n');
    }
    if (end != std::string_view::npos) return Line{rest.substr(0, end), end + 1};
    if (rest.size() >= kLineMost) return Line{rest.substr(0, kLineMost), kLineMost, false, true};
    return Line{rest, rest.size(), true};
  }

  /// The event of a line if it is one on the sensor.
  std::optional<CsvRow> rowOf(const Line& line) const {
    if (line.tooLong || place_.withinLine) return std::nullopt;
    auto row = csvRow(layout_, line.text);
    if (!row) return std::nullopt;
    const Sensor& sensor = streams_[0].sensor;
    const bool inside =
        row->x >= 0 && row->y >= 0 && row->x < sensor.width && row->y < sensor.height;
    return inside ? row : std::nullopt;
  }

  /// Moves on to the next line and counts what this one was, once.
  void pass(const Line& line, const std::optional<CsvRow>& row) {
    const bool fresh = place_.at >= counted_;
    if (fresh) count(line, row);
    if (row) {
      place_.before = row->t;
      place_.latest = std::max(place_.latest, row->t);
    }
    place_.at += line.bytes;
    place_.line += !line.tooLong;
    place_.withinLine = line.tooLong;
    if (fresh) counted_ = place_.at;
    if (place_.at >= index_.back().at + kIndexBytes) index_.push_back(place_);
  }

  void count(const Line& line, const std::optional<CsvRow>& row) {
    if (line.cut) ++cutLine_;
    if (row) {
      if (row->t < place_.before)
        tally_.stepBack(place_.before / kMicrosecond, row->t / kMicrosecond);
      return;
    }
    if (place_.withinLine) return;  // counted with its first piece
    if (!line.tooLong) {
      if (const auto outside = csvRow(layout_, line.text)) {
        const auto clipped = [](std::int64_t v) {
          return static_cast<int>(std::clamp<std::int64_t>(v, -1, 1 << 30));
        };
        const bool first = tally_.firstOutside < 0;
        tally_.outside(clipped(outside->x), clipped(outside->y), place_.at);
        if (first) tally_.firstOutside = static_cast<std::int64_t>(place_.at);
        return;
      }
      if (isCsvAside(layout_, line.text)) return;
    }
    if (badRows_++ == 0) {
      firstBadLine_ = place_.line;
      firstBad_ = std::string(line.text.substr(0, 40));
    }
  }

  ByteFile file_;
  CsvLayout layout_;
  std::vector<Stream> streams_;
  std::vector<char> buffer_;
  std::uint64_t bufferAt_ = 0;
  std::size_t filled_ = 0;
  Place place_;
  std::uint64_t counted_ = 0;
  std::vector<Place> index_;
  Time t0_ = 0;
  Notes opening_;
  Tally tally_;
  std::int64_t badRows_ = 0, cutLine_ = 0;
  std::uint64_t firstBadLine_ = 0;
  std::string firstBad_;
  mutable std::map<std::string, std::int64_t> counters_;
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(auto source, CsvSource::open(path, options));
  return Result<Opened>(std::move(source));
}

/// `t` in whole microseconds, or in seconds with six decimals.
std::string timeIn(Time us, bool seconds) {
  if (!seconds) return std::to_string(us);
  const Time size = us < 0 ? -us : us;
  std::string fraction = std::to_string(size % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return (us < 0 ? "-" : "") + std::to_string(size / 1'000'000) + "." + fraction;
}

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values& options) {
  TRY(EventSource * source, eventSource(from));
  const std::string unit = textOr(options, "unit", "auto");
  if (unit != "auto" && unit != "us" && unit != "s")
    return Error{"times are written in us or s, not in " + unit, "unit"};
  const Sensor sensor = source->streams()[0].sensor;
  TRY(RawBytes out, RawBytes::create(path));
  out.putText("# sensor " + std::to_string(sensor.width) + "x" + std::to_string(sensor.height) +
              (unit == "s" ? "\nt_s,x,y,p\n" : "\nt_us,x,y,p\n"));
  std::int64_t floored = 0, triggers = 0;
  TRY_DO(readAll(*source,
                 {[&](const RawRun& run) -> Result<void> {
                    for (std::size_t i = 0; i < run.t.size(); ++i) {
                      const Time whole = wholeBelow(run.t[i], kMicrosecond);
                      floored += whole != run.t[i];
                      out.putText(timeIn(whole / kMicrosecond, unit == "s") + "," +
                                  std::to_string(run.x[i]) + "," + std::to_string(run.y[i]) +
                                  (run.polarity[i] ? ",1\n" : ",0\n"));
                    }
                    return {};
                  },
                  [&](const Trigger&) -> Result<void> { return ++triggers, Result<void>(); }}));
  TRY_DO(out.finish());
  Notes notes;
  if (floored)
    notes.push_back({Note::Level::Warning,
                     std::to_string(floored) + " times lost their fraction of a microsecond"});
  if (triggers)
    notes.push_back(
        {Note::Level::Warning,
         std::to_string(triggers) + " triggers were left out: the table holds events alone"});
  return notes;
}

int sniff(const FileProbe& probe) {
  if (probe.isFolder || probe.head.empty()) return 0;
  const std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  if (head.starts_with("#!") || head.substr(0, 4096).find('\0') != head.npos) return 0;
  Notes notes;
  const auto layout = csvLayout(head, {}, notes);
  if (!layout) return 0;
  const bool named = !layout.value().names.empty();
  return named || layout.value().sensor ? 90 : 50;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "separator",
                     .kind = Kind::Choice,
                     .initial = std::string("auto"),
                     .doc = "What lies between the fields",
                     .choices = {"auto", "comma", "semicolon", "tab", "blank"},
                     .live = false});
  options.push_back(
      {.name = "order",
       .kind = Kind::Text,
       .initial = std::string("auto"),
       .doc = "Names of the columns, as \"x,y,p,t\"; auto: by their names, else what fits",
       .live = false});
  options.push_back(
      {.name = "unit",
       .kind = Kind::Choice,
       .initial = std::string("auto"),
       .doc = "Unit of the times; auto: seconds if they have decimals, else microseconds",
       .choices = {"auto", "s", "ms", "us", "ns"},
       .live = false});
  registry.add(FileFormat{.id = "csv",
                          .title = "Events as text (CSV)",
                          .endings = ".csv .txt",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::csv
