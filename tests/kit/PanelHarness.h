#pragma once
#include <QApplication>
#include <QImage>
#include <QMouseEvent>
#include <QTest>
#include <QWheelEvent>
#include <QWidget>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/History.h"
#include "engine/graph/builtins.h"
#include "engine/graph/check.h"
#include "panels/kit/Panel.h"
#include "panels/kit/acts.h"
#include "tests/kit/PanelBench.h"

namespace spk {
void addPlugins(Registry& registry);
void addViews(Registry& registry);
}  // namespace spk

namespace spk::test {

/// For panels that edit: all node types, a history, the selection, notes by check().
struct PanelHarness : PanelBench {
  PanelHarness() {
    addBuiltIns(registry);
    addPlugins(registry);
    addViews(registry);
    context.commit = [this](Edit edit, std::string_view key) {
      return history.commit(std::move(edit), key);
    };
    context.act = [this](std::string_view name, const Values& values) { return act(name, values); };
    history.onStep = [this](const Edit&) { ++steps; };
  }

  /// An item straight into the project, as if it had been opened with it.
  Id put(std::string type, std::string name, double x, double y, Values values = {}) {
    Item item{document.newId(), std::move(type)};
    item.values = std::move(values);
    if (!name.empty()) item.values["name"] = std::move(name);
    item.values["x"] = x;
    item.values["y"] = y;
    const Id id = item.id;
    if (auto done = document.apply({"put", {Insert{std::move(item)}}}); !done)
      qFatal("%s", done.error().text().c_str());
    return id;
  }
  Id wire(Ref from, Ref to, Values values = {}) {
    const auto type = wireType(document.project(), registry, from, to);
    if (!type) qFatal("%s", type.error().text().c_str());
    Item item{document.newId(), type.value()};
    item.from = std::move(from);
    item.to = std::move(to);
    item.values = std::move(values);
    const Id id = item.id;
    if (auto done = document.apply({"put", {Insert{std::move(item)}}}); !done)
      qFatal("%s", done.error().text().c_str());
    return id;
  }
  const Item& item(Id id) const { return document.project().items.at(id); }
  const std::map<Id, Item>& items() const { return document.project().items; }
  Id named(std::string_view name) const {
    for (const auto& [id, item] : items())
      if (textOr(item.values, "name", "") == name) return id;
    return Id::none;
  }
  std::vector<Id> wiresBetween(Id from, Id to) const {
    std::vector<Id> found;
    for (const auto& [id, item] : items())
      if (item.from.item == from && item.to.item == to) found.push_back(id);
    return found;
  }
  void recheck() {
    notes = check(document.project(), registry);
    tick();
  }
  void tick() {
    for (Panel* panel : panels) panel->tick(0);
  }
  int count(std::string_view act) const {
    int n = 0;
    for (const auto& [name, values] : acts) n += name == act;
    return n;
  }

  History history{document};
  int steps = 0;

 private:
  Result<Value> act(std::string_view name, const Values& values) {
    acts.emplace_back(name, values);
    if (name == "look.select") {
      looking.selection = selectionOf(values);
      ++looking.version;
      tick();
    }
    if (name == "history.closeMerge") history.closeMerge();
    return Value{true};
  }
};

/// A press, moves and a release, as a hand makes them.
inline void drag(QWidget* widget, QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton,
                 Qt::KeyboardModifiers keys = {}) {
  const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButton which,
                        Qt::MouseButtons held) {
    QMouseEvent event(type, at, widget->mapToGlobal(at), which, held, keys);
    QApplication::sendEvent(widget, &event);
  };
  send(QEvent::MouseButtonPress, from, button, button);
  for (int i = 1; i <= 6; ++i)
    send(QEvent::MouseMove, from + (to - from) * i / 6, Qt::NoButton, button);
  send(QEvent::MouseButtonRelease, to, button, {});
}

}  // namespace spk::test
