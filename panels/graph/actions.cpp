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
      GraphAction{"graph.poke", "Poke", "K", "Edit"},
      GraphAction{"graph.fix", "Do what the note offers", "Ctrl+.", "Edit"},
      GraphAction{"graph.fit", "Show the whole graph", ". Home", "View"},
      GraphAction{"graph.fit_selection", "Show the selection", "F", "View"},
      GraphAction{"graph.zoom_in", "Zoom in", "Ctrl++ Ctrl+=", "View"},
      GraphAction{"graph.zoom_out", "Zoom out", "Ctrl+-", "View"},
      GraphAction{"graph.zoom_one", "Actual size", "Ctrl+0", "View"},
      GraphAction{"graph.map", "Mini-map", "Ctrl+Shift+M", "View"},
      GraphAction{"graph.focus_left", "Go to the node on the left", "Ctrl+Left", "Graph"},
      GraphAction{"graph.focus_right", "Go to the node on the right", "Ctrl+Right", "Graph"},
      GraphAction{"graph.focus_up", "Go to the node above", "Ctrl+Up", "Graph"},
      GraphAction{"graph.focus_down", "Go to the node below", "Ctrl+Down", "Graph"},
      GraphAction{"graph.next_output", "Choose the next output of the node", "]", "Graph"},
      GraphAction{"graph.next_input", "Choose the next input of the node", "[", "Graph"},
      GraphAction{"graph.pull_wire", "Pull a wire from the port, or let it end", "Return Enter",
                  "Graph"},
      GraphAction{"graph.next_wire", "Choose the next wire of the node", "}", "Graph"},
      GraphAction{"graph.previous_wire", "Choose the wire before", "{", "Graph"},
  };
  return kActions;
}

}  // namespace spk
