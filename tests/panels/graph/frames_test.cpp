#include <QElapsedTimer>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "tests/kit/GraphDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

/// 200 nodes and 400 wires: they open, pan, zoom and are edited; the speeds are printed,
/// not judged: a busy machine must not fail a good build.
class GraphFramesTest : public QObject {
  Q_OBJECT

  static void fill(GraphDesk& d) {
    std::vector<Id> ids;
    for (int k = 0; k < 200; ++k)
      ids.push_back(d.put(k % 5 == 4 ? "view.raster" : "neuron.lif_exp", "N" + std::to_string(k),
                          (k % 20) * 260, (k / 20) * 200));
    int made = 0;
    for (int k = 0; made < 400; ++k) {
      const Id from = ids[(k * 7) % 200], to = ids[(k * 11 + k / 200 * 3 + 1) % 200];
      if (d.item(from).type == "view.raster") continue;
      if (!d.wiresBetween(from, to).empty()) continue;
      d.wire({from, "out"}, {to, "in"}, {{"weight", k % 3 ? 1.0 : -4.0}});
      ++made;
    }
  }

  /// Prints how long a frame takes while the view is panned by the middle button.
  static void pan(GraphDesk& d, double zoom, const char* name) {
    d.canvas->setZoom(zoom, d.view()->rect().center());
    d.canvas->centerOn(1500, 800);
    QCoreApplication::processEvents();
    std::vector<double> times;
    const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButton which,
                          Qt::MouseButtons held) {
      QMouseEvent event(type, at, d.view()->mapToGlobal(at), which, held, {});
      QApplication::sendEvent(d.view(), &event);
    };
    send(QEvent::MouseButtonPress, {600, 400}, Qt::MiddleButton, Qt::MiddleButton);
    for (int k = 0; k < 60; ++k) {
      QElapsedTimer clock;
      clock.start();
      QVERIFY(k == 0 || !d.canvas->renderHints().testFlag(QPainter::Antialiasing));
      send(QEvent::MouseMove, {600 - k * 5, 400 - (k % 20) * 4}, Qt::NoButton, Qt::MiddleButton);
      d.view()->repaint();
      times.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    }
    send(QEvent::MouseButtonRelease, {305, 400}, Qt::MiddleButton, {});
    std::ranges::sort(times);
    const double median = times[times.size() / 2], slow = times[times.size() * 95 / 100];
    std::printf("pan at %.2f (%s): median %.1f ms = %.0f frames/s, 95 %% %.1f ms\n", zoom, name,
                median, 1000 / median, slow);
  }

 private Q_SLOTS:
  void pansAndEdits() {
    GraphDesk d(true);
    d.panels.clear();  // filled as a file is opened: at once
    fill(d);
    QElapsedTimer clock;
    clock.start();
    auto panel = makeGraphPanel(d.context);
    std::printf("open 200 nodes, 400 wires: %.1f ms\n",
                static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    d.panel = std::move(panel);
    d.panels.push_back(d.panel.get());
    d.canvas = static_cast<panels::graph::Canvas*>(d.panel->widget());
    d.canvas->resize(1200, 800);
    d.canvas->show();
    QVERIFY(QTest::qWaitForWindowExposed(d.canvas));
    QCOMPARE(d.canvas->graph().nodes().size(), std::size_t{200});
    QCOMPARE(d.canvas->graph().wires().size(), std::size_t{400});

    pan(d, 1, "all detail");
    pan(d, 0.5, "detail");
    pan(d, 0.2, "title and colour");
    QVERIFY(d.canvas->renderHints().testFlag(QPainter::Antialiasing));  // back again after a pan

    d.canvas->setZoom(0.5, {600, 400});
    for (const auto& [id, node] : d.canvas->graph().nodes()) d.tapes[id] = std::make_unique<Tape>();
    std::vector<double> ticks;
    for (int k = 1; k <= 45; ++k) {  // what each 30th of a second costs while all of them fire
      for (const auto& [id, tape] : d.tapes) {
        const Count count{k * 33 * kMillisecond, id, static_cast<std::uint64_t>(k * 7 % 11)};
        tape->append(std::span<const Count>(&count, 1));
      }
      clock.restart();
      d.tick();
      QCoreApplication::processEvents();
      ticks.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    }
    const double sum = std::accumulate(ticks.begin(), ticks.end(), 0.0);
    std::printf("thumbnails of 200 nodes: %.1f ms a tick, %.1f ms at most\n",
                sum / static_cast<double>(ticks.size()), *std::ranges::max_element(ticks));

    const Id some = d.named("N7");
    clock.restart();
    QVERIFY(d.context.commit(
        Edit{"Set", {setting(d.document.project(), some, "tau_m", Value{15.0})}}, {}));
    std::printf("a parameter: %.1f ms\n", static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    d.canvas->select({some});
    clock.restart();
    QVERIFY(d.panel->act("edit.delete"));
    std::printf("delete a node with its wires: %.1f ms\n",
                static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    clock.restart();
    QVERIFY(d.history.undo());
    std::printf("undo it: %.1f ms\n", static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    d.canvas->setZoom(0.5, {600, 400});
    clock.restart();
    drag(d.view(), d.body(some), d.body(some) + QPoint(60, 40));
    std::printf("drag a node, 6 moves and the drop: %.1f ms\n",
                static_cast<double>(clock.nsecsElapsed()) * 1e-6);
  }
};

}  // namespace spk::test

using spk::test::GraphFramesTest;
SPK_GUI_MAIN(GraphFramesTest)
#include "frames_test.moc"
