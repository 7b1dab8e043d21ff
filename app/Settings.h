#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

/// What the user prefers, on this machine: theme, text size, recent files. A small project of the
/// same form as any other, in the user's configuration folder.
class Settings {
 public:
  /// $XDG_CONFIG_HOME/spikarium/settings.spk, else below ~/.config.
  static std::filesystem::path usualPlace();

  /// Unreadable settings are as none: the program starts with its defaults.
  explicit Settings(const Registry& registry, std::filesystem::path path = usualPlace());

  bool isLight() const;
  void setLight(bool light);
  double scale() const;
  void setScale(double scale);
  /// Latest first; only files that are there.
  std::vector<std::filesystem::path> recent() const;
  void addRecent(const std::filesystem::path& file);

 private:
  void set(const std::string& key, Value value);

  std::filesystem::path path_;
  Project project_;
};

}  // namespace spk
