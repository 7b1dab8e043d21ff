#include "panels/graph/actions.h"

#include <array>

namespace spk {

std::span<const GraphAction> graphActions() {
  static constexpr std::array kActions = {
      GraphAction{"edit.cut", "Cut", "Ctrl+X", "Edit"},
      GraphAction{"edit.copy", "Copy", "Ctrl+C", "Edit"},
      GraphAction{"edit.paste", "Paste", "Ctrl+V", "Edit"},
      GraphAction{"edit.paste_wired", "Paste with incoming wires", "Ctrl+Shift+V", "Edit"},
      GraphAction{"edit.duplicate", "Duplicate", "Ctrl+D", "Edit"},
      GraphAction{"edit.delete", "Delete", "Del Backspace", "Edit"},
      GraphAction{"edit.select_all", "Select all", "Ctrl+A", "Edit"},
      GraphAction{"edit.select_none", "Select nothing", "Ctrl+Shift+A", "Edit"},
      GraphAction{"edit.rename", "Rename", "F2", "Edit"},
      GraphAction{"graph.search", "Add a node…", "Tab Shift+A", "Add"},
      GraphAction{"graph.note", "Add a note", "Ctrl+Shift+N", "Add"},
      GraphAction{"graph.frame", "Frame the selection", "Ctrl+G", "Add"},
      GraphAction{"graph.mute", "Mute", "M", "Edit"},
      GraphAction{"graph.bypass", "Bypass", "Ctrl+B", "Edit"},
      GraphAction{"graph.fix", "Do what the note offers", "Ctrl+.", "Edit"},
      GraphAction{"graph.fit", "Show the whole graph", ". Home", "View"},
      GraphAction{"graph.fit_selection", "Show the selection", "F", "View"},
      GraphAction{"graph.zoom_in", "Zoom in", "Ctrl++ Ctrl+=", "View"},
      GraphAction{"graph.zoom_out", "Zoom out", "Ctrl+-", "View"},
      GraphAction{"graph.zoom_one", "Actual size", "Ctrl+0", "View"},
      GraphAction{"graph.map", "Mini-map", "Ctrl+Shift+M", "View"},
  };
  return kActions;
}

}  // namespace spk
