#include "app/demos.h"

#include <algorithm>

#include "engine/base/Json.h"
#include "engine/base/file.h"
#include "engine/base/resources.h"

namespace spk {
namespace fs = std::filesystem;
namespace {

void readWords(const fs::path& file, DemoCard& demo) {
  const auto text = readFile(file);
  const auto json = text ? JsonNode::parse(text.value()) : Result<JsonNode>(Error{});
  if (!json) return;
  for (const auto& [key, into] :
       {std::pair{"title", &demo.title}, {"about", &demo.about}, {"level", &demo.level}})
    if (const JsonNode* node = json.value().find(key); node && into->empty()) *into = node->text();
}

}  // namespace

std::vector<DemoCard> listDemos() {
  std::vector<DemoCard> demos;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(resourceFolder() / "demos", failed)) {
    DemoCard demo{entry.path().filename().string(), {}, {}, {}, entry.path() / "project.spk"};
    if (!fs::exists(demo.project, failed)) continue;
    demo.hasLesson = fs::exists(entry.path() / "lesson.json", failed);
    readWords(entry.path() / "lesson.json", demo);
    readWords(entry.path() / "demo.json", demo);
    if (demo.title.empty()) demo.title = demo.id;
    demos.push_back(std::move(demo));
  }
  std::ranges::sort(demos, {}, &DemoCard::id);
  // What the program begins with comes first.
  std::ranges::stable_partition(demos,
                                [](const DemoCard& demo) { return demo.id == "ei_balance"; });
  return demos;
}

}  // namespace spk
