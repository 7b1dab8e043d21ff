#include "panels/graph/GraphPanel.h"

#include <QDir>
#include <QTest>

#include "engine/data/Spike.h"
#include "panels/graph/Canvas.h"
#include "panels/kit/Theme.h"
#include "tests/kit/PanelHarness.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

/// The pictures of look.md: nodes in all their states.
class GraphPictures : public QObject {
  Q_OBJECT

  static void balanced(PanelHarness& h) {
    const Id frame =
        h.put("layout.frame", "Balanced network", 380, 40, {{"w", 260.0}, {"h", 470.0}});
    const auto in = [&](Id id) {
      (void)h.document.apply({"in", {Set{id, "parent", Ref{}, Ref{frame, ""}}}});
    };
    const Id drive = h.put("source.poisson", "Drive", 60, 60, {{"rate", 12.0}});
    const Id e = h.put("neuron.lif_exp", "E", 410, 80, {{"n", std::int64_t{800}}});
    const Id i = h.put("neuron.lif_exp", "I", 410, 330, {{"n", std::int64_t{200}}});
    in(e), in(i);
    const Id raster = h.put("view.raster", "Raster", 730, 60);
    const Id rate = h.put("view.raster", "Rate", 730, 220);
    const Id dc = h.put("source.dc", "Current", 60, 200);
    h.wire({drive, "out"}, {e, "in"});
    h.wire({drive, "out"}, {i, "in"});
    h.wire({e, "out"}, {e, "in"});
    h.wire({e, "out"}, {i, "in"});
    h.wire({i, "out"}, {e, "in"}, {{"weight", -4.0}});
    h.wire({i, "out"}, {i, "in"}, {{"weight", -4.0}});
    h.wire({e, "out"}, {raster, "in"});
    h.wire({i, "out"}, {raster, "in"});
    h.wire({e, "out"}, {rate, "in"});
    h.wire({dc, "out"}, {i, "I"});
    const Id shapes =
        h.put("source.event_stream", "shapes.raw", 60, 320, {{"file", std::string("shapes.raw")}});
    const Id noise = h.put("filter.background_activity", "Noise", 1000, 400);
    h.wire({shapes, "out"}, {noise, "in"});
    h.put("layout.note", "", 60, 560,
          {{"text", std::string("Start here: drag the weight of I → E.")}});
    h.put("neuron.lif_delta", "Muted", 730, 400, {{"muted", true}});
    h.put("neuron.lif_delta", "Bypassed", 730, 540, {{"bypassed", true}});
    h.put("neuron.of_the_future", "Later", 400, 540);
    h.looking.selection = {e};
    for (const Id id : {e, i, drive, shapes, noise}) {
      auto tape = std::make_unique<Tape>();
      std::vector<Count> counts;
      for (int k = 0; k < 400; ++k)
        counts.push_back(
            {k * 5 * kMillisecond, id,
             static_cast<std::uint64_t>((k * k * 7 + k * 13) % 23 * (id == shapes ? 6 : 1))});
      tape->append(std::span<const Count>(counts));
      h.tapes[id] = std::move(tape);
    }
  }

 private Q_SLOTS:
  void states_data() {
    QTest::addColumn<bool>("light");
    QTest::addColumn<double>("scale");
    QTest::newRow("dark") << false << 1.0;
    QTest::newRow("light") << true << 1.0;
    QTest::newRow("large_text") << false << 1.3;
  }
  void states() {
    QFETCH(bool, light);
    QFETCH(double, scale);
    setTheme(light ? ThemeKind::Light : ThemeKind::Dark, scale);
    PanelHarness h;
    balanced(h);
    auto panel = makeGraphPanel(h.context);
    h.panels.push_back(panel.get());
    panel->widget()->resize(1080, 700);
    panel->widget()->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel->widget()));
    h.recheck();
    h.tick();
    const QString folder = QStringLiteral(SPK_BUILD_DIR "/golden");
    QDir().mkpath(folder);
    const QImage picture = panel->widget()->grab().toImage();
    QVERIFY(picture.save(folder + "/graph_" + QTest::currentDataTag() + ".png"));
    // The head of E is drawn, in its theme.
    auto* canvas = static_cast<panels::graph::Canvas*>(panel->widget());
    const QRectF box = canvas->graph().box(h.named("E"));
    const QRect bar(canvas->mapFromScene(box.topLeft() + QPointF(10, 8)), QSize(5, 14));
    QVERIFY(pixelsLike(picture.copy(bar), theme().excitatory) > 20);
    // At twice the pixels, as on a screen with scale 200 %.
    QImage twice(canvas->size() * 2, QImage::Format_RGB32);
    twice.setDevicePixelRatio(2);
    canvas->QWidget::render(&twice);
    QVERIFY(twice.save(folder + "/graph_" + QTest::currentDataTag() + "_200.png"));
    canvas->setZoom(0.35, canvas->rect().center());
    QVERIFY(canvas->grab().save(folder + "/graph_" + QTest::currentDataTag() + "_far.png"));
  }
};

}  // namespace spk::test

using spk::test::GraphPictures;
SPK_GUI_MAIN(GraphPictures)
#include "pictures_test.moc"
