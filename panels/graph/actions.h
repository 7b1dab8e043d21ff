#pragma once
#include <span>

namespace spk {

/// One thing that the canvas can do by key or menu: GraphPanel::act(name).
struct GraphAction {
  const char* name;   ///< "edit.copy"
  const char* words;  ///< as in a menu
  const char* key;    ///< default shortcut in Qt's portable form, several divided by blanks
  const char* menu;   ///< "Edit", "Add", "View"; "Graph": in no menu, only a key on the canvas
};
/// All of them, in menu order. Keys without Ctrl or Alt belong to the canvas alone: it acts on them
/// itself when it has the focus, so that they never steal letters from a text field.
std::span<const GraphAction> graphActions();

}  // namespace spk
