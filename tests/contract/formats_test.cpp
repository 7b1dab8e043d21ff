#include <QtTest>

#include "engine/run/openFile.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/events.h"

using namespace spk;

/// What every file format of the registry must keep to, whoever wrote it.
class Formats : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  /// A second of events with pauses, ties, a step back, rows in a burst; times beyond every clock's
  /// first wrap.
  /// @param plain  without what some clocks cannot hold: steps back, a raw time, triggers
  static std::unique_ptr<kit::ListSource> source(bool plain = false) {
    RandomSequence random(randomKey(1, 3, Purpose::Sample), 0);
    std::vector<Event> events;
    TriggerPacket triggers;
    Time t = 0;
    while (events.size() < 3000) {
      t += random.below(700) * kMicrosecond;
      const auto y = static_cast<std::uint16_t>(random.below(48));
      const auto on = static_cast<std::uint8_t>(random.below(2));
      const auto burst = random.below(4) == 0 ? random.below(30) : 1;
      for (std::uint32_t k = 0; k < burst; ++k)
        events.push_back(
            {t, static_cast<std::uint16_t>(burst == 1 ? random.below(64) : 2 * k), y, on});
      if (events.size() % 50 == 7 && !plain)
        events.push_back({std::max<Time>(0, t - 3 * kMillisecond), 1, 1, 0});
      if (random.below(40) == 0 && !plain) triggers.push_back({t, 3, on});
    }
    events[0].t = 0;
    return std::make_unique<kit::ListSource>(Sensor{64, 48, "test"},
                                             plain ? 0 : 50'000 * kSecond + 17 * kMicrosecond,
                                             std::move(events), std::move(triggers));
  }
  /// What a format wrote of a source().
  struct Written {
    std::filesystem::path path;
    bool plain = false;  ///< the other one it cannot hold, and says so
  };
  /// Writes source() as `format`; nothing if that is no format of events.
  std::optional<Written> written(const FileFormat& format, const char* name = "written") {
    if (!format.write || format.holds != Stream::Kind::Events) return std::nullopt;
    Opened from = source();
    const std::string ending = format.endings.substr(0, format.endings.find(' '));
    const auto path = folder_.path(name + ending);
    const auto notes = format.write(path, from, {});
    const auto isLoss = [](const Note& note) { return note.level == Note::Level::Warning; };
    if (notes && std::ranges::none_of(notes.value(), isLoss)) return Written{path, false};
    Opened plain = source(true);
    const auto again = format.write(path, plain, {});
    if (!again) qWarning("%s: %s", format.id.c_str(), again.error().text().c_str());
    return again && std::ranges::none_of(again.value(), isLoss) ? std::optional(Written{path, true})
                                                                : std::nullopt;
  }
  static std::unique_ptr<EventSource> openAny(const FileFormat& format,
                                              const std::filesystem::path& path) {
    auto opened = format.open(path, {});
    if (!opened) return nullptr;
    auto* events = std::get_if<std::unique_ptr<EventSource>>(&opened.value());
    return events ? std::move(*events) : nullptr;
  }
  /// Reads everything; every event must lie on the sensor.
  static void drain(EventSource& source, const char* id) {
    const Sensor sensor = source.streams()[0].sensor;
    const auto events = kit::eventsLeft(source);
    if (!events) return;
    for (const Event& e : *events)
      QVERIFY2(e.x < sensor.width && e.y < sensor.height && e.polarity < 2, id);
    QVERIFY2(source.counters().size() < 100, id);
    for (const Note& note : source.notes()) QVERIFY2(!note.text.empty(), id);
  }

 private Q_SLOTS:
  void areDescribed() {
    QVERIFY(!kit::registry().fileFormats().empty());
    for (const FileFormat& format : kit::registry().fileFormats()) {
      const char* id = format.id.c_str();
      QVERIFY2(!format.title.empty() && format.sniff && format.open, id);
      QVERIFY2(format.endings.empty() || format.endings.starts_with("."), id);
      for (const Parameter& option : format.options) {
        QVERIFY2(!option.doc.empty(), (format.id + "." + option.name).c_str());
        const auto number = asNumber(option.initial);
        if (option.kind == Kind::Number || option.kind == Kind::Integer)
          QVERIFY2(number && *number >= option.min && *number <= option.max,
                   (format.id + "." + option.name).c_str());
        if (option.kind == Kind::Choice)
          QVERIFY2(std::ranges::count(option.choices, std::get<std::string>(option.initial)) == 1,
                   (format.id + "." + option.name).c_str());
      }
    }
  }

  void readWhatTheyWrite() {
    int tried = 0;
    for (const FileFormat& format : kit::registry().fileFormats()) {
      const auto made = written(format);
      QVERIFY2(made || !format.write || format.holds != Stream::Kind::Events, format.id.c_str());
      if (!made) continue;
      const auto* path = &made->path;
      ++tried;
      const auto sure = sniffFile(*path, kit::registry());
      QVERIFY2(sure && sure.value()->id == format.id, format.id.c_str());
      const auto opened = openAny(format, *path);
      QVERIFY2(opened, format.id.c_str());
      const auto wanted = source(made->plain);
      QVERIFY2(*kit::eventsLeft(*opened) == *kit::eventsLeft(*wanted), format.id.c_str());
      QCOMPARE(opened->t0(), wanted->t0());
      QCOMPARE(opened->streams()[0].sensor.width, 64);
      QCOMPARE(opened->streams()[0].sensor.height, 48);
      if (kit::hasStream(*opened, Stream::Kind::Triggers))
        QVERIFY2(*kit::triggersLeft(*opened) == *kit::triggersLeft(*wanted), format.id.c_str());
      // Equal content, equal bytes.
      const auto again = written(format, "again");
      QVERIFY2(
          folder_.read(path->filename().string()) == folder_.read(again->path.filename().string()),
          format.id.c_str());
    }
    QVERIFY(tried >= 3);
  }

  void readAndSeekMeetAtTheSamePlace() {
    for (const FileFormat& format : kit::registry().fileFormats()) {
      const auto made = written(format);
      if (!made) continue;
      const auto* path = &made->path;
      const auto all = *kit::eventsLeft(*openAny(format, *path));
      for (const Time t :
           {Time{0}, Time{1}, 100 * kMillisecond, 600 * kMillisecond, 100 * kSecond}) {
        const auto opened = openAny(format, *path);
        auto joined = *kit::eventsBefore(*opened, t);
        QVERIFY(opened->seek(t));
        const auto rest = *kit::eventsLeft(*opened);
        joined.insert(joined.end(), rest.begin(), rest.end());
        QVERIFY2(joined == all, format.id.c_str());
      }
    }
  }

  void cutFilesPlayWhatIsThere() {
    for (const FileFormat& format : kit::registry().fileFormats()) {
      const auto made = written(format);
      if (!made) continue;
      const auto* path = &made->path;
      const std::string bytes = folder_.read(path->filename().string());
      const auto all = *kit::eventsLeft(*openAny(format, *path));
      // Every byte of the first half kilobyte, the last hundred, and some between.
      for (std::size_t size = 0; size < bytes.size();
           size += size < 512 || size + 100 > bytes.size() ? 1 : 97) {
        const auto cut = folder_.write("cut" + path->extension().string(), bytes.substr(0, size));
        const auto opened = openAny(format, cut);
        if (!opened) continue;
        if (size < 512) {  // part of what says the size may be gone
          drain(*opened, format.id.c_str());
          continue;
        }
        const auto some = *kit::eventsLeft(*opened);
        QVERIFY2(some.size() <= all.size() &&
                     std::ranges::equal(some, std::span(all).first(some.size())),
                 qPrintable(QString("%1 cut at %2").arg(format.id.c_str()).arg(size)));
      }
    }
  }

  void randomBytesDoNoHarm() {
    RandomSequence random(randomKey(2, 3, Purpose::Sample), 0);
    for (int round = 0; round < 60; ++round) {
      std::string bytes(random.below(3000), '\0');
      for (char& c : bytes) c = static_cast<char>(random.word() & (round % 3 == 0 ? 0x7F : 0xFF));
      const auto path = folder_.write("random", bytes);
      for (const FileFormat& format : kit::registry().fileFormats()) {
        const auto opened = openAny(format, path);
        if (opened) drain(*opened, format.id.c_str());
      }
      QVERIFY2(!sniffFile(path, kit::registry()), "something claims random bytes");
    }
  }

  void nobodyClaimsWhatIsNoData() {
    const std::string files[] = {"",
                                 "\n",
                                 "hello\n",
                                 "{}",
                                 "{\"schema\": 1, \"items\": []}",
                                 "# Title\n\nSome words, with commas, in a row.\n",
                                 "#!/bin/sh\nexit 0\n",
                                 "\x89PNG\r\n\x1a\n----",
                                 "% a comment\n\\documentclass{article}\n",
                                 "name,age,town,flag\nAda,36,London,1\n",
                                 "int main() {\n  return 0;\n}\n"};
    for (const std::string& text : files) {
      const auto path = folder_.write("file.txt", text);
      const auto claimed = sniffFile(path, kit::registry());
      QVERIFY2(!claimed, claimed ? (claimed.value()->id + " claims: " + text).c_str() : "");
    }
  }

  void whatIsMissingIsAnError() {
    for (const FileFormat& format : kit::registry().fileFormats()) {
      QVERIFY2(!format.open(folder_.path("nothing"), {}), format.id.c_str());
      QVERIFY2(!format.open(folder_.path(""), {}), format.id.c_str());
      if (!format.write) continue;
      Opened from = source();
      QVERIFY2(!format.write(folder_.path("no/such/folder/x"), from, {}) ||
                   std::filesystem::exists(folder_.path("no/such/folder/x")),
               format.id.c_str());
      Opened nothing = Edit{};
      QVERIFY2(!format.write(folder_.path("y"), nothing, {}), format.id.c_str());
    }
  }
};

QTEST_APPLESS_MAIN(Formats)
#include "formats_test.moc"
