#include "panels/graph/face.h"

#include <algorithm>

#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"
#include "panels/kit/signals.h"

namespace spk::panels::graph {
namespace {

QString words(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

const Value& valueOf(const Item& item, const Parameter& parameter) {
  const auto written = item.values.find(parameter.name);
  return written == item.values.end() ? parameter.initial : written->second;
}

/// "800 · LIF", "Poisson", "view".
QString typeWords(const Item& item, const NodeType* type, const Shape& shape) {
  if (!type) return words(item.type);
  if (type->role == Role::View) return QStringLiteral("view");
  const QString title = shortTitle(*type);
  const Parameter* n = type->role == Role::Population ? shape.parameter("n") : nullptr;
  return n ? shownSize(valueOf(item, *n)) + QStringLiteral(" · ") + title : title;
}

std::vector<RowFace> essentialRows(const Item& item, const NodeType* type, const Shape& shape) {
  std::vector<RowFace> rows;
  for (const Parameter& parameter : shape.parameters) {
    if (!parameter.essential || rows.size() == 3) continue;
    if (parameter.name == "n" && type && type->role == Role::Population) continue;  // in the head
    rows.push_back({parameter.name, shownValue(parameter, valueOf(item, parameter))});
  }
  return rows;
}

/// Columns beyond the first are many; on the node stand those that are wired, and so many others.
constexpr int kMostPorts = 4;
constexpr double kCounts = 18;

std::vector<PortFace> portFaces(const Project& project, const Shape& shape, const Item& item,
                                std::span<const Id> wires) {
  std::vector<PortFace> faces;
  for (const Port& port : shape.ports) faces.push_back({port});
  const auto mark = [&](const std::string& name, bool input) {
    const auto found = std::ranges::find_if(
        faces, [&](const auto& f) { return f.port.name == name && f.port.input == input; });
    if (found != faces.end())
      found->connected = true;
    else
      faces.push_back({Port{name, Signal::Scalar, input}, {}, true, false});
  };
  for (const Id id : wires) {
    const Item* wire = project.find(id);
    if (!wire) continue;
    if (wire->from.item == item.id) mark(wire->from.port, false);
    if (wire->to.item == item.id) mark(wire->to.port, true);
  }
  int outputs = 0;
  std::erase_if(faces, [&](const PortFace& face) {
    if (face.port.input) return false;
    const auto column = std::ranges::find(shape.columns, face.port.name, &Column::name);
    const bool isColumn = column != shape.columns.end();
    const bool spare = isColumn && !face.connected &&
                       (outputs >= kMostPorts || column->unit == "steps" || column->unit == "step");
    if (!spare) ++outputs;
    return spare;
  });
  return faces;
}

void placeParts(NodeFace& face) {
  double y = kHeader + kNodeRow * static_cast<double>(face.rows.size());
  if (face.thumbnail) {
    face.thumbnailBox = QRectF(kPad, y + 4, kNodeWidth - 2 * kPad, kThumbnail);
    y += kThumbnail + 8;
  }
  if (face.counts) {
    face.countsBox = QRectF(kPad, y - 3, kNodeWidth - 2 * kPad, kCounts);
    y += kCounts - 2;
  }
  y += face.rows.empty() && !face.thumbnail ? 0 : 6;
  if (!face.note.isEmpty()) {
    face.noteBox = QRectF(kPad, y + 2, kNodeWidth - 2 * kPad, face.note.size() > 22 ? 38 : 24);
    y += face.noteBox.height() + 10;
    if (!face.fix.isEmpty()) {
      const double width = std::min(84.0, 7.0 * static_cast<double>(face.fix.size()) + 12);
      face.fixBox = QRectF(face.noteBox.right() - width - 4, face.noteBox.top(), width + 4,
                           face.noteBox.height());
    }
  }
  int inputs = 0, outputs = 0;
  for (PortFace& port : face.ports) {
    int& index = port.port.input ? inputs : outputs;
    port.at = QPointF(port.port.input ? 0 : kNodeWidth, kHeader + kNodeRow * (index + 0.5));
    ++index;
  }
  const double ports = kHeader + kNodeRow * static_cast<double>(std::max(inputs, outputs)) + 6;
  face.size = QSizeF(kNodeWidth, std::max({y, ports, kHeader + 8.0}));
}

/// The nodes that the first input is fed by. A node counts what leaves its first output, so others
/// tell nothing here.
std::vector<Id> sourcesOf(const Project& project, const Registry& registry, const Shape& shape,
                          const Item& item, std::span<const Id> wires) {
  const auto input = std::ranges::find_if(shape.ports, &Port::input);
  std::vector<Id> sources;
  if (input == shape.ports.end()) return sources;
  for (const Id id : wires) {
    const Item* wire = project.find(id);
    if (!wire || wire->to.item != item.id || wire->to.port != input->name) continue;
    const Item* from = project.find(wire->from.item);
    if (!from || switchOr(wire->values, "muted", false)) continue;
    const Shape made = registry.describe(*from);
    const auto first =
        std::ranges::find_if(made.ports, [](const Port& port) { return !port.input; });
    if (first == made.ports.end() || first->name != wire->from.port) return {};
    sources.push_back(from->id);
  }
  return sources;
}

double perSecond(const Tape& tape, Time from, Time to) {
  double sum = 0;
  tape.visit<Count>(from + 1, to + 1, [&](std::span<const Count> counts) {
    for (const Count& count : counts)
      if (count.t > from && count.t <= to) sum += static_cast<double>(count.n);
  });
  return sum / toSeconds(to - from);
}

void addNote(NodeFace& face, std::span<const Note* const> notes) {
  const Note* worst = nullptr;
  for (const Note* note : notes)
    if (!worst || note->level > worst->level ||
        (note->level == worst->level && !worst->fix && note->fix))
      worst = note;
  if (!worst || worst->level == Note::Level::Info) return;
  face.note = words(worst->text);
  if (face.note.startsWith(face.name + ": ")) face.note.remove(0, face.name.size() + 2);
  face.level = worst->level;
  if (worst->fix) face.fix = words(worst->fix->title.empty() ? "Fix" : worst->fix->title);
}

}  // namespace

const PortFace* NodeFace::port(std::string_view which) const {
  const auto found =
      std::ranges::find_if(ports, [&](const auto& p) { return p.port.name == which; });
  return found == ports.end() ? nullptr : &*found;
}

std::vector<Port> portsOf(const Registry& registry, const Item& item) {
  return registry.describe(item).ports;
}

NodeFace faceOf(const Project& project, const Registry& registry, const Item& item,
                std::span<const Id> wires, std::span<const Note* const> notes) {
  return faceOf(project, registry, registry.describe(item), item, wires, notes);
}

NodeFace faceOf(const Project& project, const Registry& registry, const Shape& shape,
                const Item& item, std::span<const Id> wires, std::span<const Note* const> notes) {
  const NodeType* type = registry.nodeType(item.type);
  NodeFace face;
  face.id = item.id;
  face.name = shownName(project, registry, item.id);
  face.type = typeWords(item, type, shape);
  face.colour = nodeColour(project, type, shape, item.id, wires);
  face.known = type != nullptr;
  face.muted = switchOr(item.values, "muted", false);
  face.bypassed = switchOr(item.values, "bypassed", false);
  face.rows = essentialRows(item, type, shape);
  face.ports = portFaces(project, shape, item, wires);
  face.thumbnail = type && (type->role == Role::Population || type->role == Role::Filter ||
                            (type->role == Role::Source && type->body &&
                             std::ranges::any_of(shape.ports, [](const Port& port) {
                               return !port.input && port.signal == Signal::Events;
                             })));
  face.counts = type && type->role == Role::Filter;
  if (face.counts) face.sources = sourcesOf(project, registry, shape, item, wires);
  if (!face.known) face.note = QStringLiteral("unknown type"), face.level = Note::Level::Warning;
  addNote(face, notes);
  placeParts(face);
  return face;
}

QString countsWords(const Tape* out, std::span<const Tape* const> in) {
  if (!out || out->end() <= 0) return {};
  const Time to = out->end(), from = std::max<Time>(0, to - kSecond);
  const auto rate = [](double number) { return shownShort(number) + QStringLiteral("/s"); };
  const QString made = QStringLiteral("out ") + rate(perSecond(*out, from, to));
  if (in.empty() || std::ranges::count(in, nullptr) > 0) return made;
  double came = 0;
  for (const Tape* tape : in) came += perSecond(*tape, from, to);
  return QStringLiteral("in ") + rate(came) + QStringLiteral(" → ") + made;
}

}  // namespace spk::panels::graph
