#include <algorithm>

#include "app/commandLine.h"
#include "app/registry.h"
#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/check.h"
#include "engine/run/demos.h"

namespace spk {
int checkCommand(Words words) {
  std::string file;
  bool json = false;
  CLI::App app("Says what is wrong with a project; fails if a run would refuse it.", "check");
  app.add_option("PROJECT", file, "A .spk file")->required();
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  const Registry registry = wholeRegistry();
  const auto loaded = load(file, registry);
  if (!loaded) return console::fail(loaded.error());
  const Project& project = loaded.value().project;
  Notes notes = loaded.value().notes;
  const auto folder = std::filesystem::absolute(file).parent_path();
  console::addNotes(notes, check(project, registry, folder));
  if (json) {
    JsonNode value = JsonNode::object();
    value.set("notes", console::toJson(notes, project));
    if (const int code = console::answer(value); code != console::kDone) return code;
  } else {
    for (const Note& note : notes)
      console::print(std::string(levelWord(note.level)) + ": " + console::noteText(note, project) +
                     "\n");
    if (notes.empty()) console::print("nothing is wrong\n");
  }
  const auto errors = std::ranges::count_if(
      notes, [](const Note& note) { return note.level == Note::Level::Error; });
  if (errors == 0) return console::kDone;
  return console::fail({std::to_string(errors) + (errors == 1 ? " error" : " errors"), file});
}

int demosCommand(Words words) {
  bool json = false;
  CLI::App app("Lists the demos that come with the program.", "demos");
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  const auto found = demos();
  if (json) {
    JsonNode list = JsonNode::list();
    for (const Demo& demo : found) {
      JsonNode row = JsonNode::object();
      row.set("id", demo.id);
      row.set("title", demo.title);
      row.set("path", demo.project.string());
      row.set("level", demo.level);
      list.add(std::move(row));
    }
    return console::answer(list);
  }
  for (const Demo& demo : found)
    console::print(demo.id + "\n  " + demo.title + " (" + demo.level + ")\n  " +
                   demo.project.string() + "\n");
  if (found.empty())
    return console::fail({"holds no demos", (resourceFolder() / "demos").string()});
  return console::kDone;
}

}  // namespace spk
