#include <QTest>

#include "engine/graph/check.h"
#include "tests/kit/graph.h"

using namespace spk;
using kit::node;
using kit::wire;

class WiresTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyPairOfPorts_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("type");  // or, after "!", words of the error
    const auto row = [](const char* from, const char* to, const char* type) {
      QTest::addRow("%s to %s", from, to)
          << QString(from) << QString(to) << QString::fromUtf8(type);
    };
    row("2.out", "3.in", "synapse.static");
    row("2.out", "2.in", "synapse.static");
    row("5.out", "3.in", "!grid");
    row("5.out", "4.in", "encode.events");
    row("5.out", "6.in", "wire.signal");
    row("6.out", "4.in", "encode.events");
    row("2.V", "3.I", "wire.signal");
    row("2.V", "8.in", "wire.signal");
    row("5.out", "8.in", "wire.signal");  // a view that takes two signals
    row("2.out", "8.in", "!gives spikes");
    row("2.out", "7.in", "wire.signal");
    row("2.V", "7.in", "!takes spikes");
    row("2.out", "9.reward", "wire.signal");  // a wire's own port
    row("2.in", "3.in", "!no output \"in\"");
    row("2.out", "3.V", "!no input \"V\"");
    row("2.out", "77.in", "!no item #77");
    row("2.out", "10.in", "!unknown type");
  }
  void everyPairOfPorts() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, type);
    const Project project = kit::projectOf(
        {node(2, "neuron.test", "A"), node(3, "neuron.test", "B"),
         node(4, "neuron.test", "C", {{"n", Json{"[2, 4, 4]"}}}), node(5, "source.camera", "cam"),
         node(6, "filter.noise", "clean"), node(7, "view.raster", "raster"),
         node(8, "view.any", "any"), wire(9, "synapse.reward", {Id{2}, "out"}, {Id{3}, "in"}),
         node(10, "neuron.future", "F")});
    const auto end = [](const QString& text) {
      const auto parts = text.split('.');
      return Ref{Id{parts[0].toULongLong()}, parts[1].toStdString()};
    };
    const auto found = wireType(project, kit::registry(), end(from), end(to));
    const QString said = QString::fromStdString(found ? found.value() : "!" + found.error().text());
    if (type.startsWith('!'))
      QVERIFY2(said.startsWith('!') && said.contains(type.mid(1)), qPrintable(said));
    else
      QCOMPARE(said, type);
  }
};

QTEST_APPLESS_MAIN(WiresTest)
#include "wires_test.moc"
