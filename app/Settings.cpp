#include "app/Settings.h"

#include <algorithm>
#include <cstdlib>

#include "engine/base/Json.h"
#include "engine/graph/ProjectFile.h"

namespace spk {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kRecent = 10;

std::vector<fs::path> listed(const Project& project) {
  std::vector<fs::path> files;
  const auto& values = project.settings().values;
  const auto found = values.find("recent");
  const Json* text = found == values.end() ? nullptr : std::get_if<Json>(&found->second);
  const auto list = text ? JsonNode::parse(text->text) : Result<JsonNode>(JsonNode::list());
  if (!list) return files;
  for (const JsonNode& entry : list.value().items()) files.emplace_back(entry.text());
  return files;
}

}  // namespace

fs::path Settings::usualPlace() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const fs::path folder =
      config && *config ? fs::path(config) : fs::path(home ? home : ".") / ".config";
  return folder / "spikarium" / "settings.spk";
}

Settings::Settings(const Registry& registry, fs::path path)
    : path_(std::move(path)), project_(emptyProject()) {
  std::error_code failed;
  if (!fs::exists(path_, failed)) return;
  if (auto loaded = load(path_, registry)) project_ = std::move(loaded.value().project);
}

void Settings::set(const std::string& key, Value value) {
  project_.items[Id::settings].values[key] = std::move(value);
  // Preferences that cannot be kept are no reason to disturb: they hold until the program ends.
  (void)save(project_, path_);
}

bool Settings::isLight() const {
  return textOr(project_.settings().values, "theme", "dark") == "light";
}
void Settings::setLight(bool light) { set("theme", std::string(light ? "light" : "dark")); }

double Settings::scale() const {
  return std::clamp(numberOr(project_.settings().values, "scale", 1), 0.75, 2.0);
}
void Settings::setScale(double scale) { set("scale", std::clamp(scale, 0.75, 2.0)); }

std::vector<fs::path> Settings::recent() const {
  std::vector<fs::path> files = listed(project_);
  std::erase_if(files, [](const fs::path& file) {
    std::error_code failed;
    return !fs::exists(file, failed);
  });
  return files;
}

void Settings::addRecent(const fs::path& file) {
  std::vector<fs::path> files = listed(project_);
  std::erase(files, file);
  files.insert(files.begin(), file);
  if (files.size() > kRecent) files.resize(kRecent);
  JsonNode list = JsonNode::list();
  for (const fs::path& each : files) list.add(JsonNode{each.string()});
  set("recent", Json{list.write()});
}

}  // namespace spk
