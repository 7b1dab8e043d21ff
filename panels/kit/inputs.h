#pragma once
#include <QColor>
#include <QString>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

/// A wire into a view, and what its other end is.
struct Input {
  Id wire = Id::none, source = Id::none;
  std::string port;  ///< of the source: "out", or the name of a column
  Signal signal = Signal::Spikes;
  std::string unit;           ///< of that port
  QString name;               ///< of the source
  QColor colour;              ///< of the source, in the theme of the moment
  std::uint32_t neurons = 0;  ///< of a population; 0 for other nodes
  std::vector<int> shape;     ///< of the port: sensor [height, width] of events, if it is known
};

/// The wires into a view in order of their ids, those whose source is known.
std::vector<Input> inputsOf(const Project& project, const Registry& registry, Id view);
/// A population's size: its `n`, a number or the product of a grid; 0 for what has none.
std::uint32_t populationSize(const Registry& registry, const Item& item);
/// What is written in the item, else the parameter's initial value; `false` if it has none such.
Value parameterValue(const Registry& registry, const Item& item, std::string_view name);
/// The same as a number; NaN if there is none.
double parameterNumber(const Registry& registry, const Item& item, std::string_view name);
std::string parameterText(const Registry& registry, const Item& item, std::string_view name);
bool parameterOn(const Registry& registry, const Item& item, std::string_view name);
/// "E", or the title of its type where it has no name.
QString nodeName(const Registry& registry, const Item& item);

}  // namespace spk
