// The template of direction-selective neurons on the engine: what a bar does, its votes say.
#include <QtTest>

#include "engine/analysis/flow.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/builtins.h"
#include "engine/run/CpuTarget.h"
#include "engine/run/RunSource.h"

namespace spk {
void addPlugins(Registry& registry);
void addViews(Registry& registry);
}  // namespace spk
using namespace spk;

class FlowNetworkTest : public QObject {
  Q_OBJECT

  /// What the votes say of a bar in the template.
  static FlowErrors errorsOf(double direction, double speed) {
    Registry registry;
    addBuiltIns(registry);
    addPlugins(registry);
    addViews(registry);
    Targets targets;
    targets.add(cpuTarget());
    auto loaded = load(SPK_SOURCE_DIR "/resources/templates/direction_selective.spk", registry);
    if (!loaded) qFatal("%s", loaded.error().text().c_str());
    Project project = std::move(loaded.value().project);
    Id votes = Id::none;
    for (auto& [id, item] : project.items) {
      if (item.type == "flow.direction_votes") votes = id;
      if (item.type != "source.synthetic_camera") continue;
      item.values["direction"] = direction;
      item.values["speed"] = speed;
    }
    auto run = RunSource::open(project, registry, targets, {votes, ""}, 900 * kMillisecond);
    if (!run) qFatal("%s", run.error().text().c_str());
    FlowScore score;
    Packet packet = FlowPacket();
    for (auto more = EventSource::More::Full; more != EventSource::More::End;) {
      std::get<FlowPacket>(packet).clear();
      const auto read = run.value()->read(0, packet, 900 * kMillisecond);
      if (!read) qFatal("%s", read.error().text().c_str());
      more = read.value();
      const double angle = direction * M_PI / 180;
      for (const Flow& flow : std::get<FlowPacket>(packet))
        score.add({flow.vx, flow.vy}, {speed * std::cos(angle), speed * std::sin(angle)});
      if (more == EventSource::More::Yes) break;
    }
    return score.errors();
  }

 private Q_SLOTS:
  void barsAreSeenInTheirDirection_data() {
    QTest::addColumn<double>("direction");
    for (const int k : {0, 45, 90, 180, 225, 270})
      QTest::newRow(QByteArray::number(k)) << static_cast<double>(k);
  }
  void barsAreSeenInTheirDirection() {
    QFETCH(double, direction);
    const FlowErrors errors = errorsOf(direction, 100);
    const QString words = QString("%1 flows, %2 off, %3°")
                              .arg(errors.flows)
                              .arg(errors.medianRelative)
                              .arg(errors.medianAngle);
    QVERIFY2(errors.flows > 200, qPrintable(words));
    QVERIFY2(errors.medianAngle < 10 && errors.medianRelative < 0.2, qPrintable(words));
  }
  void otherSpeedsAreNotTheirs() { QVERIFY(errorsOf(0, 100).flows > 10 * errorsOf(0, 250).flows); }
};

QTEST_APPLESS_MAIN(FlowNetworkTest)
#include "network_test.moc"
