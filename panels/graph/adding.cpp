// How nodes come onto the canvas: by search, by wire, from the palette, from templates.
#include <QFrame>
#include <QLineEdit>
#include <QScreen>
#include <QVBoxLayout>
#include <algorithm>

#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"
#include "panels/graph/Canvas.h"
#include "panels/graph/edits.h"
#include "panels/kit/NodeSearch.h"
#include "panels/kit/Theme.h"
#include "panels/kit/transplant.h"

namespace spk::panels::graph {
namespace {

/// Where a new node is held: the middle of its head.
constexpr QPointF kGrip(kNodeWidth / 2.0, kHeader / 2);

}  // namespace

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
            [this](const CatalogueEntry& entry, const Values& begins, NodeSearch::How how) {
              popup_->hide();
              setFocus();
              const auto made = [&]() -> Result<void> {
                if (entry.type.empty()) {
                  TRY_DO(addTemplate(entry.path, searchAt_));
                } else if (how == NodeSearch::How::Wired && searchEnd_.item == Id::none) {
                  TRY_DO(addWired(entry.type, searchAt_, begins));
                } else {
                  TRY_DO(add(entry.type, searchAt_, searchEnd_, begins));
                }
                return {};
              }();
              if (!made) say(QString::fromStdString(made.error().text()), searchAt_);
            });
  }
  searchAt_ = at, searchEnd_ = end;
  const bool wires = end.item == Id::none && !selectedNodes().empty();
  search_->restart(
      end.item == Id::none ? std::function<bool(const CatalogueEntry&)>() : fitsTo(end),
      wires ? tr("Shift+Enter also wires it to what is selected") : QString());
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

Result<Id> Canvas::add(std::string_view type, QPointF at, const Ref& end, const Values& begins) {
  const NodeType* found = context_.registry.nodeType(type);
  if (!found) return Error{"there is no node type of this name", std::string(type)};
  const Id id = context_.newId();
  Item item = newNode(project(), *found, id, {}, begins);
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

std::vector<Id> Canvas::selectedNodes() const {
  std::vector<Id> ids;
  for (const Id id : graph_->selection())
    if (graph_->node(id)) ids.push_back(id);
  return ids;
}

/// The nearest free place for a node: from `at` downwards.
QPointF Canvas::freePlace(QPointF at, QSizeF size) const {
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& [id, node] : graph_->nodes())
      if (node->box().adjusted(-12, -12, 12, 12).intersects(QRectF(at, size))) {
        at.setY(node->box().bottom() + 24);
        moved = true;
      }
  }
  return snapped(at);
}

QPointF Canvas::freeCorner() const { return freePlace(centre() - kGrip, QSizeF(kNodeWidth, 130)); }

QPointF Canvas::freeCentre() const { return freeCorner() + kGrip; }

/// A new node with a wire to each selected one, beside them: sources left, all else right. What was
/// selected stays so, for the next one. With nothing selected it is a plain add.
Result<Id> Canvas::addWired(std::string_view type, QPointF at, const Values& begins) {
  const std::vector<Id> nodes = selectedNodes();
  const NodeType* found = context_.registry.nodeType(type);
  if (nodes.empty() || !found) return add(type, at, {}, begins);
  const Id id = context_.newId();
  Item item = newNode(project(), *found, id, {}, begins);
  Project with = project();
  with.items[id] = item;
  QRectF around;
  for (const Id node : nodes) around |= graph_->box(node);
  const QSizeF room = faceOf(with, context_.registry, item, {}, {}).size;
  const bool left = found->role == Role::Source;
  const QPointF place = freePlace(
      QPointF(left ? around.left() - 120 - room.width() : around.right() + 120, around.top()),
      room);
  item.values["x"] = place.x();
  item.values["y"] = place.y();
  Edit edit{"Add " + textOr(item.values, "name", found->title), {Insert{item}}};
  for (const Id node : nodes) {
    const auto ends = joining(with, context_.registry, node, id);
    if (!ends) continue;
    TRY(Edit wire, wiring(with, context_.registry, ends->first, ends->second, context_.newId()));
    edit.ops.push_back(std::move(wire.ops.front()));
  }
  if (edit.ops.size() == 1)
    return Error{found->title + " has no port that fits what is selected", std::string()};
  TRY_DO(context_.commit(std::move(edit), {}));
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

}  // namespace spk::panels::graph
