// What the canvas does by name, from keys, menus, and the window's action table.
#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <algorithm>

#include "engine/base/Json.h"
#include "engine/graph/ProjectFile.h"
#include "panels/graph/Canvas.h"
#include "panels/graph/InlineEditor.h"
#include "panels/graph/MiniMap.h"
#include "panels/graph/actions.h"
#include "panels/graph/edits.h"
#include "panels/graph/route.h"
#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"
#include "panels/kit/transplant.h"

namespace spk::panels::graph {
namespace {

constexpr const char* kItemsMime = "application/x-spikarium-items";

/// The selection as a project of its own; sources of incoming wires are listed as outside.
Project excerpt(const Project& project, std::span<const Id> ids) {
  Project part = emptyProject();
  std::set<Id> inside;
  for (const Id id : withMembers(project, ids))
    if (const Item* item = project.find(id); item && !item->isWire() && id != Id::settings)
      inside.insert(id);
  JsonNode outside = JsonNode::list();
  for (const Id id : inside) part.items[id] = project.items.at(id);
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [id, item] : project.items) {
      if (!item.isWire() || part.items.contains(id)) continue;
      if (!inside.contains(item.to.item)) continue;
      const Item* source = project.find(item.from.item);
      if (!source || source->isWire()) continue;
      if (part.items.emplace(source->id, *source).second) outside.add(JsonNode{number(source->id)});
      part.items[id] = item;
      inside.insert(id);
      grew = true;
    }
  }
  for (auto& [id, item] : part.items)  // a frame left behind is none here
    if (item.parent.item != Id::none && !part.items.contains(item.parent.item)) item.parent = {};
  part.nextId = project.nextId;
  if (!outside.items().empty()) part.unknown[kOutside] = Json{outside.write()};
  return part;
}

std::string clipboardText() {
  const QMimeData* mime = QGuiApplication::clipboard()->mimeData();
  if (!mime) return {};
  if (mime->hasFormat(kItemsMime)) return mime->data(kItemsMime).toStdString();
  return mime->hasText() ? mime->text().toStdString() : std::string();
}

}  // namespace

bool Canvas::can(std::string_view name) const {
  const std::vector<Id>& ids = graph_->selection();
  const bool any = !ids.empty();
  const bool nodes = !moved(project(), ids).empty();
  if (name == "edit.cut" || name == "edit.copy" || name == "edit.duplicate" ||
      name == "graph.frame")
    return nodes;
  if (name == "edit.delete" || name == "edit.select_none" || name == "graph.fit_selection")
    return any;
  if (name == "graph.mute")
    return !toggling(project(), context_.registry, ids, "muted").ops.empty();
  if (name == "graph.bypass")
    return !toggling(project(), context_.registry, ids, "bypassed").ops.empty();
  if (name == "graph.poke") return !poking(project(), context_.registry, ids).ops.empty();
  if (name == "edit.rename") return ids.size() == 1;
  if (name == "graph.fix")
    return ids.size() == 1 && graph_->node(ids.front()) &&
           !graph_->node(ids.front())->face().fix.isEmpty();
  if (name == "edit.paste" || name == "edit.paste_wired") {
    const QMimeData* mime = QGuiApplication::clipboard()->mimeData();
    return mime && (mime->hasFormat(kItemsMime) || mime->text().startsWith('{'));
  }
  if (name == "edit.select_all" || name == "graph.fit") return !graph_->contentRect().isNull();
  return std::ranges::find(graphActions(), name, [](const GraphAction& a) {
           return std::string_view(a.name);
         }) != graphActions().end();
}

bool Canvas::act(std::string_view name) {
  if (!can(name)) return false;
  const std::vector<Id> ids = graph_->selection();
  const QPointF middle = viewport()->rect().center();
  if (name == "edit.copy") return copy(), true;
  if (name == "edit.cut") return copy(), remove();
  if (name == "edit.paste") return paste(Incoming::Drop);
  if (name == "edit.paste_wired") return paste(Incoming::Keep);
  if (name == "edit.duplicate") return duplicate();
  if (name == "edit.delete") return remove();
  if (name == "edit.select_all") return selectAll();
  if (name == "edit.select_none") return setFocusItem(Id::none), select({}), true;
  if (name == "edit.rename") return rename(ids.front()), true;
  if (name == "graph.search") {
    const QPointF at = viewport()->underMouse()
                           ? mapToScene(viewport()->mapFromGlobal(QCursor::pos()))
                           : freeCentre();
    return openSearch(at), true;
  }
  if (name == "graph.note") {
    auto made = add("layout.note", centre());
    if (made) rename(made.value());
    return static_cast<bool>(made);
  }
  if (name == "graph.frame") return frameSelection();
  if (name == "graph.mute") return toggle("muted");
  if (name == "graph.bypass") return toggle("bypassed");
  if (name == "graph.poke") return commit(poking(project(), context_.registry, ids));
  if (name == "graph.fix") return fixNote(ids.front()), true;
  if (name == "graph.fit") return fitAll(), true;
  if (name == "graph.fit_selection") {
    QRectF all;
    for (const Id id : ids) all |= graph_->box(id);
    return fit(all), true;
  }
  if (name == "graph.zoom_in") return setZoom(zoom() * 1.25, middle), true;
  if (name == "graph.zoom_out") return setZoom(zoom() / 1.25, middle), true;
  if (name == "graph.zoom_one") return setZoom(1, middle), true;
  if (name == "graph.focus_left") return focusTowards(Qt::Key_Left, false), true;
  if (name == "graph.focus_right") return focusTowards(Qt::Key_Right, false), true;
  if (name == "graph.focus_up") return focusTowards(Qt::Key_Up, false), true;
  if (name == "graph.focus_down") return focusTowards(Qt::Key_Down, false), true;
  if (name == "graph.next_output") return stepPort(false), true;
  if (name == "graph.next_input") return stepPort(true), true;
  if (name == "graph.pull_wire") return startWire(), true;
  if (name == "graph.next_wire") return stepWire(1), true;
  if (name == "graph.previous_wire") return stepWire(-1), true;
  if (name == "graph.map") return mapWanted_ = !mapWanted_, placeMap(), true;
  return false;
}

// Copying ----

void Canvas::copy() const {
  const std::string text = projectText(excerpt(project(), graph_->selection()));
  auto* mime = new QMimeData;  // the clipboard owns it
  mime->setData(kItemsMime, QByteArray::fromStdString(text));
  mime->setText(QString::fromStdString(text));
  QGuiApplication::clipboard()->setMimeData(mime);
}

bool Canvas::plant(const Project& from, std::span<const Id> which, QPointF by, Incoming incoming,
                   const std::string& title) {
  Transplant planted = transplant(from, which, project(), context_.newId, by.x(), by.y(), incoming);
  if (planted.edit.ops.empty()) return false;
  planted.edit.title = title;
  if (!commit(std::move(planted.edit))) return false;
  std::vector<Id> shown = moved(project(), planted.made);
  setFocusItem(shown.size() == 1 ? shown.front() : Id::none);
  select(std::move(shown));
  return true;
}

bool Canvas::paste(Incoming incoming) {
  auto loaded = readProject(clipboardText(), context_.registry);
  if (!loaded) {
    say(tr("The clipboard holds no nodes"), centre());
    return false;
  }
  const Project& part = loaded.value().project;
  const std::vector<Id> inside = insideOf(part);
  const Place corner = cornerOf(part, inside);
  // At the cursor, if it is here; else a little beside where it came from.
  QPointF by(kStep * 6, kStep * 6);
  if (viewport()->underMouse()) {
    const QPointF at = mapToScene(viewport()->mapFromGlobal(QCursor::pos()));
    by = snapped(at - QPointF(corner.x, corner.y));
  }
  return plant(part, inside, by, incoming, "Paste");
}

bool Canvas::duplicate() {
  return plant(project(), graph_->selection(), QPointF(kStep * 6, kStep * 6), Incoming::Drop,
               "Duplicate");
}

bool Canvas::remove() {
  const std::vector<Id> ids = graph_->selection();
  if (ids.empty() || !commit(removing(project(), context_.registry, ids))) return false;
  setFocusItem(Id::none);
  select({});
  return true;
}

bool Canvas::selectAll() {
  std::vector<Id> ids;
  for (const auto& [id, item] : graph_->nodes()) ids.push_back(id);
  for (const auto& [id, item] : graph_->frames()) ids.push_back(id);
  for (const auto& [id, item] : graph_->wires()) ids.push_back(id);
  select(std::move(ids));
  return true;
}

bool Canvas::toggle(const char* key) {
  return commit(toggling(project(), context_.registry, graph_->selection(), key));
}

bool Canvas::frameSelection() {
  const std::vector<Id> ids = moved(project(), graph_->selection());
  QRectF around;
  for (const Id id : ids) around |= graph_->box(id);
  around = QRectF(snapped(around.topLeft() - QPointF(24, 44)),
                  snapped(around.bottomRight() + QPointF(24, 24)));
  const Id frame = context_.newId();
  if (!commit(framing(project(), ids, around, frame))) return false;
  setFocusItem(frame);
  select({frame});
  return true;
}

void Canvas::addPoint(Id wire, QPointF at) {
  const Item* item = project().find(wire);
  if (!item) return;
  std::vector<QPointF> points = reroutePoints(*item);
  const int index =
      pointIndex(graph_->portPoint(item->from), points, graph_->portPoint(item->to), at);
  points.insert(points.begin() + index, snapped(at));
  commit(rerouting(project(), wire, points));
}

void Canvas::fixNote(Id node) {
  const Note* worst = nullptr;  // the one that the node shows
  for (const Note& note : context_.notes())
    if (note.item == node && note.fix && (!worst || note.level > worst->level)) worst = &note;
  if (worst) commit(*worst->fix);
}

void Canvas::reveal(Id id) {
  if (graph_->box(id).isNull()) return;
  setFocusItem(id);
  select({id});
  centerOn(graph_->box(id).center());
  fitted_ = false;
  placeMap();
  map_->update();
}

// Names and notes ----

void Canvas::rename(Id id) {
  const Item* item = project().find(id);
  if (!item) return;
  const QRectF box = graph_->box(id);
  const FrameItem* frame = graph_->frame(id);
  if (frame && frame->kind() == FrameItem::Kind::Note) {
    const QString text = QString::fromStdString(textOr(item->values, "text", ""));
    connect(
        inlineEdit(box, text, true), &InlineEditor::done, this, [this, id](const QString& words) {
          const Item* now = project().find(id);
          if (now && textOr(now->values, "text", "") != words.toStdString())
            commit(
                Edit{"Write a note", {setting(project(), id, "text", Value{words.toStdString()})}});
        });
    return;
  }
  const QString name = QString::fromStdString(textOr(item->values, "name", ""));
  const QRectF place = item->isWire()
                           ? QRectF(box.center() - QPointF(70, 12), QSizeF(140, 24))
                           : QRectF(box.topLeft() + QPointF(8, 3), QSizeF(box.width() - 16, 24));
  connect(inlineEdit(place, name, false), &InlineEditor::done, this,
          [this, id](const QString& words) {
            if (project().find(id)) commit(renaming(project(), id, words.trimmed().toStdString()));
          });
}

/// An editor over `box` of the scene, which ends and deletes itself; the focus comes back here.
InlineEditor* Canvas::inlineEdit(const QRectF& box, const QString& text, bool lines,
                                 const QString& label) {
  delete editor_;
  ensureVisible(box, 8, 8);
  const QRect place = mapFromScene(box).boundingRect();
  auto* editor = new InlineEditor(lines ? InlineEditor::Form::Lines : InlineEditor::Form::Line,
                                  label, viewport());
  editor_ = editor;
  editor->setGeometry(place.x(), place.y(), std::max(label.isEmpty() ? 120 : 180, place.width()),
                      std::max(lines ? 60 : 26, place.height()));
  editor->start(text,
                label.isEmpty() ? InlineEditor::Cursor::SelectsAll : InlineEditor::Cursor::AtEnd);
  connect(editor, &InlineEditor::finished, this, [this] { setFocus(); });
  return editor;
}

// Menu ----

void Canvas::contextMenuEvent(QContextMenuEvent* event) {
  event->accept();  // the mouse's comes from the release of its right button, the key's from
                    // keys.cpp
}

void Canvas::showMenu(QPoint global, const Hit& hit, QPointF at) {
  if (hit.item != Id::none && !graph_->isSelected(hit.item)) {
    select({hit.item});
    setFocusItem(hit.item);
  }
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const auto put = [&](const char* name) {
    const auto row =
        std::ranges::find(graphActions(), std::string_view(name),
                          [](const GraphAction& a) { return std::string_view(a.name); });
    QAction* action = menu->addAction(tr(row->words));
    action->setShortcut(
        QKeySequence(QString::fromLatin1(row->key).section(' ', 0, 0), QKeySequence::PortableText));
    action->setShortcutVisibleInContextMenu(true);
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setEnabled(can(name));
    connect(action, &QAction::triggered, this, [this, name] { act(name); });
  };
  if (hit.on == Hit::On::Wire) {
    connect(menu->addAction(tr("Add a reroute point")), &QAction::triggered, this,
            [this, id = hit.item, at] { addPoint(id, at); });
  } else if (hit.on == Hit::On::Nothing || hit.on == Hit::On::Frame) {
    connect(menu->addAction(tr("Add a node…")), &QAction::triggered, this,
            [this, at] { openSearch(at); });
    put("graph.note");
  }
  if (hit.item != Id::none) {
    const Item* item = project().find(hit.item);
    if (item && context_.registry.describe(*item).parameter("pokes")) put("graph.poke");
    for (const char* name : {"edit.rename", "graph.mute", "graph.bypass", "graph.fix"}) put(name);
    menu->addSeparator();
  }
  for (const char* name :
       {"edit.cut", "edit.copy", "edit.paste", "edit.paste_wired", "edit.duplicate", "edit.delete"})
    put(name);
  menu->addSeparator();
  for (const char* name : {"graph.frame", "edit.select_all", "graph.fit"}) put(name);
  menu->popup(global);
}

}  // namespace spk::panels::graph
