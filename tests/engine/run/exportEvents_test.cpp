#include "engine/run/exportEvents.h"

#include <QTemporaryDir>
#include <QTest>

#include "engine/run/CpuTarget.h"
#include "engine/run/RunSource.h"
#include "engine/run/openFile.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;

namespace {

const std::filesystem::path kRecording =
    std::filesystem::path(SPK_SOURCE_DIR) / "datasets/bar_and_disc/recording.raw";

Targets targets() {
  Targets made;
  made.add(cpuTarget());
  return made;
}

std::vector<Event> eventsOf(EventSource& source) {
  std::vector<Event> all;
  Packet packet = EventPacket();
  for (auto more = EventSource::More::Full; more != EventSource::More::End;) {
    std::get<EventPacket>(packet).clear();
    const auto read = source.read(0, packet, std::numeric_limits<Time>::max());
    if (!read) return {};
    more = read.value();
    const auto& events = std::get<EventPacket>(packet);
    for (std::size_t i = 0; i < events.size(); ++i) all.push_back(events[i]);
  }
  return all;
}

}  // namespace

class ExportEventsTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  Targets targets_ = targets();
  Builder builder_;
  Id camera_, layer_, wire_, other_;
  std::vector<Event> recorded_;  ///< in the file, from 0

  std::filesystem::path at(const char* name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }

 private Q_SLOTS:
  void initTestCase() {
    auto camera = itemForFile(kRecording, test::registry());
    QVERIFY(camera);
    camera_ = builder_.node(camera.value().type, camera.value().values);
    layer_ = builder_.node("neuron.lif_delta", {{"n", Json{"[1, 30, 40]"}}});
    wire_ = builder_.wire("encode.events", {camera_, "out"}, {layer_, "in"}, {{"weight", 6.0}});
    other_ = builder_.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
    auto opened = openFile(kRecording, {}, test::registry());
    QVERIFY(opened);
    recorded_ = eventsOf(*std::get<std::unique_ptr<EventSource>>(opened.value().content));
    QCOMPARE(recorded_.size(), 76'661);
  }

  void upstreamIsWhatIsNeeded() {
    const Project part = upstream(builder_.project, test::registry(), camera_);
    QVERIFY(part.find(camera_) && !part.find(layer_) && !part.find(wire_));
    const Project whole = upstream(builder_.project, test::registry(), layer_);
    QVERIFY(whole.find(camera_) && whole.find(layer_) && whole.find(wire_) && !whole.find(other_));
  }

  void eventsAreFoundByNodeAndWire() {
    const auto& registry = test::registry();
    QVERIFY(eventsOutput(builder_.project, registry, {camera_, ""}));
    QCOMPARE(eventsOutput(builder_.project, registry, {wire_, ""}).value().item, camera_);
    QVERIFY(!eventsOutput(builder_.project, registry, {other_, ""}));
    const Sensor sensor = sensorAt(builder_.project, registry, {camera_, "out"});
    QVERIFY(sensor.width > 0 && sensor.height > 0);
  }

  void aRunIsASource() {
    auto made =
        RunSource::open(builder_.project, test::registry(), targets_, {camera_, ""}, 10 * kSecond);
    QVERIFY2(made, made ? "" : made.error().text().c_str());
    EventSource& source = *made.value();
    QVERIFY(eventsOf(source) == recorded_);
    for (const Time t : {Time{0}, 100 * kMillisecond, 100'001'000 * Time{1}, 5 * kSecond}) {
      QVERIFY(source.seek(t));
      const auto rest = eventsOf(source);
      const auto from = std::ranges::lower_bound(recorded_, t, {}, &Event::t);
      QVERIFY(std::ranges::equal(rest, std::span(from, recorded_.end())));
    }
  }

  void aClipIsCutAndOpensAgain_data() {
    QTest::addColumn<QString>("format");
    for (const FileFormat& format : test::registry().fileFormats())
      if (format.write && format.holds == Stream::Kind::Events)
        QTest::newRow(format.id.c_str()) << QString::fromStdString(format.id);
  }
  void aClipIsCutAndOpensAgain() {
    QFETCH(QString, format);
    EventExport wish;
    wish.what.item = wire_;
    wish.path = at("clip");
    wish.format = format.toStdString();
    wish.cut = {100 * kMillisecond, 300 * kMillisecond, Region{40, 30, 80, 60}};
    double share = 0;
    wish.progress = [&](double now) {
      share = std::max(share, now);
      return true;
    };
    const auto report = exportEvents(builder_.project, test::registry(), targets_, wish);
    QVERIFY2(report, report ? "" : report.error().text().c_str());
    std::vector<Event> wanted;
    for (const Event& e : recorded_)
      if (e.t >= wish.cut.from && e.t < wish.cut.to && wish.cut.region->contains(e.x, e.y))
        wanted.push_back(e);
    QVERIFY(wanted.size() > 1000);
    QCOMPARE(static_cast<std::size_t>(report.value().events), wanted.size());
    QVERIFY(share > 0.5 && share <= 1);
    auto opened = test::registry().fileFormat(wish.format)->open(wish.path, {});
    QVERIFY(opened);
    EventSource& source = *std::get<std::unique_ptr<EventSource>>(opened.value());
    const auto back = eventsOf(source);
    QCOMPARE(back.size(), wanted.size());
    for (std::size_t i = 0; i < back.size(); ++i) {
      QVERIFY(back[i].x == wanted[i].x && back[i].y == wanted[i].y &&
              back[i].polarity == wanted[i].polarity);
      QCOMPARE(back[i].t + wanted[0].t, wanted[i].t);
    }
  }

  void itCanBeStopped() {
    EventExport wish;
    wish.what.item = camera_;
    wish.path = at("stopped.csv");
    wish.cut.to = 10 * kSecond;
    wish.progress = [](double share) { return share < 0.01; };
    const auto report = exportEvents(builder_.project, test::registry(), targets_, wish);
    QVERIFY(!report && report.error().what == "was stopped");
    QVERIFY(!std::filesystem::exists(wish.path));
  }

  void regionsAreRead() {
    const auto region = regionFrom("10,20,64x48");
    QVERIFY(region && region.value().x == 10 && region.value().y == 20);
    QVERIFY(region.value().contains(10, 20) && region.value().contains(73, 67));
    QVERIFY(!region.value().contains(74, 20) && !region.value().contains(10, 68));
    for (const char* bad : {"", "1,2,3", "1,2,3x0", "-1,2,3x4", "1,2,3x4 ", "1,2,99999999x4"})
      QVERIFY2(!regionFrom(bad), bad);
  }
};

QTEST_APPLESS_MAIN(ExportEventsTest)
#include "exportEvents_test.moc"
