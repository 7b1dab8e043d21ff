#pragma once
#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Note.h"
#include "engine/data/Tape.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk::panels::graph {

/// A port as drawn: on the left edge if input, else on the right; node coordinates [px].
struct PortFace {
  Port port;
  QPointF at;
  bool connected = false;
  bool known = true;  ///< false: a wire names it, the type does not have it
};
struct RowFace {
  std::string name;  ///< of the parameter
  QString value;
};

/// What a node shows, worked out once per edit: the painter only paints.
struct NodeFace {
  Id id = Id::none;
  QString name, type;
  QColor colour;
  bool known = true, muted = false, bypassed = false;
  std::vector<RowFace> rows;
  std::vector<PortFace> ports;
  bool thumbnail = false;
  bool counts = false;  ///< a filter: shows what comes in and what goes out
  std::vector<Id>
      sources;        ///< of a filter: the nodes whose items come in, if that is all they make
  QString note, fix;  ///< empty: none
  Note::Level level = Note::Level::Info;
  QSizeF size;
  QRectF thumbnailBox, countsBox, noteBox, fixBox;

  const PortFace* port(std::string_view which) const;
};

inline constexpr double kHeader = 30, kPad = 10, kThumbnail = 34;

/// All ports of an item, its columns among them as Trace outputs.
std::vector<Port> portsOf(const Registry& registry, const Item& item);
/// `wires` are those that touch the item; `notes` those that speak of it, of which the worst shows.
NodeFace faceOf(const Project& project, const Registry& registry, const Item& item,
                std::span<const Id> wires, std::span<const Note* const> notes);
/// The same with the item's shape, for who knows it already.
NodeFace faceOf(const Project& project, const Registry& registry, const Shape& shape,
                const Item& item, std::span<const Id> wires, std::span<const Note* const> notes);

/// "in 12.3 k/s → out 4.1 k/s": items per second of simulated time over the last second that `out`
/// knows of; without "in" if a tape of what comes in is missing, empty if nothing is known.
QString countsWords(const Tape* out, std::span<const Tape* const> in);

}  // namespace spk::panels::graph
