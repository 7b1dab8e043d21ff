#include "panels/graph/GraphScene.h"

#include <algorithm>

#include "engine/graph/check.h"
#include "panels/graph/edits.h"
#include "panels/graph/route.h"
#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"

namespace spk::panels::graph {
namespace {

bool isBoxed(const Item& item) { return item.type == "layout.frame" || item.type == "layout.note"; }

/// What the canvas shows as a node: everything but wires, frames, notes and the window's own items.
bool isNode(const Item& item) {
  return !item.isWire() && item.id != Id::settings && !item.type.starts_with("layout.") &&
         !item.type.starts_with("lesson.") && !item.type.starts_with("project.");
}

Id idOf(const Operation& op) {
  if (const auto* insert = std::get_if<Insert>(&op)) return insert->item.id;
  if (const auto* remove = std::get_if<Remove>(&op)) return remove->item.id;
  return std::get<Set>(op).item;
}

}  // namespace

GraphScene::GraphScene(PanelContext& context, QObject* parent)
    : QGraphicsScene(parent), context_(context) {
  setItemIndexMethod(QGraphicsScene::NoIndex);
}

NodeItem* GraphScene::node(Id id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second;
}
WireItem* GraphScene::wire(Id id) const {
  const auto found = wires_.find(id);
  return found == wires_.end() ? nullptr : found->second;
}
FrameItem* GraphScene::frame(Id id) const {
  const auto found = frames_.find(id);
  return found == frames_.end() ? nullptr : found->second;
}

QRectF GraphScene::box(Id id) const {
  if (const NodeItem* item = node(id)) return item->box();
  if (const FrameItem* item = frame(id)) return item->box();
  if (const WireItem* item = wire(id))
    return QRectF(item->middle() - QPointF(6, 6), QSizeF(12, 12));
  return {};
}

QRectF GraphScene::contentRect() const {
  QRectF all;
  for (const auto& [id, item] : nodes_) all |= item->box();
  for (const auto& [id, item] : frames_) all |= item->box();
  for (const auto& [id, item] : wires_) all |= item->boundingRect();
  return all;
}

std::vector<Id> GraphScene::wiresOf(Id id) const {
  const auto found = wiresOf_.find(id);
  return found == wiresOf_.end() ? std::vector<Id>() : found->second;
}

QPointF GraphScene::portPoint(const Ref& ref) const {
  if (const NodeItem* item = node(ref.item)) return item->portAt(ref.port);
  if (const WireItem* item = wire(ref.item)) return item->middle();
  return {};
}

// Bringing up to date ----

void GraphScene::rebuild() {
  std::set<Id> all;
  for (const auto& [id, item] : nodes_) all.insert(id);
  for (const auto& [id, item] : frames_) all.insert(id);
  for (const auto& [id, item] : wires_) all.insert(id);
  for (const auto& [id, item] : project().items) all.insert(id);
  indexNotes();
  refresh(all);
}

void GraphScene::edited(const Edit& edit) {
  std::set<Id> touched;
  const auto ends = [&](const Item& item) {
    if (!item.isWire()) return;
    touched.insert(item.from.item);  // its ports fill, its colour may change
    touched.insert(item.to.item);
  };
  for (const Operation& op : edit.ops) {
    touched.insert(idOf(op));
    if (const auto* insert = std::get_if<Insert>(&op)) ends(insert->item);
    if (const auto* remove = std::get_if<Remove>(&op)) ends(remove->item);
    if (const Item* now = project().find(idOf(op))) ends(*now);
  }
  offset_.clear();
  by_ = {};
  refresh(touched);
}

void GraphScene::refresh(const std::set<Id>& ids) {
  wiresOf_ = wiresByItem(project());
  std::set<Id> rerouted;
  for (const Id id : ids) {
    const Item* item = project().find(id);
    if (!item || !(item->isWire() || isNode(*item) || isBoxed(*item))) {
      drop(id);
      continue;
    }
    if (item->isWire()) {
      if (!wires_.contains(id)) addItem(wires_[id] = new WireItem(id));
      rerouted.insert(id);
    } else if (isBoxed(*item)) {
      refreshFrame(*item);
    } else {
      refreshNode(id);
      for (const Id wire : wiresOf(id)) rerouted.insert(wire);
    }
  }
  // A wire onto a wire follows it.
  for (bool grew = true; grew;) {
    grew = false;
    for (const Id id : std::vector<Id>(rerouted.begin(), rerouted.end()))
      for (const Id wire : wiresOf(id)) grew = rerouted.insert(wire).second || grew;
  }
  rerouteWires(rerouted);
  setSelection(context_.looking().selection);
  Q_EMIT changedShape();
}

void GraphScene::refreshNode(Id id) {
  const Item& item = project().items.at(id);
  NodeItem*& shown = nodes_[id];
  if (!shown) addItem(shown = new NodeItem(id));
  std::vector<const Note*> notes;
  if (const auto found = notes_.find(id); found != notes_.end())
    for (const Note& note : found->second) notes.push_back(&note);
  const std::vector<Id> wires = wiresOf(id);
  const NodeType* type = context_.registry.nodeType(item.type);
  shown->setFace(
      type && !type->describe
          ? faceOf(project(), context_.registry, plainShape(*type, item), item, wires, notes)
          : faceOf(project(), context_.registry, item, wires, notes));
  shown->setPos(QPointF(numberOr(item.values, "x", 0), numberOr(item.values, "y", 0)) +
                offsetOf(id));
}

/// Described once, however many items there are.
const Shape& GraphScene::plainShape(const NodeType& type, const Item& item) {
  const auto found = shapes_.find(&type);
  if (found != shapes_.end()) return found->second;
  return shapes_[&type] = context_.registry.describe(item);
}

void GraphScene::refreshFrame(const Item& item) {
  const bool note = item.type == "layout.note";
  FrameItem*& shown = frames_[item.id];
  if (!shown)
    addItem(shown = new FrameItem(item.id, note ? FrameItem::Kind::Note : FrameItem::Kind::Frame));
  const QRectF box(numberOr(item.values, "x", 0), numberOr(item.values, "y", 0),
                   std::max(40.0, numberOr(item.values, "w", note ? 240 : 320)),
                   std::max(24.0, numberOr(item.values, "h", note ? 120 : 200)));
  const std::string text = note ? textOr(item.values, "text", "")
                                : textOr(item.values, "name", textOr(item.values, "text", "Frame"));
  shown->set(box.translated(offsetOf(item.id)), QString::fromStdString(text),
             QColor(QString::fromStdString(textOr(item.values, "colour", ""))));
}

void GraphScene::drop(Id id) {
  const auto out = [&](auto& map) {
    const auto found = map.find(id);
    if (found == map.end()) return;
    removeItem(found->second);
    delete found->second;
    map.erase(found);
  };
  out(nodes_), out(wires_), out(frames_);
}

void GraphScene::rerouteWires(const std::set<Id>& ids) {
  layWires(ids);
  for (const Id id : ids)
    if (WireItem* item = wire(id)) lookOf(item);
}

void GraphScene::layWires(const std::set<Id>& ids) {
  boxes_.clear();
  // Plain wires first: those onto wires, or out of them, end at their middle.
  for (const bool meetsWire : {false, true})
    for (const Id id : ids)
      if (WireItem* item = wire(id)) {
        const Item& written = project().items.at(id);
        if ((wires_.contains(written.to.item) || wires_.contains(written.from.item)) == meetsWire)
          wirePath(item);
      }
}

void GraphScene::wirePath(WireItem* item) {
  const Item& wire = project().items.at(item->id());
  RouteEnds ends{portPoint(wire.from), portPoint(wire.to), box(wire.from.item), box(wire.to.item)};
  ends.fromWire = wires_.contains(wire.from.item);
  ends.toWire = wires_.contains(wire.to.item);
  std::vector<QPointF> points = reroutePoints(wire);
  if (offset_.contains(wire.from.item) && offset_.contains(wire.to.item))
    for (QPointF& point : points) point += by_;
  const bool isBack = points.empty() && !ends.fromWire && ends.from.x() > ends.to.x() + 8;
  if (isBack) ends.lane = laneOf(wire);
  if (isBack && boxes_.empty())
    for (const auto& [id, node] : nodes_) boxes_.push_back(node->box());
  item->setPath(
      route(ends, points, isBack ? std::span<const QRectF>(boxes_) : std::span<const QRectF>()),
      points);
}

/// Wires that go back past the same nodes lie beside each other, in order of their ids.
int GraphScene::laneOf(const Item& wire) const {
  std::set<Id> before;
  for (const Id end : {wire.from.item, wire.to.item})
    for (const Id other : wiresOf(end)) {
      const Item* beside = other < wire.id ? project().find(other) : nullptr;
      if (beside && beside->isWire() && portPoint(beside->from).x() > portPoint(beside->to).x() + 8)
        before.insert(other);
    }
  return static_cast<int>(before.size() % 5);
}

/// What wireColour says, out of the faces that are known already.
QColor GraphScene::colourOf(const Item& wire) const {
  const Item* from = project().find(wire.from.item);
  const NodeItem* source = from ? node(from->id) : nullptr;
  if (!source) return wireColour(project(), context_.registry, wire.id);
  const NodeType* type = context_.registry.nodeType(from->type);
  if (type && type->role == Role::Population && wire.type.starts_with("synapse."))
    return source->face().colour;
  const PortFace* port = source->face().port(wire.from.port);
  return port && port->known ? signalColour(port->port.signal) : theme().view;
}

void GraphScene::lookOf(WireItem* item) {
  const Item& wire = project().items.at(item->id());
  WireItem::Look look = item->look();
  look.colour = colourOf(wire);
  look.muted = switchOr(wire.values, "muted", false);
  look.selected = selected_.contains(item->id());
  const auto notes = notes_.find(item->id());
  look.broken = notes != notes_.end() && std::ranges::any_of(notes->second, [](const Note& note) {
                  return note.level == Note::Level::Error;
                });
  item->setLook(look);
}

void GraphScene::indexNotes() {
  notes_.clear();
  for (const Note& note : context_.notes())
    if (note.item != Id::none) notes_[note.item].push_back(note);
}

void GraphScene::look(bool thumbnails) {
  const auto same = [](const std::vector<Note>& a, const std::vector<Note>& b) {
    return std::ranges::equal(a, b, [](const Note& x, const Note& y) {
      return x.text == y.text && x.level == y.level && x.fix == y.fix;
    });
  };
  const std::map<Id, std::vector<Note>> before = std::move(notes_);
  indexNotes();
  std::set<Id> changed;
  for (const auto& [id, notes] : before)
    if (const auto now = notes_.find(id); now == notes_.end() || !same(now->second, notes))
      changed.insert(id);
  for (const auto& [id, notes] : notes_)
    if (!before.contains(id)) changed.insert(id);
  if (!changed.empty()) refresh(changed);
  if (context_.looking().selection != selection_) setSelection(context_.looking().selection);
  if (!thumbnails) return;
  std::vector<const Tape*> sources;
  for (const auto& [id, item] : nodes_) {
    if (!item->face().thumbnail) continue;
    sources.clear();
    for (const Id source : item->face().sources) sources.push_back(context_.tape(source));
    item->look(context_.tape(id), sources);
  }
}

void GraphScene::setSelection(std::span<const Id> ids) {
  selection_.assign(ids.begin(), ids.end());
  selected_ = {ids.begin(), ids.end()};
  for (const auto& [id, item] : nodes_) item->setSelected(selected_.contains(id));
  for (const auto& [id, item] : frames_) item->setMarks(selected_.contains(id), false, false);
  for (const auto& [id, item] : wires_) {
    WireItem::Look look = item->look();
    look.selected = selected_.contains(id);
    item->setLook(look);
  }
}

// Drags ----

QPointF GraphScene::offsetOf(Id id) const { return offset_.contains(id) ? by_ : QPointF(); }

void GraphScene::setOffset(std::span<const Id> ids, QPointF by) {
  offset_ = {ids.begin(), ids.end()};
  by_ = by;
  std::set<Id> wires;
  for (const Id id : ids) {
    const Item* item = project().find(id);
    if (!item) continue;
    const QPointF at = QPointF(numberOr(item->values, "x", 0), numberOr(item->values, "y", 0)) + by;
    if (NodeItem* shown = node(id)) shown->setPos(at);
    if (FrameItem* shown = frame(id)) shown->setPos(at);
    for (const Id wire : wiresOf(id)) {
      wires.insert(wire);
      for (const Id onto : wiresOf(wire)) wires.insert(onto);
    }
  }
  layWires(wires);
  Q_EMIT changedShape();
}

void GraphScene::showPoints(Id id, const std::vector<QPointF>& points) {
  WireItem* item = wire(id);
  const Item* written = project().find(id);
  if (!item || !written) return;
  RouteEnds ends{portPoint(written->from), portPoint(written->to), box(written->from.item),
                 box(written->to.item)};
  ends.fromWire = wires_.contains(written->from.item);
  ends.toWire = wires_.contains(written->to.item);
  item->setPath(route(ends, points, {}), points);
}

void GraphScene::showBox(Id id, const QRectF& box) {
  if (FrameItem* item = frame(id)) item->set(box, item->text(), item->tint());
}

void GraphScene::showAsWritten() {
  std::set<Id> all = offset_;
  offset_.clear();
  by_ = {};
  for (const auto& [id, item] : frames_) all.insert(id);
  for (const auto& [id, item] : wires_)
    if (!item->points().empty()) all.insert(id);
  refresh(all);
}

// What is where ----

Hit GraphScene::hit(QPointF at, double reach) const {
  if (const auto found = hitNode(at, reach)) return *found;
  if (const auto found = hitWire(at, reach)) return *found;
  if (const auto found = hitFrame(at, reach)) return *found;
  return {};
}

std::optional<Hit> GraphScene::hitNode(QPointF at, double reach) const {
  const double portReach = std::max(10.0, reach);
  std::optional<Hit> found;
  double nearest = portReach;
  for (const auto& [id, item] : nodes_) {
    if (!item->box().adjusted(-portReach, 0, portReach, 0).contains(at)) continue;
    const std::vector<PortFace>& ports = item->face().ports;
    for (int i = 0; i < static_cast<int>(ports.size()); ++i) {
      const QPointF way = item->pos() + ports[i].at - at;
      const double distance = std::hypot(way.x(), way.y());
      if (distance <= nearest) nearest = distance, found = Hit{Hit::On::Port, id, i};
    }
  }
  if (found) return found;
  const NodeItem* top = nullptr;
  for (const auto& [id, item] : nodes_)
    if (item->box().contains(at) && (!top || item->zValue() >= top->zValue())) top = item;
  if (!top) return std::nullopt;
  const QPointF inside = at - top->pos();
  if (!top->face().fix.isEmpty() && top->face().fixBox.contains(inside))
    return Hit{Hit::On::Fix, top->id()};
  return Hit{inside.y() < kHeader ? Hit::On::NodeHead : Hit::On::Node, top->id()};
}

std::optional<Hit> GraphScene::hitWire(QPointF at, double reach) const {
  std::optional<Hit> found;
  double nearest = std::max(5.0, reach);
  for (const auto& [id, item] : wires_) {
    if (!item->boundingRect().adjusted(-reach, -reach, reach, reach).contains(at)) continue;
    const std::vector<QPointF>& points = item->points();
    for (int i = 0; i < static_cast<int>(points.size()); ++i)
      if (std::hypot(points[i].x() - at.x(), points[i].y() - at.y()) <= std::max(8.0, reach))
        return Hit{Hit::On::WirePoint, id, i};
    const double distance = distanceTo(item->line(), at);
    if (distance <= nearest) nearest = distance, found = Hit{Hit::On::Wire, id};
  }
  return found;
}

std::optional<Hit> GraphScene::hitFrame(QPointF at, double reach) const {
  const FrameItem* top = nullptr;
  const double grip = std::max(5.0, reach);
  for (const auto& [id, item] : frames_) {
    if (!item->box().adjusted(-grip, -grip, grip, grip).contains(at)) continue;
    const auto area = [](const QRectF& box) { return box.width() * box.height(); };
    const bool above = !top || item->zValue() > top->zValue() ||
                       (item->zValue() == top->zValue() && area(item->box()) < area(top->box()));
    if (above) top = item;
  }
  if (!top) return std::nullopt;
  const QRectF box = top->box();
  Qt::Edges edges;
  if (std::abs(at.x() - box.left()) <= grip) edges |= Qt::LeftEdge;
  if (std::abs(at.x() - box.right()) <= grip) edges |= Qt::RightEdge;
  if (std::abs(at.y() - box.top()) <= grip) edges |= Qt::TopEdge;
  if (std::abs(at.y() - box.bottom()) <= grip) edges |= Qt::BottomEdge;
  if (edges) return Hit{Hit::On::FrameEdge, top->id(), -1, edges};
  if (top->kind() == FrameItem::Kind::Note) return Hit{Hit::On::Note, top->id()};
  return Hit{at.y() < box.top() + 28 ? Hit::On::FrameHead : Hit::On::Frame, top->id()};
}

std::vector<Id> GraphScene::inside(const QRectF& rect) const {
  std::vector<Id> ids;
  for (const auto& [id, item] : nodes_)
    if (rect.intersects(item->box())) ids.push_back(id);
  for (const auto& [id, item] : frames_)  // a frame is taken only whole: one draws inside it
    if (rect.contains(item->box())) ids.push_back(id);
  for (const auto& [id, item] : wires_)
    if (rect.contains(item->path().boundingRect())) ids.push_back(id);
  return ids;
}

}  // namespace spk::panels::graph
