#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Value.h"

namespace spk {

class MainWindow;

/// One thing that the window can do: a row of the table from which menus, command palette,
/// shortcut list and PanelContext::act are made.
struct ActionRow {
  const char* id;     ///< "file.save"
  const char* words;  ///< as in a menu; empty: only panels call it
  const char* menu;   ///< "File"; empty: not in a menu
  const char* keys;   ///< in Qt's portable form, several divided by blanks; the first is shown
  Result<Value> (*run)(MainWindow& window, const Values& values);
  bool (*enabled)(const MainWindow& window) = nullptr;
  bool (*checked)(const MainWindow& window) = nullptr;  ///< of rows that switch something
  bool divides = false;                                 ///< a line above it in its menu
};

/// All rows of the window itself, in menu order. Those of the canvas follow from graphActions().
std::span<const ActionRow> actionRows();
const ActionRow* actionRow(std::string_view id);
/// The menus, in order.
std::span<const char* const> menuNames();

}  // namespace spk
