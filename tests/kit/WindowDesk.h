#pragma once
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "app/Docks.h"
#include "app/MainWindow.h"
#include "app/Settings.h"
#include "app/registry.h"
#include "engine/base/resources.h"
#include "panels/graph/Canvas.h"
#include "panels/kit/NodeSearch.h"

namespace spk::test {

/// The real window with its own folder for settings and journals, and hands that count: a step is
/// one click, drag, typed field or key chord.
struct WindowDesk {
  WindowDesk() {
    qputenv("XDG_STATE_HOME", folder.filePath(QStringLiteral("state")).toUtf8());
    settings = std::make_unique<Settings>(registry, path("settings.spk"));
    window = std::make_unique<MainWindow>(registry, targets, jobs, *settings);
    window->askBeforeLoss(false);
    window->resize(1600, 1000);
    window->show();
    (void)QTest::qWaitForWindowExposed(window.get());
    QApplication::setActiveWindow(window.get());
  }
  ~WindowDesk() { window->closeQuietly(); }

  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder.path().toStdString()) / name;
  }
  static std::filesystem::path demo(const std::string& id) {
    return resourceFolder() / "demos" / id / "project.spk";
  }
  /// A demo as a project of the user's own: what is saved and journalled lies beside it.
  std::filesystem::path ownDemo(const std::string& id) const {
    const auto to = path(id + ".spk");
    std::filesystem::copy_file(demo(id), to);
    return to;
  }

  // What is there --------------------------------------------------------------------------------
  Workbench& bench() const { return *window->bench(); }
  const Project& project() const { return bench().project(); }
  Id id(const std::string& name) const {
    const auto found = itemByPath(project(), name);
    return found ? found.value() : Id::none;
  }
  const Item& item(const std::string& name) const { return *project().find(id(name)); }
  Id wire(const std::string& from, const std::string& to) const {
    for (const auto& [wireId, wire] : project().items)
      if (wire.from.item == id(from) && wire.to.item == id(to)) return wireId;
    return Id::none;
  }
  bool holds(const std::filesystem::path& file) const {
    return window->bench() && bench().path() == file;
  }
  bool runs() const { return bench().status().state == RunStatus::State::Running; }
  Time now() const { return bench().status().now; }
  /// Spikes of a population in the last `span` of the run, per neuron and second.
  double rate(const std::string& name, Time span = kSecond / 5) const {
    const Tape* tape = bench().tapes().find(id(name));
    if (!tape) return 0;
    std::uint64_t sum = 0;
    tape->visit<Count>(tape->end() - span, tape->end() + 1, [&](std::span<const Count> counts) {
      for (const Count& count : counts) sum += count.n;
    });
    const double n = numberOr(item(name).values, "n", 1);
    return static_cast<double>(sum) / n / toSeconds(span);
  }
  std::uint64_t spikes(Id probe, Time from = 0) const {
    const Tape* tape = bench().tapes().find(probe);
    std::uint64_t sum = 0;
    if (tape)
      tape->visit<Spike>(from, tape->end() + 1,
                         [&](std::span<const Spike> spikes) { sum += spikes.size(); });
    return sum;
  }

  // Hands ----------------------------------------------------------------------------------------
  panels::graph::Canvas* canvas() const {
    return static_cast<panels::graph::Canvas*>(window->graph()->widget());
  }
  QWidget* view() const { return canvas()->viewport(); }
  QPoint pixel(QPointF scene) const { return canvas()->mapFromScene(scene); }
  QPoint body(Id node) const {
    return pixel(canvas()->graph().box(node).topLeft() + QPointF(98, 15));
  }
  QPoint port(Id node, std::string_view name) const {
    return pixel(canvas()->graph().node(node)->portAt(name));
  }
  /// A place where no node lies, away from the mini-map.
  QPoint space(int x, int y) const { return {x, y}; }
  QPoint middle(Id wireId) const { return pixel(canvas()->graph().wire(wireId)->middle()); }

  /// Without a window manager nobody makes the window active again after a popup has closed.
  void wake() const {
    if (QApplication::activeWindow() == window.get() && canvas()->hasFocus()) return;
    QApplication::setActiveWindow(window.get());
    canvas()->setFocus();
  }
  void chord(int key, Qt::KeyboardModifiers keys = {}) {
    ++steps;
    wake();
    QTest::keyClick(canvas(), Qt::Key(key), keys);
  }
  void click(QPoint at, Qt::KeyboardModifiers keys = {}) {
    ++steps;
    QTest::mouseClick(view(), Qt::LeftButton, keys, at);
  }
  void drag(QPoint from, QPoint to, Qt::KeyboardModifiers keys = {}) {
    ++steps;
    dragOn(view(), from, to, keys);
  }
  static void dragOn(QWidget* widget, QPoint from, QPoint to, Qt::KeyboardModifiers keys = {}) {
    QTest::mousePress(widget, Qt::LeftButton, keys, from);
    for (int i = 1; i <= 6; ++i) {
      const QPoint at = from + (to - from) * i / 6;
      QMouseEvent move(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                       keys);
      QApplication::sendEvent(widget, &move);
    }
    QTest::mouseRelease(widget, Qt::LeftButton, keys, to);
  }
  /// Into the open search, with Enter.
  void choose(const QString& words) {
    ++steps;
    QTest::keyClicks(canvas()->search()->field(), words);
    QTest::keyClick(canvas()->search()->field(), Qt::Key_Return);
  }
  /// A number for what is selected on the canvas, with Enter.
  void type(const QString& words) {
    ++steps;
    wake();
    QTest::keyClicks(canvas(), words.first(1));
    QTRY_VERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
    QWidget* field = QApplication::focusWidget();
    QTest::keyClicks(field, words.sliced(1));
    QTest::keyClick(field, Qt::Key_Return);
  }
  void tell(const char* task) const { std::printf("%s: %d steps\n", task, steps); }

  QTemporaryDir folder;
  Registry registry = wholeRegistry();
  Targets targets = wholeTargets();
  Jobs jobs;
  std::unique_ptr<Settings> settings;
  std::unique_ptr<MainWindow> window;
  int steps = 0;
};

}  // namespace spk::test
