// The docks' arrangement as an edit like any other: floated, docked, resized, back and forth.
#include "app/Docks.h"

#include <QDockWidget>

#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class DocksTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init();
  void cleanup() { desk_.reset(); }

  void aFloatedDockComesBack();
  void aDockedOneFloatsAgain();
  void aDraggedEdgeComesBack();
  void aHeadDraggedAwayAndBack();
  void aDeletedViewComesBackToItsPlace();
  void aFloatingViewComesBackToItsPlace();
  void aViewMadeMeanwhileStaysWhereItWas();
  void resetKeepsEveryView();

 private:
  Workbench& bench() const { return desk_->bench(); }
  QDockWidget* dock(const char* name) const {
    return desk_->window->docks()->find(QLatin1StringView(name));
  }
  QDockWidget* view(const char* name) const {
    return desk_->window->docks()->viewDock(desk_->id(name));
  }
  Qt::DockWidgetArea area(const char* name) const {
    return desk_->window->dockWidgetArea(view(name));
  }
  std::size_t done() const { return bench().history().done().size(); }
  /// Where the docks are: as seen, which one saved state alone does not say.
  QMap<QString, QRect> places() const;
  /// Once nothing moves any more.
  QMap<QString, QRect> settled() const;
  void remove(const char* name);
  void dragEdge(QDockWidget* of, int by);
  void dragHead(QDockWidget* dock, QPoint to);
  std::unique_ptr<WindowDesk> desk_;
};

void DocksTest::init() {
  desk_ = std::make_unique<WindowDesk>();
  const auto file = desk_->ownDemo("ei_balance");
  QVERIFY(desk_->window->open(file));
  QTRY_VERIFY(desk_->holds(file));
  QTRY_VERIFY(view("Raster") && !view("Raster")->visibleRegion().isEmpty());
  (void)settled();
}

QMap<QString, QRect> DocksTest::places() const {
  QMap<QString, QRect> all;
  for (const QDockWidget* dock : desk_->window->docks()->all())
    if (!dock->visibleRegion().isEmpty()) all[dock->objectName()] = dock->geometry();
  return all;
}

QMap<QString, QRect> DocksTest::settled() const {
  QMap<QString, QRect> before;
  (void)QTest::qWaitFor([&] {
    QTest::qWait(60);
    return std::exchange(before, places()) == places();
  });
  return places();
}

void DocksTest::remove(const char* name) {
  const Item item = desk_->item(name);
  std::vector<Operation> ops;
  for (const auto& [id, wire] : bench().project().items)
    if (wire.to.item == item.id) ops.push_back(Remove{wire});
  ops.push_back(Remove{item});
  QVERIFY(bench().commit({"Delete", std::move(ops)}));
}

/// As a hand does it: the line right of a dock is pressed, moved and let go.
void DocksTest::dragEdge(QDockWidget* of, int by) {
  QMainWindow* window = desk_->window.get();
  const QPoint from(of->geometry().right() + 1, of->geometry().center().y());
  const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButton button,
                        Qt::MouseButtons held) {
    QMouseEvent event(type, at, window->mapToGlobal(at), button, held, {});
    QApplication::sendEvent(window, &event);
  };
  send(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
  for (int i = 1; i <= 4; ++i) {
    send(QEvent::MouseMove, from + QPoint(by * i / 4, 0), Qt::NoButton, Qt::LeftButton);
    QApplication::processEvents();  // the edge follows by a timer of its own
  }
  send(QEvent::MouseButtonRelease, from + QPoint(by, 0), Qt::LeftButton, {});
}

/// As a hand does it: the head is pressed, moved to a point of the screen and let go.
void DocksTest::dragHead(QDockWidget* dock, QPoint to) {
  QWidget* head = dock->titleBarWidget();
  const QPoint grip(head->width() / 2, head->height() / 2);
  const QPoint from = head->mapToGlobal(grip);
  const auto send = [&](QWidget* receiver, QEvent::Type type, QPoint at, Qt::MouseButton button,
                        Qt::MouseButtons held) {
    QMouseEvent event(type, receiver->mapFromGlobal(at), at, button, held, {});
    QApplication::sendEvent(receiver, &event);
    QApplication::processEvents();
  };
  send(head, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
  constexpr int kMoves = 12;
  for (int i = 1; i <= kMoves; ++i)
    send(dock, QEvent::MouseMove, from + (to - from) * i / kMoves, Qt::NoButton, Qt::LeftButton);
  send(dock, QEvent::MouseButtonRelease, to, Qt::LeftButton, {});
}

void DocksTest::aHeadDraggedAwayAndBack() {
  const auto before = settled();
  const std::size_t steps = done();
  QDockWidget* raster = view("Raster");
  const QPoint home = raster->mapToGlobal(QPoint(raster->width() / 2, raster->height() / 2));
  QWidget* canvas = desk_->view();
  dragHead(raster, canvas->mapToGlobal(canvas->rect().center()));
  QTRY_VERIFY(raster->isFloating());
  QTRY_COMPARE(done(), steps + 1);
  const auto away = settled();
  dragHead(raster, home);
  QTRY_VERIFY(!raster->isFloating());
  QTRY_COMPARE(done(), steps + 2);
  const auto back = settled();
  QCOMPARE(area("Raster"), Qt::BottomDockWidgetArea);
  // One step each, and the neighbours have the sizes that they had.
  QVERIFY(bench().undo());
  QTRY_VERIFY(raster->isFloating());
  QCOMPARE(settled(), away);
  QVERIFY(bench().undo());
  QTRY_VERIFY(!raster->isFloating());
  QCOMPARE(settled(), before);
  QVERIFY(bench().redo());
  QVERIFY(bench().redo());
  QCOMPARE(settled(), back);
  QCOMPARE(done(), steps + 2);
}

void DocksTest::aFloatedDockComesBack() {
  const auto before = settled();
  const std::size_t steps = done();
  desk_->window->docks()->toggleFloating(view("Raster"));
  QTRY_VERIFY(view("Raster")->isFloating());
  QTRY_COMPARE(done(), steps + 1);
  const auto floated = settled();
  QVERIFY(floated != before);
  QVERIFY(bench().undo());
  QTRY_VERIFY(!view("Raster")->isFloating());
  QCOMPARE(settled(), before);
  QVERIFY(bench().redo());
  QTRY_VERIFY(view("Raster")->isFloating());
  QCOMPARE(settled(), floated);
  QVERIFY(bench().undo());
  QCOMPARE(settled(), before);
  QCOMPARE(done(), steps);  // going back and forth makes no steps of its own
  QVERIFY(bench().history().canRedo());
}

void DocksTest::aDockedOneFloatsAgain() {
  desk_->window->docks()->toggleFloating(dock("dock.inspector"));
  const std::size_t steps = done();
  QTRY_COMPARE(done(), steps + 1);
  const auto floated = settled();
  desk_->window->docks()->toggleFloating(dock("dock.inspector"));
  QTRY_COMPARE(done(), steps + 2);
  const auto docked = settled();
  QVERIFY(docked != floated);
  QVERIFY(bench().undo());
  QTRY_VERIFY(dock("dock.inspector")->isFloating());
  QCOMPARE(settled(), floated);
  QVERIFY(bench().redo());
  QTRY_VERIFY(!dock("dock.inspector")->isFloating());
  QCOMPARE(settled(), docked);
  QCOMPARE(done(), steps + 2);
}

void DocksTest::aDraggedEdgeComesBack() {
  const auto before = settled();
  QDockWidget* nodes = dock("dock.nodes");
  const int width = nodes->width();
  const std::size_t steps = done();
  dragEdge(nodes, 80);
  QTRY_COMPARE(done(), steps + 1);
  QCOMPARE(nodes->width(), width + 80);
  const auto wider = settled();
  dragEdge(nodes, 40);
  QTRY_COMPARE(done(), steps + 2);
  const auto widest = settled();
  QVERIFY(bench().undo());
  QCOMPARE(settled(), wider);
  QVERIFY(bench().undo());
  QCOMPARE(settled(), before);
  QVERIFY(bench().redo());
  QCOMPARE(settled(), wider);
  QVERIFY(bench().redo());
  QCOMPARE(settled(), widest);
  QCOMPARE(done(), steps + 2);
}

void DocksTest::aDeletedViewComesBackToItsPlace() {
  desk_->window->addDockWidget(Qt::RightDockWidgetArea, view("Raster"));
  const std::size_t steps = done();
  QTRY_COMPARE(done(), steps + 1);
  const auto before = settled();
  QCOMPARE(area("Raster"), Qt::RightDockWidgetArea);
  remove("Raster");
  const auto without = settled();
  QVERIFY(bench().undo());
  QVERIFY(view("Raster"));
  QCOMPARE(area("Raster"), Qt::RightDockWidgetArea);
  QCOMPARE(settled(), before);
  QVERIFY(bench().redo());
  QVERIFY(desk_->id("Raster") == Id::none);
  QCOMPARE(settled(), without);
  QVERIFY(bench().undo());
  QCOMPARE(settled(), before);
  QCOMPARE(done(), steps + 1);
}

void DocksTest::aFloatingViewComesBackToItsPlace() {
  desk_->window->docks()->toggleFloating(view("Rates"));
  const std::size_t steps = done();
  QTRY_COMPARE(done(), steps + 1);
  const auto before = settled();
  remove("Rates");
  (void)settled();
  QVERIFY(bench().undo());
  QTRY_VERIFY(view("Rates") && view("Rates")->isFloating());
  QCOMPARE(settled(), before);
}

void DocksTest::aViewMadeMeanwhileStaysWhereItWas() {
  const std::size_t steps = done();
  dragEdge(dock("dock.nodes"), 60);
  QTRY_COMPARE(done(), steps + 1);
  const Id made = bench().context().newId();
  QVERIFY(bench().commit(
      {"Add", {Insert{Item{made, "view.raster", {}, {}, {}, {{"name", std::string("Second")}}}}}}));
  QVERIFY(view("Second"));
  const auto before = settled();
  QVERIFY(before.contains(view("Second")->objectName()));
  dragEdge(dock("dock.nodes"), 60);
  QTRY_COMPARE(done(), steps + 3);
  const auto after = settled();
  QVERIFY(bench().undo());
  QCOMPARE(settled(), before);
  QVERIFY(bench().redo());
  QCOMPARE(settled(), after);
}

void DocksTest::resetKeepsEveryView() {
  desk_->window->docks()->toggleFloating(view("Raster"));
  const std::size_t steps = done();
  QTRY_COMPARE(done(), steps + 1);
  QVERIFY(bench().commit({"Add",
                          {Insert{Item{bench().context().newId(),
                                       "view.raster",
                                       {},
                                       {},
                                       {},
                                       {{"name", std::string("Second")}}}}}}));
  const auto before = settled();
  desk_->window->resetLayout();
  QTRY_COMPARE(done(), steps + 3);
  (void)settled();
  for (const char* name : {"Raster", "Rates", "Membrane", "Second"}) {
    QVERIFY2(!view(name)->isFloating() && !view(name)->isHidden(), name);
    QCOMPARE(area(name), Qt::BottomDockWidgetArea);
  }
  QVERIFY(bench().undo());
  QCOMPARE(settled(), before);
}

}  // namespace spk::test

using spk::test::DocksTest;
SPK_GUI_MAIN(DocksTest)
#include "Docks_test.moc"
