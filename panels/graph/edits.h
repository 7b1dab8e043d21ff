#pragma once
#include <QPointF>
#include <QRectF>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk::panels::graph {

/// What the canvas does to a project, as plain edits: no widget, no document.
using NewId = std::function<Id()>;

/// A new node of `type` with a unique name at (x, y); `begins`: values that it begins with.
Item newNode(const Project& project, const NodeType& type, Id id, QPointF at,
             const Values& begins = {});

/// The wires that touch each item.
std::map<Id, std::vector<Id>> wiresByItem(const Project& project);

/// Takes the items away; members of a removed frame stay, in the frame around it.
Edit removing(const Project& project, const Registry& registry, std::span<const Id> ids);
/// Moves them, members of frames and the points of inner wires with them, by `by` pixels.
Edit moving(const Project& project, std::span<const Id> ids, QPointF by);
/// The items that `moving` moves.
std::vector<Id> moved(const Project& project, std::span<const Id> ids);
/// Puts each item into the frame that its new place lies in (`rect` knows where items are), or
/// takes it out; renames where the new siblings have that name. Appended to `edit`.
void reparent(const Project& project, std::span<const Id> ids,
              const std::function<QRectF(Id)>& rect, Edit& edit);
/// A frame around them, with their common parent as its own.
Edit framing(const Project& project, std::span<const Id> ids, const QRectF& around, Id frame);
/// Pokes the sources among them that are fired by hand; if there are none, all of the project.
Edit poking(const Project& project, const Registry& registry, std::span<const Id> ids);
/// Flips a switch (muted, bypassed) of all: on if any was off. Wires cannot be bypassed.
Edit toggling(const Project& project, const Registry& registry, std::span<const Id> ids,
              const std::string& key);
/// Another name; made unique. An empty one unwrites it.
Edit renaming(const Project& project, Id id, const std::string& name);

/// The first essential number or size that all of `ids` have: what a typed number means. A weight
/// has the unit of the port that it acts on.
std::optional<Parameter> firstNumber(const Project& project, const Registry& registry,
                                     std::span<const Id> ids);
/// That parameter of all of them as typed ("-4", "0.2 nA", "800"); Error says what is wrong.
Result<Edit> numberEdit(const Project& project, const Registry& registry, std::span<const Id> ids,
                        const Parameter& parameter, const std::string& text);

/// A wire, after wireType's judgement; ends may be given in either order.
Result<Edit> wiring(const Project& project, const Registry& registry, Ref a, Ref b, Id wire);
/// What the end is for a wire: true if something goes in there.
std::optional<bool> isInput(const Project& project, const Registry& registry, const Ref& end);
/// The first port of `item` that a wire with the other end `end` can have, by wireType; Error says
/// why the last one could not. `with` is the project to judge in.
Result<std::string> firstFit(const Project& with, const Registry& registry, const Ref& end,
                             Id item);
/// Cuts `wire` in two and leads it through `node`; Error if the types do not allow it.
Result<Edit> inserting(const Project& project, const Registry& registry, Id node, Id wire,
                       const NewId& newId);
/// How two nodes are joined: the first output of one that an input of the other takes. A source
/// comes before what is there, anything else after it. Nothing if no two ports fit.
std::optional<std::pair<Ref, Ref>> joining(const Project& project, const Registry& registry,
                                           Id there, Id added);

/// In a project on the clipboard (Project::unknown): the items that only say where incoming wires
/// start, as a list of ids.
inline constexpr const char* kOutside = "outside";
/// Nodes, frames and notes of such a project, or of a template; without those outside.
std::vector<Id> insideOf(const Project& part);

/// Another list of reroute points.
Edit rerouting(const Project& project, Id wire, const std::vector<QPointF>& points);
std::vector<QPointF> reroutePoints(const Item& wire);

}  // namespace spk::panels::graph
