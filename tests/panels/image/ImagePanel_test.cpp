#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::test;

class ImagePanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void saysThatARecordingIsOver() {
    GuiBench bench;
    const Id camera = bench.node("source.test", "camera");
    const Id view = bench.node("view.image", "Image");
    const Id wire = bench.wire("wire.signal", {camera, "out"}, {view, "in"});
    std::unique_ptr<Panel> panel;
    for (const PanelType& type : panelTypes())
      if (type.id == "view.image") panel = type.make(bench.context, view);
    bench.panels.push_back(panel.get());
    panel->widget()->resize(600, 300);
    const auto words = [&](Time now) {
      bench.tape(wire).advance(now);
      panel->tick(now);
      return qobject_cast<PlotWidget*>(panel->widget())->figure().words;
    };
    QCOMPARE(words(kMillisecond), QStringLiteral("No events yet."));
    bench.append(wire,
                 std::vector<Event>{{2 * kMillisecond, 3, 4, 1}, {8 * kMillisecond, 5, 6, 0}});
    QVERIFY(words(10 * kMillisecond).isEmpty());
    QVERIFY(words(300 * kMillisecond).isEmpty());
    QVERIFY(words(kSecond).contains(shown(8, "ms")));
  }
};

SPK_GUI_MAIN(ImagePanelTest)
#include "ImagePanel_test.moc"
