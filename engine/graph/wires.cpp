#include <algorithm>

#include "engine/graph/Shapes.h"
#include "engine/graph/check.h"
#include "engine/graph/population.h"

namespace spk {
namespace {

std::string quoted(const Project& project, const Ref& ref) {
  return itemPath(project, ref.item) + "." + ref.port;
}

std::string portList(const Shape& shape, bool input) {
  std::string names;
  for (const Port& port : shape.ports)
    if (port.input == input) names += (names.empty() ? "" : ", ") + port.name;
  return names.empty() ? "none" : names;
}

struct End {
  const Item* item = nullptr;
  const NodeType* type = nullptr;
  const Shape* shape = nullptr;
  std::vector<const Port*> ports;  // of that name; a view may take several signals in one
};

Result<End> endOf(const Project& project, Shapes& shapes, const Ref& ref, bool input) {
  End end{project.find(ref.item), nullptr, nullptr, {}};
  const std::string side = input ? "into" : "from";
  if (!end.item)
    return Error{"the wire leads " + side + " nothing: there is no item #" +
                     std::to_string(number(ref.item)),
                 ""};
  end.type = shapes.type(*end.item);
  const std::string path = itemPath(project, ref.item);
  if (!end.type)
    return Error{
        path + " is of the unknown type " + end.item->type + "; its ports are not known here", ""};
  end.shape = &shapes.of(*end.item);
  for (const Port& port : end.shape->ports)
    if (port.name == ref.port && port.input == input) end.ports.push_back(&port);
  if (end.ports.empty())
    return Error{path + " has no " + (input ? "input \"" : "output \"") + ref.port +
                     "\"; there are: " + portList(*end.shape, input),
                 ""};
  return end;
}

Result<std::string> eventsToPopulation(const Project& project, const Ref& from, const Ref& to,
                                       const End& population) {
  const auto grid = gridOf(*population.item, *population.shape);
  if (grid && grid.value().size() == 3) return std::string("encode.events");
  const std::string n = grid ? " has n = " + std::to_string(grid.value()[0]) : " has no size";
  return Error{
      quoted(project, from) + " carries events of pixels, but " + itemPath(project, to.item) + n +
          "; give it a grid, n = [2, H, W] or [1, H, W], so that each pixel finds its neuron",
      ""};
}

}  // namespace

Result<std::string> wireType(const Project& project, Shapes& shapes, const Ref& from,
                             const Ref& to) {
  TRY(const End source, endOf(project, shapes, from, false));
  TRY(const End target, endOf(project, shapes, to, true));
  const Signal out = source.ports.front()->signal;
  const bool sameSignal =
      std::ranges::any_of(target.ports, [&](const Port* port) { return port->signal == out; });
  const Signal in = sameSignal ? out : target.ports.front()->signal;
  const bool population = target.type->role == Role::Population;
  if (out == Signal::Spikes && in == Signal::Spikes && population)
    return std::string("synapse.static");
  if (out == Signal::Events && in == Signal::Spikes && population)
    return eventsToPopulation(project, from, to, target);
  if (sameSignal) return std::string("wire.signal");
  return Error{quoted(project, from) + " gives " + signalWord(out) + ", but " +
                   quoted(project, to) + " takes " + signalWord(in),
               ""};
}

Result<std::string> wireType(const Project& project, const Registry& registry, const Ref& from,
                             const Ref& to) {
  Shapes shapes(registry);
  return wireType(project, shapes, from, to);
}

}  // namespace spk
