#pragma once
#include <QApplication>
#include <QLineEdit>
#include <QTest>
#include <map>
#include <memory>
#include <string>

#include "panels/graph/Canvas.h"
#include "panels/graph/GraphPanel.h"
#include "panels/kit/NodeSearch.h"
#include "tests/kit/PanelHarness.h"

namespace spk::test {

/// A canvas on the screen with a small network: Drive → E, E, I, a raster; and hands to use it.
struct GraphDesk : PanelHarness {
  explicit GraphDesk(bool empty = false) {
    if (!empty) {
      drive = put("source.poisson", "Drive", 0, 0);
      e = put("neuron.lif_delta", "E", 300, 0);
      i = put("neuron.lif_delta", "I", 300, 220);
      raster = put("view.raster", "Raster", 620, 0);
      driveToE = wire({drive, "out"}, {e, "in"});
    }
    panel = makeGraphPanel(context);
    panels.push_back(panel.get());
    canvas = static_cast<panels::graph::Canvas*>(panel->widget());
    canvas->resize(1100, 700);
    canvas->show();
    canvas->activateWindow();
    canvas->setFocus();
    (void)QTest::qWaitForWindowExposed(canvas);
    QApplication::setActiveWindow(canvas);
    canvas->setFocus();
    before = items();
  }

  QWidget* view() const { return canvas->viewport(); }
  QPoint pixel(QPointF scene) const { return canvas->mapFromScene(scene); }
  QPoint body(Id id) const {  // of a node: its head, away from ports
    return pixel(canvas->graph().box(id).topLeft() + QPointF(98, 15));
  }
  QPoint port(Id id, std::string_view name) const {
    return pixel(canvas->graph().node(id)->portAt(name));
  }
  QPoint middle(Id wire) const { return pixel(canvas->graph().wire(wire)->middle()); }
  void click(QPoint at, Qt::KeyboardModifiers keys = {}) {
    QTest::mouseClick(view(), Qt::LeftButton, keys, at);
  }
  void doubleClick(QPoint at) { QTest::mouseDClick(view(), Qt::LeftButton, {}, at); }
  void key(int key, Qt::KeyboardModifiers keys = {}) {
    QTest::keyClick(canvas, Qt::Key(key), keys);
  }
  /// Types into the open search and chooses.
  void choose(const QString& words) {
    QTest::keyClicks(canvas->search()->field(), words);
    QTest::keyClick(canvas->search()->field(), Qt::Key_Return);
  }
  /// Whether exactly one undo step brings back what was there before.
  bool undone() {
    const bool stepped = history.canUndo() && history.done().size() == 1;
    const bool took = static_cast<bool>(history.undo());
    const bool same = items() == before;
    const bool again = static_cast<bool>(history.redo()) && static_cast<bool>(history.undo());
    return stepped && took && same && again && items() == before;
  }

  Id drive{}, e{}, i{}, raster{}, driveToE{};
  std::unique_ptr<GraphPanel> panel;
  panels::graph::Canvas* canvas = nullptr;
  std::map<Id, Item> before;
};

}  // namespace spk::test
