#include "panels/graph/gestures.h"

#include <QLineF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <set>

#include "engine/graph/check.h"
#include "panels/graph/Canvas.h"
#include "panels/graph/edits.h"
#include "panels/graph/route.h"
#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"

namespace spk::panels::graph {
namespace {

QString words(const std::string& text) { return QString::fromStdString(text); }

void setHovered(WireItem* wire, bool hovered) {
  if (!wire) return;
  WireItem::Look look = wire->look();
  look.hovered = hovered;
  wire->setLook(look);
}

}  // namespace

// MoveItems ----

MoveItems::MoveItems(Canvas& canvas, std::vector<Id> ids, QPointF from)
    : Gesture(canvas), ids_(std::move(ids)), all_(moved(canvas.project(), ids_)), from_(from) {
  lone_ = ids_.size() == 1 && canvas.graph().node(ids_.front()) &&
          canvas.graph().wiresOf(ids_.front()).empty();
}

void MoveItems::move(QPointF at, Qt::KeyboardModifiers keys) {
  if (all_.empty()) return;
  // The first item lands on the grid, the others keep their places beside it.
  const Item* first = canvas_.project().find(all_.front());
  if (!first) return;
  const QPointF was(numberOr(first->values, "x", 0), numberOr(first->values, "y", 0));
  by_ = Canvas::snapped(was + (at - from_)) - was;
  canvas_.graph().setOffset(all_, by_);
  mark(wireUnder(keys), frameUnder());
}

Id MoveItems::wireUnder(Qt::KeyboardModifiers keys) const {
  if (!lone_ || keys.testFlag(Qt::AltModifier)) return Id::none;
  const QRectF box = canvas_.graph().box(ids_.front());
  Id nearest = Id::none;
  double least = 16;
  for (const auto& [id, wire] : canvas_.graph().wires()) {
    const double distance = distanceTo(wire->line(), box.center());
    if (distance >= least) continue;
    int never = 0;  // ids are not used up for a look
    if (!inserting(canvas_.project(), canvas_.context().registry, ids_.front(), id,
                   [&] { return Id{~std::uint64_t{0} - static_cast<std::uint64_t>(never++)}; }))
      continue;
    least = distance, nearest = id;
  }
  return nearest;
}

Id MoveItems::frameUnder() const {
  const QPointF centre = canvas_.graph().box(ids_.front()).center();
  Id best = Id::none;
  double area = std::numeric_limits<double>::infinity();
  for (const auto& [id, frame] : canvas_.graph().frames()) {
    const QRectF box = frame->box();
    if (frame->kind() != FrameItem::Kind::Frame || std::ranges::find(all_, id) != all_.end())
      continue;
    if (box.contains(centre) && box.width() * box.height() < area)
      area = box.width() * box.height(), best = id;
  }
  return best;
}

void MoveItems::mark(Id wire, Id frame) {
  if (wire != wire_) {
    setHovered(canvas_.graph().wire(wire_), false);
    setHovered(canvas_.graph().wire(wire), true);
    wire_ = wire;
  }
  if (frame == frame_) return;
  if (FrameItem* old = canvas_.graph().frame(frame_))
    old->setMarks(canvas_.graph().isSelected(frame_), false, false);
  if (FrameItem* now = canvas_.graph().frame(frame))
    now->setMarks(canvas_.graph().isSelected(frame), false, true);
  frame_ = frame;
}

void MoveItems::finish(QPointF at, Qt::KeyboardModifiers keys) {
  move(at, keys);
  const Id wire = wire_;
  mark(Id::none, Id::none);
  const Project& project = canvas_.project();
  Edit edit = moving(project, ids_, by_);
  if (edit.ops.empty()) return cancel();
  if (wire != Id::none) {
    auto led =
        inserting(project, canvas_.context().registry, ids_.front(), wire, canvas_.context().newId);
    if (led) {
      edit.title = led.value().title;
      edit.ops.insert(edit.ops.end(), led.value().ops.begin(), led.value().ops.end());
    }
  }
  reparent(
      project, all_, [&](Id id) { return canvas_.graph().box(id); }, edit);
  if (!canvas_.commit(std::move(edit))) cancel();
}

void MoveItems::cancel() {
  mark(Id::none, Id::none);
  canvas_.graph().showAsWritten();
}

QString MoveItems::status() const {
  if (wire_ != Id::none)
    return QStringLiteral("Let go to lead the wire through · Alt keeps it apart");
  if (frame_ != Id::none)
    return QStringLiteral("Into frame “%1”").arg(canvas_.graph().frame(frame_)->text());
  return QStringLiteral("Moved by %1, %2 px · Esc puts back").arg(by_.x()).arg(by_.y());
}

// BoxSelect ----

BoxSelect::BoxSelect(Canvas& canvas, QPointF from)
    : Gesture(canvas), before_(canvas.graph().selection()), from_(from), to_(from) {}

void BoxSelect::move(QPointF at, Qt::KeyboardModifiers keys) {
  to_ = at;
  moved_ = true;
  const std::vector<Id> inside = canvas_.graph().inside(QRectF(from_, to_).normalized());
  if (!(keys & (Qt::ShiftModifier | Qt::ControlModifier))) {
    canvas_.select(inside);
  } else {
    std::vector<Id> both = before_;
    for (const Id id : inside) {
      const auto found = std::ranges::find(both, id);
      if (found == both.end())
        both.push_back(id);
      else
        both.erase(found);
    }
    canvas_.select(both);
  }
  canvas_.viewport()->update();
}

void BoxSelect::finish(QPointF, Qt::KeyboardModifiers) { canvas_.viewport()->update(); }

void BoxSelect::cancel() {
  canvas_.select(before_);
  canvas_.viewport()->update();
}

void BoxSelect::paint(QPainter& painter) const {
  if (!moved_) return;
  QColor inner = theme().action;
  inner.setAlpha(28);
  QPen pen(theme().action, 1);
  pen.setCosmetic(true);
  painter.setPen(pen);
  painter.setBrush(inner);
  painter.drawRect(QRectF(from_, to_).normalized());
}

// PullWire ----

PullWire::PullWire(Canvas& canvas, Ref end, QPointF from)
    : Gesture(canvas), end_(std::move(end)), from_(from), at_(from) {
  fromInput_ = isInput(canvas.project(), canvas.context().registry, end_).value_or(false);
  showFitting(true);
}

PullWire::~PullWire() { showFitting(false); }

std::vector<std::string> PullWire::fitting(Id node) const {
  std::vector<std::string> names;
  const NodeItem* item = canvas_.graph().node(node);
  if (!item) return names;
  for (const PortFace& port : item->face().ports) {
    if (port.port.input == fromInput_ || !port.known) continue;
    const Ref other{node, port.port.name};
    if (wireType(canvas_.project(), canvas_.context().registry, fromInput_ ? other : end_,
                 fromInput_ ? end_ : other))
      names.push_back(port.port.name);
  }
  return names;
}

void PullWire::showFitting(bool on) {
  for (const auto& [id, item] : canvas_.graph().nodes()) {
    std::vector<bool> fits;
    if (on) {
      const std::vector<std::string> names = fitting(id);
      for (const PortFace& port : item->face().ports)
        fits.push_back((id == end_.item && port.port.name == end_.port) ||
                       (port.port.input != fromInput_ &&
                        std::ranges::find(names, port.port.name) != names.end()));
    }
    item->setFitting(std::move(fits), on);
  }
}

/// Over a port: that one. Over a node's body: its first port that fits. On a wire: the wire itself.
void PullWire::move(QPointF at, Qt::KeyboardModifiers) {
  byKey_ = false;
  at_ = at;
  target_ = {};
  const Hit hit = canvas_.graph().hit(at, 8 / canvas_.zoom());
  if (const NodeItem* node = canvas_.graph().node(hit.item)) {
    const bool same = hit.item == end_.item && hit.on != Hit::On::Port;
    if (hit.on == Hit::On::Port)
      target_ = {hit.item, node->face().ports[hit.index].port.name};
    else if (!same) {
      const std::vector<std::string> names = fitting(hit.item);
      target_ = {hit.item, names.empty() ? std::string() : names.front()};
    }
    if (target_ == end_) target_ = {};
  } else if (hit.on == Hit::On::Wire) {
    const Project& project = canvas_.project();
    if (auto port = firstFit(project, canvas_.context().registry, end_, hit.item))
      target_ = {hit.item, port.value()};  // a plasticity rule's own input, or its weight
  }
  judge();
}

void PullWire::judge() {
  refusal_.clear();
  if (target_.item != Id::none) {
    const Project& project = canvas_.project();
    const Registry& registry = canvas_.context().registry;
    if (target_.port.empty()) {
      auto port = firstFit(project, registry, end_, target_.item);
      if (!port) refusal_ = words(port.error().what);
    } else if (auto edit = wiring(project, registry, end_, target_, Id::none); !edit) {
      refusal_ = words(edit.error().what);
    }
    const QPointF at = canvas_.graph().portPoint(target_);
    if (refusal_.isEmpty())
      at_ = at;
    else if (byKey_)
      at_ = at;
  }
  canvas_.say(refusal_, at_);
  canvas_.viewport()->update();
}

void PullWire::aim(Id node) {
  byKey_ = true;
  const std::vector<std::string> names = fitting(node);
  target_ = {node, names.empty() ? std::string() : names.front()};
  judge();
}

void PullWire::step(int ports) {
  const std::vector<std::string> names = fitting(target_.item);
  if (names.empty()) return;
  const auto found = std::ranges::find(names, target_.port);
  const auto count = static_cast<std::ptrdiff_t>(names.size());
  const std::ptrdiff_t at = found == names.end() ? -1 : found - names.begin();
  target_.port = names[static_cast<std::size_t>((at + ports + count) % count)];
  byKey_ = true;
  judge();
}

/// One wire; with Shift, from each selected node to each selected one, where the ends are among
/// them. What is not allowed, or there already, is left out.
std::vector<Edit> PullWire::wires(Qt::KeyboardModifiers keys) const {
  const Project& project = canvas_.project();
  const Registry& registry = canvas_.context().registry;
  const auto group = [&](const Ref& ref) {
    std::vector<Ref> refs{ref};
    if (!keys.testFlag(Qt::ShiftModifier) || !canvas_.graph().isSelected(ref.item)) return refs;
    for (const Id id : canvas_.graph().selection())
      if (const NodeItem* node = canvas_.graph().node(id);
          id != ref.item && node && node->face().port(ref.port))
        refs.push_back({id, ref.port});
    return refs;
  };
  std::vector<Edit> edits;
  for (const Ref& a : group(end_))
    for (const Ref& b : group(target_))
      if (auto edit = wiring(project, registry, a, b, Id::none)) {
        std::get<Insert>(edit.value().ops.front()).item.id = canvas_.context().newId();
        edits.push_back(std::move(edit).value());
      }
  return edits;
}

bool PullWire::connect(Qt::KeyboardModifiers keys) {
  if (target_.item == Id::none || !refusal_.isEmpty()) return false;
  std::vector<Edit> edits = wires(keys);
  if (edits.empty()) return false;
  Edit all = std::move(edits.front());
  for (std::size_t i = 1; i < edits.size(); ++i)
    all.ops.insert(all.ops.end(), edits[i].ops.begin(), edits[i].ops.end());
  if (edits.size() == 1) return canvas_.commit(std::move(all));
  all.title = "Wire " + std::to_string(edits.size()) + " pairs";
  std::vector<Id> made;
  for (const Operation& op : all.ops) made.push_back(std::get<Insert>(op).item.id);
  if (!canvas_.commit(std::move(all))) return false;
  canvas_.select(std::move(made));  // one sets their rule and weight together
  return true;
}

void PullWire::finish(QPointF at, Qt::KeyboardModifiers keys) {
  move(at, keys);
  const bool nothing = target_.item == Id::none;
  const QString refusal = refusal_;
  if (connect(keys)) return;
  if (!nothing) {
    canvas_.say(refusal, at);
    return;
  }
  // Let go where it began, or on its own node: a click. Otherwise, in space: what could go here?
  if (canvas_.graph().box(end_.item).contains(at) || QLineF(from_, at).length() < 16) return;
  canvas_.openSearch(at, end_);
}

void PullWire::paint(QPainter& painter) const {
  const NodeItem* node = canvas_.graph().node(end_.item);
  const PortFace* port = node ? node->face().port(end_.port) : nullptr;
  QColor colour = port ? signalColour(port->port.signal) : theme().secondary;
  if (!refusal_.isEmpty()) colour = theme().bad;
  const RouteEnds ends = fromInput_ ? RouteEnds{at_, from_, {}, {}} : RouteEnds{from_, at_, {}, {}};
  QPainterPath path(ends.from);
  const double reach = std::clamp(std::abs(ends.to.x() - ends.from.x()) * 0.5, 30.0, 160.0);
  path.cubicTo(ends.from + QPointF(reach, 0), ends.to - QPointF(reach, 0), ends.to);
  QPen pen(colour, 2);
  if (!refusal_.isEmpty()) pen.setDashPattern({4, 3});
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(path);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawEllipse(at_, 4, 4);
}

QString PullWire::status() const {
  const auto named = [&](const Ref& ref) {
    return shownName(canvas_.project(), canvas_.context().registry, ref.item) + "." +
           words(ref.port);
  };
  if (!refusal_.isEmpty()) return refusal_;
  if (target_.item != Id::none)
    return QStringLiteral("%1 → %2 · Shift: all selected · Esc cancels")
        .arg(named(fromInput_ ? target_ : end_), named(fromInput_ ? end_ : target_));
  return QStringLiteral(
             "Wire from %1: arrows choose a node, [ ] a port, Enter connects, Tab adds a node, Esc "
             "cancels")
      .arg(named(end_));
}

// CutWires, AddPoints ----

std::vector<Id> CutWires::crossed() const {
  std::vector<Id> ids;
  for (const auto& [id, wire] : canvas_.graph().wires())
    for (std::size_t i = 0; i + 1 < line_.size(); ++i)
      if (!crossings(wire->line(), line_[i], line_[i + 1]).empty()) {
        ids.push_back(id);
        break;
      }
  return ids;
}

void CutWires::move(QPointF at, Qt::KeyboardModifiers) {
  line_.push_back(at);
  const std::vector<Id> ids = crossed();
  for (const auto& [id, wire] : canvas_.graph().wires())
    setHovered(wire, std::ranges::find(ids, id) != ids.end());
  canvas_.viewport()->update();
}

void CutWires::finish(QPointF at, Qt::KeyboardModifiers keys) {
  move(at, keys);
  const std::vector<Id> ids = crossed();
  cancel();
  if (ids.empty()) return;
  Edit edit = removing(canvas_.project(), canvas_.context().registry, ids);
  edit.title = ids.size() == 1 ? "Cut a wire" : "Cut " + std::to_string(ids.size()) + " wires";
  canvas_.commit(std::move(edit));
}

void CutWires::cancel() {
  for (const auto& [id, wire] : canvas_.graph().wires()) setHovered(wire, false);
  canvas_.viewport()->update();
}

void CutWires::paint(QPainter& painter) const {
  QPen pen(theme().bad, 2, Qt::DashLine);
  pen.setCosmetic(true);
  painter.setPen(pen);
  painter.drawPolyline(line_.data(), static_cast<int>(line_.size()));
}

void AddPoints::move(QPointF at, Qt::KeyboardModifiers) {
  line_.push_back(at);
  canvas_.viewport()->update();
}

void AddPoints::finish(QPointF at, Qt::KeyboardModifiers keys) {
  move(at, keys);
  Edit all{"Reroute wires"};
  for (const auto& [id, wire] : canvas_.graph().wires()) {
    const Item* item = canvas_.project().find(id);
    if (!item) continue;
    // One point a wire, where the line first meets it.
    std::optional<QPointF> meets;
    for (std::size_t i = 0; i + 1 < line_.size() && !meets; ++i)
      if (const auto found = crossings(wire->line(), line_[i], line_[i + 1]); !found.empty())
        meets = found.front();
    if (!meets) continue;
    std::vector<QPointF> points = reroutePoints(*item);
    const int index = pointIndex(canvas_.graph().portPoint(item->from), points,
                                 canvas_.graph().portPoint(item->to), *meets);
    points.insert(points.begin() + index, Canvas::snapped(*meets));
    all.ops.push_back(std::move(rerouting(canvas_.project(), id, points).ops.front()));
  }
  canvas_.viewport()->update();
  if (!all.ops.empty()) canvas_.commit(std::move(all));
}

void AddPoints::paint(QPainter& painter) const {
  QPen pen(theme().action, 2, Qt::DashLine);
  pen.setCosmetic(true);
  painter.setPen(pen);
  painter.drawPolyline(line_.data(), static_cast<int>(line_.size()));
}

// MovePoint, ResizeFrame ----

MovePoint::MovePoint(Canvas& canvas, Id wire, int index)
    : Gesture(canvas), wire_(wire), index_(index) {
  if (const Item* item = canvas.project().find(wire)) points_ = reroutePoints(*item);
}

void MovePoint::move(QPointF at, Qt::KeyboardModifiers) {
  if (index_ >= static_cast<int>(points_.size())) return;
  points_[index_] = Canvas::snapped(at);
  moved_ = true;
  canvas_.graph().showPoints(wire_, points_);
}

void MovePoint::finish(QPointF at, Qt::KeyboardModifiers keys) {
  move(at, keys);
  if (moved_) canvas_.commit(rerouting(canvas_.project(), wire_, points_));
}

void MovePoint::cancel() { canvas_.graph().showAsWritten(); }

ResizeFrame::ResizeFrame(Canvas& canvas, Id frame, Qt::Edges edges)
    : Gesture(canvas),
      frame_(frame),
      edges_(edges),
      box_(canvas.graph().box(frame)),
      before_(box_) {}

void ResizeFrame::move(QPointF at, Qt::KeyboardModifiers) {
  const QPointF to = Canvas::snapped(at);
  const double least = 40;
  if (edges_.testFlag(Qt::LeftEdge)) box_.setLeft(std::min(to.x(), box_.right() - least));
  if (edges_.testFlag(Qt::RightEdge)) box_.setRight(std::max(to.x(), box_.left() + least));
  if (edges_.testFlag(Qt::TopEdge)) box_.setTop(std::min(to.y(), box_.bottom() - least));
  if (edges_.testFlag(Qt::BottomEdge)) box_.setBottom(std::max(to.y(), box_.top() + least));
  canvas_.graph().showBox(frame_, box_);
}

void ResizeFrame::finish(QPointF at, Qt::KeyboardModifiers keys) {
  move(at, keys);
  Edit edit{"Resize"};
  const auto set = [&](const char* key, double was, double now) {
    if (was != now) edit.ops.push_back(setting(canvas_.project(), frame_, key, Value{now}));
  };
  set("x", before_.x(), box_.x());
  set("y", before_.y(), box_.y());
  set("w", before_.width(), box_.width());
  set("h", before_.height(), box_.height());
  if (!edit.ops.empty()) canvas_.commit(std::move(edit));
}

void ResizeFrame::cancel() { canvas_.graph().showAsWritten(); }

}  // namespace spk::panels::graph
