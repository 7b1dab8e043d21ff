#pragma once
#include <QByteArray>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/Id.h"
#include "engine/base/Value.h"

namespace spk {

// What panels ask of the window through PanelContext::act, and the values that go with it:
//   look.select         {"items": [3, 5]}                    the selection, in order; may be empty
//   look.cursor         {"t": ns}                            the linked time cursor; −1: none
//   graph.reveal        {"item": 3}                          select it and bring it into view
//   graph.add           {"type": "neuron.lif_delta", "n": 800} or {"template": path}: at the
//                       view's centre; values of the type's parameters are what it begins with
//   graph.say           {"text": words}                      a line for the status bar; "" clears
//   file.drop           {"path": path, "x": px, "y": px}     a file fell on the canvas
//   history.closeMerge  {}                                   a drag has ended

/// The values of look.select, and back. Ids that are no positive integers are left out.
Values selectionValues(std::span<const Id> items);
std::vector<Id> selectionOf(const Values& values);
/// The values of graph.reveal, and back; Id::none if there is no such number.
Values itemValues(Id item);
Id itemOf(const Values& values);

/// Drag and drop from the palette: what droppedType writes, or the path of a template.
inline constexpr const char* kNodeTypeMime = "application/x-spikarium-node-type";
inline constexpr const char* kTemplateMime = "application/x-spikarium-template";

/// A node type, and behind a line break an item of it with what it is to begin with; and back.
QByteArray droppedType(const std::string& type, const Values& begins);
std::pair<std::string, Values> typeOfDrop(const QByteArray& dropped);

}  // namespace spk
