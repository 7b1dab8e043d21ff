// The keyboard on the canvas: everything that the mouse can do.
#include <QKeyEvent>
#include <QKeySequence>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "panels/graph/Canvas.h"
#include "panels/graph/InlineEditor.h"
#include "panels/graph/actions.h"
#include "panels/graph/edits.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/itemWords.h"

namespace spk::panels::graph {
namespace {

QPointF direction(int key) {
  switch (key) {
    case Qt::Key_Left: return {-1, 0};
    case Qt::Key_Right: return {1, 0};
    case Qt::Key_Up: return {0, -1};
    case Qt::Key_Down: return {0, 1};
    default: return {};
  }
}

bool isArrow(int key) { return !direction(key).isNull(); }

/// The row of graphActions() that this press is the key of.
const GraphAction* actionOf(const QKeyEvent& event) {
  Qt::KeyboardModifiers keys = event.modifiers() & ~Qt::KeypadModifier;
  int code = event.key();
  if (code == Qt::Key_Backtab) code = Qt::Key_Tab;
  // "." and "+" may need Shift on this keyboard.
  const bool plain = !(keys & (Qt::ControlModifier | Qt::AltModifier));
  if (plain && (code == Qt::Key_Period || code == Qt::Key_BraceLeft || code == Qt::Key_BraceRight))
    keys &= ~Qt::ShiftModifier;
  if (keys.testFlag(Qt::ControlModifier) && (code == Qt::Key_Plus || code == Qt::Key_Equal))
    keys &= ~Qt::ShiftModifier;
  const QKeySequence pressed(static_cast<int>(keys.toInt()) | code);
  for (const GraphAction& action : graphActions())
    for (const QString& key : QString::fromLatin1(action.key).split(' ', Qt::SkipEmptyParts))
      if (QKeySequence(key, QKeySequence::PortableText) == pressed) return &action;
  return nullptr;
}

}  // namespace

bool Canvas::focusNextPrevChild(bool next) {
  // Tab adds a node here; Shift+Tab leaves for the panel before.
  return next ? false : QGraphicsView::focusNextPrevChild(false);
}

void Canvas::keyPressEvent(QKeyEvent* event) {
  event->accept();
  say({}, {});
  if (gesture_) {
    if (event->key() == Qt::Key_Escape)
      cancelGesture();
    else
      pressWithWire(event);
    return;
  }
  if (event->key() == Qt::Key_Space) {
    if (!event->isAutoRepeat()) {
      spaceDown_ = true;
      viewport()->setCursor(Qt::OpenHandCursor);
    }
    return;
  }
  if (typeValue(*event)) return;
  if (const GraphAction* action = actionOf(*event)) {
    act(action->name);
    return;
  }
  if (!pressPlain(event)) {
    event->ignore();
    QGraphicsView::keyPressEvent(event);
  }
}

void Canvas::keyReleaseEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
    spaceDown_ = false;
    if (!panning_) viewport()->unsetCursor();
  }
  if (isArrow(event->key()) && !event->isAutoRepeat() && nudging_) {
    nudging_ = false;
    if (auto done = context_.act("history.closeMerge", {}); !done)
      say(QString::fromStdString(done.error().text()), lastScene_);
  }
  QGraphicsView::keyReleaseEvent(event);
}

/// A number typed while something is selected goes into its first parameter: the weight of wires,
/// the size of populations, the rate of a source.
bool Canvas::typeValue(const QKeyEvent& event) {
  const QString text = event.text();
  const bool begins = !text.isEmpty() && (text[0].isDigit() || text[0] == '-');
  if (!begins || (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier))) return false;
  const std::vector<Id> ids = graph_->selection();
  const auto parameter = firstNumber(project(), context_.registry, ids);
  if (!parameter) return false;
  const QRectF box = graph_->box(ids.back());
  QString label = typesetText(parameter->name);
  if (ids.size() > 1) label += tr(" of %1").arg(ids.size());
  if (!parameter->unit.empty())
    label += QStringLiteral(" [%1]").arg(QString::fromStdString(parameter->unit));
  InlineEditor* editor =
      inlineEdit(QRectF(box.center() - QPointF(90, 13), QSizeF(180, 26)), text, false, label);
  connect(editor, &InlineEditor::done, this, [this, ids, parameter](const QString& words) {
    auto edit = numberEdit(project(), context_.registry, ids, *parameter, words.toStdString());
    if (edit)
      commit(std::move(edit).value());
    else
      say(QString::fromStdString(edit.error().text()), graph_->box(ids.back()).center());
  });
  return true;
}

bool Canvas::pressPlain(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Escape:
      if (focusPort_ >= 0)
        setFocusItem(focus_, -1);
      else {
        setFocusItem(Id::none);
        select({});
      }
      return true;
    case Qt::Key_Menu: {
      const QRectF box = graph_->box(focus_);
      const QPointF at = box.isNull() ? centre() : box.center();
      showMenu(viewport()->mapToGlobal(mapFromScene(at)),
               box.isNull() ? Hit{} : Hit{Hit::On::Node, focus_}, at);
      return true;
    }
    default: return isArrow(event->key()) && pressArrow(event);
  }
}

/// Ctrl: the focus goes to the next node that way, with Shift taking it into the selection. Else
/// the selection moves, 4 px or with Shift 20; with nothing selected the view does.
bool Canvas::pressArrow(QKeyEvent* event) {
  const Qt::KeyboardModifiers keys = event->modifiers();
  const QPointF way = direction(event->key());
  if (keys.testFlag(Qt::ControlModifier))
    focusTowards(event->key(), keys.testFlag(Qt::ShiftModifier));
  else if (!moved(project(), graph_->selection()).empty())
    nudge(way * (keys.testFlag(Qt::ShiftModifier) ? 20 : kStep));
  else
    pan(way * 48);
  return true;
}

/// While a wire is pulled by keyboard.
bool Canvas::pressWithWire(QKeyEvent* event) {
  auto* wire = dynamic_cast<PullWire*>(gesture_.get());
  if (!wire) return false;
  if (isArrow(event->key())) {
    const Id from = wire->aimed() == Id::none ? wire->end().item : wire->aimed();
    const Id next = nearestTowards(from, event->key(), true);
    if (next != Id::none) {
      wire->aim(next);
      ensureVisible(graph_->box(next), 40, 40);
    }
  } else if (event->key() == Qt::Key_BracketLeft) {
    wire->step(-1);
  } else if (event->key() == Qt::Key_BracketRight) {
    wire->step(1);
  } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    if (wire->connect(event->modifiers())) {
      const Id aimed = wire->aimed();
      gesture_.reset();
      setViewportUpdateMode(BoundingRectViewportUpdate);
      say({}, {});
      setFocusItem(aimed, -1);
      select({aimed});
    }
  } else if (event->key() == Qt::Key_Tab) {
    const Ref end = wire->end();
    const QRectF box = graph_->box(end.item);
    const bool input = isInput(project(), context_.registry, end).value_or(false);
    cancelGesture();
    openSearch(QPointF(input ? box.left() - 80 : box.right() + 80, graph_->portPoint(end).y()),
               end);
  }
  viewport()->update();
  tell();
  return true;
}

void Canvas::setFocusItem(Id id, int port) {
  if (NodeItem* old = graph_->node(focus_)) old->setFocus(false, -1);
  focus_ = id;
  focusPort_ = port;
  if (NodeItem* now = graph_->node(focus_)) now->setFocus(hasFocus(), port);
  tell();
}

/// The box whose centre lies that way with the least detour; nothing if there is none.
Id Canvas::nearestTowards(Id from, int key, bool nodesOnly) const {
  const QRectF own = graph_->box(from);
  const QPointF start = own.isNull() ? centre() : own.center(), way = direction(key);
  Id best = Id::none;
  double least = std::numeric_limits<double>::infinity();
  const auto judge = [&](Id id, const QRectF& box) {
    if (id == from) return;
    const QPointF to = box.center() - start;
    const double along = QPointF::dotProduct(to, way);
    const double across = std::abs(to.x() * way.y() - to.y() * way.x());
    if (along < 1 && !own.isNull()) return;
    const double cost = own.isNull() ? std::hypot(to.x(), to.y()) : along + 2 * across;
    if (cost < least) least = cost, best = id;
  };
  for (const auto& [id, node] : graph_->nodes()) judge(id, node->box());
  if (!nodesOnly)
    for (const auto& [id, frame] : graph_->frames()) judge(id, frame->box());
  return best;
}

void Canvas::focusTowards(int key, bool extend) {
  const Id from = focus_ != Id::none             ? focus_
                  : !graph_->selection().empty() ? graph_->selection().back()
                                                 : Id::none;
  const Id next = nearestTowards(from, key, false);
  if (next == Id::none) return;
  setFocusItem(next);
  std::vector<Id> ids = extend ? graph_->selection() : std::vector<Id>();
  std::erase(ids, next);
  ids.push_back(next);
  select(std::move(ids));
  ensureVisible(graph_->box(next), 40, 40);
}

/// ] goes through the outputs of the focused node, [ through its inputs.
void Canvas::stepPort(bool input) {
  if (!graph_->node(focus_) && graph_->selection().size() == 1)
    setFocusItem(graph_->selection().front());
  const NodeItem* node = graph_->node(focus_);
  if (!node) return;
  const std::vector<PortFace>& ports = node->face().ports;
  const int count = static_cast<int>(ports.size());
  for (int step = 1; step <= count; ++step) {
    const int next = (focusPort_ + step) % count;
    if (ports[next].port.input == input) return setFocusItem(focus_, next);
  }
}

/// { and } go through the wires of what was focused last.
void Canvas::stepWire(int by) {
  const Item* focused = project().find(focus_);
  if (!focused && graph_->selection().size() == 1) {
    setFocusItem(graph_->selection().front());
    focused = project().find(focus_);
  }
  if (!focused) return;
  const std::vector<Id> wires = graph_->wiresOf(focus_);
  if (wires.empty()) {
    say(tr("No wire meets %1").arg(shownName(project(), context_.registry, focus_)),
        graph_->box(focus_).center());
    return;
  }
  const std::vector<Id>& selected = graph_->selection();
  const auto found =
      selected.size() == 1 ? std::ranges::find(wires, selected.front()) : wires.end();
  const auto count = static_cast<std::ptrdiff_t>(wires.size());
  const std::ptrdiff_t at = found == wires.end() ? (by > 0 ? -1 : 0) : found - wires.begin();
  select({wires[static_cast<std::size_t>((at + by + count) % count)]});
}

void Canvas::nudge(QPointF by) {
  nudging_ = true;
  commit(moving(project(), graph_->selection(), by), "graph.nudge");
}

/// Enter: from the focused port a wire; without a port, the first output; without a node, the
/// search.
void Canvas::startWire() {
  if (!graph_->node(focus_) && graph_->selection().size() == 1)
    setFocusItem(graph_->selection().front());
  const NodeItem* node = graph_->node(focus_);
  if (!node) {
    openSearch(freeCentre());
    return;
  }
  if (focusPort_ < 0) stepPort(false);
  if (focusPort_ < 0) stepPort(true);
  if (focusPort_ < 0) return;
  const PortFace& port = node->face().ports[focusPort_];
  begin(std::make_unique<PullWire>(*this, Ref{focus_, port.port.name}, node->pos() + port.at));
}

void Canvas::focusInEvent(QFocusEvent* event) {
  QGraphicsView::focusInEvent(event);
  setFocusItem(focus_, focusPort_);
}

void Canvas::focusOutEvent(QFocusEvent* event) {
  spaceDown_ = false;
  QGraphicsView::focusOutEvent(event);
  if (NodeItem* node = graph_->node(focus_)) node->setFocus(false, -1);
  tell();
}

QString Canvas::status() const {
  if (gesture_) return gesture_->status();
  const QString name = shownName(project(), context_.registry, focus_);
  if (const NodeItem* node = graph_->node(focus_)) {
    if (focusPort_ >= 0 && focusPort_ < static_cast<int>(node->face().ports.size())) {
      const Port& port = node->face().ports[focusPort_].port;
      return tr("%1.%2 (%3, %4) · Enter starts a wire · [ inputs, ] outputs · { } wires")
          .arg(name, QString::fromStdString(port.name), port.input ? tr("input") : tr("output"),
               tr(signalWord(port.signal)));
    }
  }
  if (graph_->selection().size() == 1)
    if (const Item* item = project().find(graph_->selection().front()); item && item->isWire())
      return tr("%1 · a number sets its weight, Del removes it, M mutes it · { } next wire")
          .arg(shownName(project(), context_.registry, item->id));
  if (graph_->selection().size() > 1)
    return tr("%1 selected · arrows move, Ctrl+D duplicates, Ctrl+G frames")
        .arg(graph_->selection().size());
  if (graph_->node(focus_))
    return tr("%1 · ] or [ chooses a port, Enter starts a wire · Ctrl+arrows next node · F2 name")
        .arg(name);
  if (graph_->frame(focus_)) return tr("%1 · arrows move it, F2 writes in it").arg(name);
  return tr("Tab adds a node · Ctrl+arrows choose one · . shows all");
}

/// Tells the window what the status bar should say, when it changed.
void Canvas::tell() {
  const QString words = hasFocus() || gesture_ ? status() : QString();
  if (words == told_) return;
  told_ = words;
  // A window without a status bar may not know the word: nothing is lost then, status() has it.
  (void)context_.act("graph.say", {{"text", words.toStdString()}});
}

}  // namespace spk::panels::graph
