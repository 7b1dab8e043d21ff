// What the canvas does by name, from keys, menus, and the window's action table.
#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFrame>
#include <QGuiApplication>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QScreen>
#include <QVBoxLayout>
#include <algorithm>

#include "engine/base/Json.h"
#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/check.h"
#include "panels/graph/Canvas.h"
#include "panels/graph/InlineEditor.h"
#include "panels/graph/MiniMap.h"
#include "panels/graph/actions.h"
#include "panels/graph/edits.h"
#include "panels/graph/route.h"
#include "panels/kit/NodeSearch.h"
#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"
#include "panels/kit/transplant.h"

namespace spk::panels::graph {
namespace {

constexpr const char* kItemsMime = "application/x-spikarium-items";
constexpr const char* kOutside = "outside";  // items that only say where incoming wires start

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

std::vector<Id> insideOf(const Project& part) {
  std::set<Id> outside;
  if (const auto found = part.unknown.find(kOutside); found != part.unknown.end())
    if (const auto list = JsonNode::parse(found->second.text))
      for (const JsonNode& id : list.value().items())
        outside.insert(Id{static_cast<std::uint64_t>(id.integer())});
  std::vector<Id> inside;
  for (const auto& [id, item] : part.items)
    if (id != Id::settings && !item.isWire() && !outside.contains(id) &&
        item.type != "layout.window" && item.type != "lesson.progress")
      inside.push_back(id);
  return inside;
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
  if (name == "edit.paste") return paste(false);
  if (name == "edit.paste_wired") return paste(true);
  if (name == "edit.duplicate") return duplicate();
  if (name == "edit.delete") return remove();
  if (name == "edit.select_all") return selectAll();
  if (name == "edit.select_none") return setFocusItem(Id::none), select({}), true;
  if (name == "edit.rename") return rename(ids.front()), true;
  if (name == "graph.search") {
    const QPointF at =
        viewport()->underMouse() ? mapToScene(viewport()->mapFromGlobal(QCursor::pos())) : centre();
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
  if (name == "graph.fix") return fixNote(ids.front()), true;
  if (name == "graph.fit") return fit(graph_->contentRect()), true;
  if (name == "graph.fit_selection") {
    QRectF all;
    for (const Id id : ids) all |= graph_->box(id);
    return fit(all), true;
  }
  if (name == "graph.zoom_in") return setZoom(zoom() * 1.25, middle), true;
  if (name == "graph.zoom_out") return setZoom(zoom() / 1.25, middle), true;
  if (name == "graph.zoom_one") return setZoom(1, middle), true;
  if (name == "graph.map") return map_->setVisible(!map_->isVisible()), true;
  return false;
}

// Adding
// -------------------------------------------------------------------------------------------

/// Which entries could take the other end of a wire: each is tried in a project of its own.
std::function<bool(const CatalogueEntry&)> Canvas::fitsTo(const Ref& end) const {
  const Item* item = project().find(end.item);
  if (!item) return {};
  Project small = emptyProject();
  small.items[item->id] = *item;
  const Registry* registry = &context_.registry;
  return [small, registry, end](const CatalogueEntry& entry) {
    const NodeType* type = registry->nodeType(entry.type);
    if (!type) return false;
    const Id id{number(end.item) + 1};
    Project with = small;
    with.items[id] = newNode(with, *type, id, {});
    return static_cast<bool>(firstFit(with, *registry, end, id));
  };
}

void Canvas::openSearch(QPointF at, const Ref& end) {
  if (!popup_) {
    popup_ = new QFrame(this, Qt::Popup);
    popup_->setFrameShape(QFrame::StyledPanel);
    popup_->setObjectName("search");
    auto* column = new QVBoxLayout(popup_);
    column->setContentsMargins(1, 1, 1, 1);
    search_ = new NodeSearch(context_.registry, resourceFolder() / "templates",
                             NodeSearch::Use::Popup, popup_);
    column->addWidget(search_);
    connect(search_, &NodeSearch::cancelled, popup_, &QWidget::hide);
    connect(search_, &NodeSearch::chosen, this,
            [this](const CatalogueEntry& entry, std::optional<std::int64_t> size) {
              popup_->hide();
              setFocus();
              const Result<void> made = [&]() -> Result<void> {
                if (entry.type.empty()) {
                  TRY_DO(addTemplate(entry.path, searchAt_));
                } else {
                  TRY_DO(add(entry.type, searchAt_, searchEnd_, size));
                }
                return {};
              }();
              if (!made) say(QString::fromStdString(made.error().text()), searchAt_);
            });
  }
  searchAt_ = at, searchEnd_ = end;
  search_->restart(end.item == Id::none ? std::function<bool(const CatalogueEntry&)>()
                                        : fitsTo(end));
  popup_->resize(qRound(320 * textScale()), qRound(400 * textScale()));
  QPoint corner = viewport()->mapToGlobal(mapFromScene(at)) + QPoint(-24, -20);
  const QRect screen = this->screen()->availableGeometry();
  corner.setX(std::clamp(corner.x(), screen.left(),
                         std::max(screen.left(), screen.right() - popup_->width())));
  corner.setY(std::clamp(corner.y(), screen.top(),
                         std::max(screen.top(), screen.bottom() - popup_->height())));
  popup_->move(corner);
  popup_->show();
  search_->field()->setFocus();
}

Result<Id> Canvas::add(std::string_view type, QPointF at, const Ref& end,
                       std::optional<std::int64_t> size) {
  const NodeType* found = context_.registry.nodeType(type);
  if (!found) return Error{"there is no node type of this name", std::string(type)};
  const Id id = context_.newId();
  Item item = newNode(project(), *found, id, {}, size);
  Edit edit{"Add " + textOr(item.values, "name", found->title)};
  Project with = project();
  with.items[id] = item;
  const NodeFace face = faceOf(with, context_.registry, item, {}, {});
  QPointF grip(kNodeWidth / 2.0, kHeader / 2);  // what of the node lies at the point
  std::optional<Edit> wire;
  if (end.item != Id::none) {
    TRY(const std::string port, firstFit(with, context_.registry, end, id));
    TRY(wire, wiring(with, context_.registry, end, Ref{id, port}, Id::none));
    std::get<Insert>(wire->ops.front()).item.id = context_.newId();
    if (const PortFace* there = face.port(port)) grip = there->at;
  } else if (found->role == Role::Layout) {
    grip = {};
  }
  const QPointF place = snapped(at - grip);
  item.values["x"] = place.x();
  item.values["y"] = place.y();
  edit.ops.push_back(Insert{item});
  if (wire)
    edit.ops.push_back(wire->ops.front());
  else if (found->role != Role::Layout) {
    const Hit under = hitAt(at);  // dropped on a wire: led through, where the types allow it
    if (under.on == Hit::On::Wire)
      if (auto led = inserting(with, context_.registry, id, under.item, context_.newId))
        edit.ops.insert(edit.ops.end(), led.value().ops.begin(), led.value().ops.end());
  }
  TRY_DO(context_.commit(std::move(edit), {}));
  select({id});
  setFocusItem(id);
  return id;
}

Result<std::vector<Id>> Canvas::addTemplate(const std::filesystem::path& path, QPointF at) {
  TRY(const Loaded loaded, load(path, context_.registry));
  const std::vector<Id> all = insideOf(loaded.project);
  const Place corner = cornerOf(loaded.project, all);
  const QPointF to = snapped(at - QPointF(kNodeWidth / 2.0, kHeader / 2));
  Transplant planted = transplant(loaded.project, all, project(), context_.newId, to.x() - corner.x,
                                  to.y() - corner.y);
  planted.edit.title = "Add template " + path.stem().string();
  if (planted.edit.ops.empty()) return Error{"the template is empty", path.filename().string()};
  TRY_DO(context_.commit(planted.edit, {}));
  select(moved(project(), planted.made));
  return planted.made;
}

// Copying
// ------------------------------------------------------------------------------------------

void Canvas::copy() const {
  const std::string text = projectText(excerpt(project(), graph_->selection()));
  auto* mime = new QMimeData;  // the clipboard owns it
  mime->setData(kItemsMime, QByteArray::fromStdString(text));
  mime->setText(QString::fromStdString(text));
  QGuiApplication::clipboard()->setMimeData(mime);
}

bool Canvas::plant(const Project& from, std::span<const Id> which, QPointF by, bool,
                   bool withIncoming, const std::string& title) {
  Transplant planted = transplant(from, which, project(), context_.newId, by.x(), by.y(),
                                  withIncoming ? Incoming::Keep : Incoming::Drop);
  if (planted.edit.ops.empty()) return false;
  planted.edit.title = title;
  if (!commit(std::move(planted.edit))) return false;
  std::vector<Id> shown = moved(project(), planted.made);
  setFocusItem(shown.size() == 1 ? shown.front() : Id::none);
  select(std::move(shown));
  return true;
}

bool Canvas::paste(bool withIncoming) {
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
  return plant(part, inside, by, false, withIncoming, "Paste");
}

bool Canvas::duplicate() {
  return plant(project(), graph_->selection(), QPointF(kStep * 6, kStep * 6), true, false,
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
  map_->update();
}

// Names and notes
// ----------------------------------------------------------------------------------

void Canvas::rename(Id id) {
  const Item* item = project().find(id);
  if (!item) return;
  const QRectF box = graph_->box(id);
  if (const FrameItem* frame = graph_->frame(id); frame && frame->kind() == FrameItem::Kind::Note) {
    inlineEdit(id, box, QString::fromStdString(textOr(item->values, "text", "")), true);
    return;
  }
  const QString name = QString::fromStdString(textOr(item->values, "name", ""));
  if (item->isWire())
    inlineEdit(id, QRectF(box.center() - QPointF(70, 12), QSizeF(140, 24)), name, false);
  else
    inlineEdit(id, QRectF(box.topLeft() + QPointF(8, 3), QSizeF(box.width() - 16, 24)), name,
               false);
}

void Canvas::inlineEdit(Id id, const QRectF& box, const QString& text, bool lines) {
  delete editor_;
  ensureVisible(box, 8, 8);
  const QRect place = mapFromScene(box).boundingRect();
  auto* editor =
      new InlineEditor(lines ? InlineEditor::Form::Lines : InlineEditor::Form::Line, viewport());
  editor_ = editor;
  editor->setGeometry(place.x(), place.y(), std::max(120, place.width()),
                      std::max(lines ? 60 : 26, place.height()));
  editor->start(text);
  connect(editor, &QObject::destroyed, this, [this, editor] {
    if (editor_ == editor) editor_ = nullptr;
  });
  connect(editor, &InlineEditor::done, this, [this, id, lines](const QString& words) {
    setFocus();
    const Item* item = project().find(id);
    if (!item) return;
    if (!lines) {
      commit(renaming(project(), id, words.trimmed().toStdString()));
      return;
    }
    if (textOr(item->values, "text", "") != words.toStdString())
      commit(Edit{"Write a note", {setting(project(), id, "text", Value{words.toStdString()})}});
  });
  connect(editor, &InlineEditor::cancelled, this, [this] { setFocus(); });
}

// Menu
// ---------------------------------------------------------------------------------------------

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
