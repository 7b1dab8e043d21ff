#include "engine/run/demos.h"

#include <algorithm>

#include "engine/base/Json.h"
#include "engine/base/file.h"
#include "engine/base/resources.h"

namespace spk {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFirst = "ei_balance";

void readWords(const fs::path& file, Demo& demo) {
  const auto text = readFile(file);
  if (!text) return;
  const auto json = JsonNode::parse(text.value());
  if (!json) return;
  for (const auto& [key, into] :
       {std::pair{"title", &demo.title}, {"about", &demo.about}, {"level", &demo.level}})
    if (const JsonNode* node = json.value().find(key); node && into->empty()) *into = node->text();
}

}  // namespace

std::vector<Demo> demos() {
  std::vector<Demo> found;
  std::error_code error;
  for (fs::directory_iterator entry(resourceFolder() / "demos", error), end; !error && entry != end;
       entry.increment(error)) {
    Demo demo;
    demo.id = entry->path().filename().string();
    demo.project = entry->path() / "project.spk";
    std::error_code missing;
    if (!fs::exists(demo.project, missing)) continue;
    demo.hasLesson = fs::exists(entry->path() / "lesson.json", missing);
    readWords(entry->path() / "lesson.json", demo);
    readWords(entry->path() / "demo.json", demo);
    if (demo.title.empty()) demo.title = demo.id;
    if (demo.level.empty()) demo.level = demo.hasLesson ? "lesson" : "free play";
    found.push_back(std::move(demo));
  }
  std::ranges::sort(found, {}, &Demo::id);
  std::ranges::stable_partition(found, [](const Demo& demo) { return demo.id == kFirst; });
  return found;
}

}  // namespace spk
