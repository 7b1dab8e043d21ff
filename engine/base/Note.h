#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/base/Edit.h"

namespace spk {

/// A sentence for the user about an item: check(), import, fit, runs and lessons all speak Notes.
struct Note {
  enum class Level { Info, Warning, Error } level = Level::Info;
  std::string text;
  Id item = Id::none;
  std::string key = {};                  ///< the parameter or port meant
  std::optional<Edit> fix = std::nullopt;   ///< its title is the word on the button
};
using Notes = std::vector<Note>;

constexpr const char* levelWord(Note::Level level) {
  return level == Note::Level::Error ? "error" : level == Note::Level::Warning ? "warning" : "info";
}

}  // namespace spk
