#include "panels/graph/face.h"

#include <QTest>

#include "panels/kit/Theme.h"
#include "tests/kit/graph.h"

namespace spk::test {

using namespace panels::graph;
using kit::node;
using kit::wire;

class FaceTest : public QObject {
  Q_OBJECT

  static QString shown(double number) { return shownShort(number) + "/s"; }
  static Tape counts(std::uint64_t perBatch, Time end) {
    Tape tape;
    std::vector<Count> all;
    for (Time t = 5 * kMillisecond; t <= end; t += 5 * kMillisecond)
      all.push_back({t, Id{2}, perBatch});
    tape.append(std::span<const Count>(all));
    tape.advance(end);
    return tape;
  }

 private Q_SLOTS:
  void countsSpeakOfTheLastSecond() {
    const Tape in = counts(60, 3 * kSecond), out = counts(20, 3 * kSecond);
    const Tape* sources[] = {&in};
    QCOMPARE(countsWords(&out, sources), "in " + shown(12'000) + " → out " + shown(4000));
    const Tape* two[] = {&in, &in};
    QCOMPARE(countsWords(&out, two), "in " + shown(24'000) + " → out " + shown(4000));
    // Less than a second has passed: the rate is that of what there is.
    const Tape young = counts(20, 200 * kMillisecond);
    QCOMPARE(countsWords(&young, {}), "out " + shown(4000));
    const Tape* missing[] = {nullptr};
    QCOMPARE(countsWords(&young, missing), "out " + shown(4000));
    QVERIFY(countsWords(nullptr, sources).isEmpty());
  }

  void aFilterKnowsWhatFeedsIt() {
    Project project = emptyProject();
    for (const Item& item :
         {node(2, "source.camera"), node(3, "filter.noise"), node(4, "filter.noise"),
          wire(5, "wire.signal", {Id{2}, "out"}, {Id{3}, "in"}),
          wire(6, "wire.signal", {Id{3}, "out"}, {Id{4}, "in"}),
          wire(7, "wire.signal", {Id{2}, "out"}, {Id{4}, "in"}, {{"muted", true}})})
      project.items[item.id] = item;
    const Registry all = kit::registry();
    const auto face = [&](std::uint64_t id, std::vector<Id> wires) {
      return faceOf(project, all, *project.find(Id{id}), wires, {});
    };
    const NodeFace first = face(3, {Id{5}, Id{6}}), second = face(4, {Id{6}, Id{7}});
    QVERIFY(first.counts && first.sources == std::vector<Id>{Id{2}});
    QVERIFY(second.sources == std::vector<Id>{Id{3}});
    QVERIFY(first.countsBox.top() > first.thumbnailBox.bottom());
    QVERIFY(first.size.height() >= first.countsBox.bottom());
    const NodeFace camera = face(2, {Id{5}, Id{7}});
    QVERIFY(!camera.counts && camera.sources.empty());
  }
};

}  // namespace spk::test

using spk::test::FaceTest;
QTEST_GUILESS_MAIN(FaceTest)
#include "face_test.moc"
