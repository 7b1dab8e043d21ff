// How signals and nodes are drawn: colours and the shapes of ports.
#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <numbers>
#include <vector>

#include "engine/graph/Distribution.h"
#include "panels/kit/Theme.h"
#include "panels/kit/signals.h"

namespace spk {
namespace {

/// Corners on a circle of radius r; the first at `start` [rad], counted from the right, downwards.
QPolygonF regular(QPointF centre, double r, int corners, double start) {
  QPolygonF polygon;
  for (int i = 0; i < corners; ++i) {
    const double angle = start + 2 * std::numbers::pi * i / corners;
    polygon << centre + r * QPointF(std::cos(angle), std::sin(angle));
  }
  return polygon;
}

void paintTensor(QPainter& painter, QPointF centre, double half) {
  const QRectF box(centre.x() - half, centre.y() - half, 2 * half, 2 * half);
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(box);
  for (const double share : {1.0 / 3, 2.0 / 3}) {
    const double y = box.top() + share * box.height();
    painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y));
  }
}

/// −1, 0 or +1: what the weight of a synapse says; a distribution by its mean.
int weightSign(const Item& wire) {
  if (wire.to.port == "inh") return -1;
  const auto found = wire.values.find("weight");
  if (found == wire.values.end()) return 1;
  const auto weight = Distribution::read(found->second);
  const double mean = weight ? weight.value().mean() : 0;
  return mean > 0 ? 1 : mean < 0 ? -1 : 0;
}

bool isInhibitory(const Project& project, Id population, std::span<const Id> wires) {
  int sum = 0;
  for (const Id id : wires) {
    const Item* wire = project.find(id);
    if (wire && wire->from.item == population && wire->type.starts_with("synapse."))
      sum += weightSign(*wire);
  }
  return sum < 0;
}

std::vector<Id> wiresFrom(const Project& project, Id node) {
  std::vector<Id> wires;
  for (const auto& [id, item] : project.items)
    if (item.from.item == node && item.isWire()) wires.push_back(id);
  return wires;
}

}  // namespace

QColor signalColour(Signal signal) { return theme().bySignal[static_cast<std::size_t>(signal)]; }

void paintPort(QPainter& painter, Signal signal, QPointF centre, double size, bool connected) {
  const double half = size / 2;
  const QColor colour = signalColour(signal);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colour, std::max(1.0, size / 8)));
  painter.setBrush(connected ? colour : theme().surface);
  switch (signal) {
    case Signal::Spikes: painter.drawPolygon(regular(centre, half, 4, 0)); break;
    case Signal::Trace: painter.drawEllipse(centre, half * 0.8, half * 0.8); break;
    case Signal::Events:
      painter.drawRect(
          QRectF(centre.x() - half * 0.75, centre.y() - half * 0.75, half * 1.5, half * 1.5));
      break;
    case Signal::Flow:
      painter.drawPolygon(regular(centre + QPointF(0, half * 0.2), half, 3, -std::numbers::pi / 2));
      break;
    case Signal::Frames: {
      // Always hollow, that is its shape; a full centre says that something is connected.
      painter.setBrush(theme().surface);
      painter.drawRect(
          QRectF(centre.x() - half * 0.75, centre.y() - half * 0.75, half * 1.5, half * 1.5));
      if (connected) {
        painter.fillRect(
            QRectF(centre.x() - half * 0.25, centre.y() - half * 0.25, half * 0.5, half * 0.5),
            colour);
      }
      break;
    }
    case Signal::Scalar: painter.drawEllipse(centre, half * 0.45, half * 0.45); break;
    case Signal::Recording: painter.drawPolygon(regular(centre, half, 6, 0)); break;
    case Signal::Tensor: paintTensor(painter, centre, half * 0.8); break;
  }
  painter.restore();
}

QColor nodeColour(const Project& project, const NodeType* type, const Shape& shape, Id node,
                  std::span<const Id> wires) {
  if (!type || type->role == Role::View || type->role == Role::Layout || type->role == Role::Target)
    return theme().view;
  if (type->role == Role::Population)
    return isInhibitory(project, node, wires) ? theme().inhibitory : theme().excitatory;
  const auto output = std::ranges::find(shape.ports, false, &Port::input);
  return output == shape.ports.end() ? theme().view : signalColour(output->signal);
}

QColor nodeColour(const Project& project, const Registry& registry, Id id) {
  const Item* item = project.find(id);
  const NodeType* type = item ? registry.nodeType(item->type) : nullptr;
  if (type && item->isWire()) return wireColour(project, registry, id);
  return nodeColour(project, type, type ? registry.describe(*item) : Shape{}, id,
                    wiresFrom(project, id));
}

QColor wireColour(const Project& project, const Registry& registry, Id wire) {
  const Item* item = project.find(wire);
  const Item* source = item ? project.find(item->from.item) : nullptr;
  if (!source) return theme().view;
  const NodeType* type = registry.nodeType(source->type);
  if (type && type->role == Role::Population && item->type.starts_with("synapse.")) {
    return nodeColour(project, registry, source->id);
  }
  const Shape shape = registry.describe(*source);
  const Port* port = shape.port(item->from.port);
  return port ? signalColour(port->signal) : theme().view;
}

}  // namespace spk
