#include "app/actions.h"

#include <algorithm>
#include <array>

#include "app/MainWindow.h"
#include "engine/graph/check.h"
#include "panels/graph/GraphPanel.h"
#include "panels/kit/acts.h"

namespace spk {
namespace {

using Done = Result<Value>;
const Value kDone{true};

Done done(const Result<void>& result) { return result ? Done(kDone) : Done(result.error()); }

bool hasProject(const MainWindow& w) { return w.bench() && !w.isStartShown(); }
bool isRunning(const MainWindow& w) { return hasProject(w) && w.bench()->isPlaying(); }
bool isPaused(const MainWindow& w) { return hasProject(w) && !w.bench()->isPlaying(); }
bool hasLesson(const MainWindow& w) { return hasProject(w) && w.hasLesson(); }

/// A row that needs a project; without one it says so.
template <auto run>
Done withBench(MainWindow& w, const Values& values) {
  if (!w.bench()) return Error{"no project is open", ""};
  return run(w, *w.bench(), values);
}

Time timeOf(const Values& values, std::string_view key, Time fallback) {
  return integerOr(values, key, fallback);
}

Done toggleRun(MainWindow&, Workbench& bench, const Values&) {
  bench.isPlaying() ? bench.pause() : bench.play();
  return kDone;
}
Done play(MainWindow&, Workbench& bench, const Values&) { return bench.play(), kDone; }
Done pause(MainWindow&, Workbench& bench, const Values&) { return bench.pause(), kDone; }
Done step(MainWindow&, Workbench& bench, const Values&) { return bench.step(), kDone; }
Done reset(MainWindow&, Workbench& bench, const Values&) { return bench.rewind(0), kDone; }
Done back(MainWindow&, Workbench& bench, const Values&) {
  return bench.rewind(bench.status().now - kSecond), kDone;
}
Done rewindTo(MainWindow&, Workbench& bench, const Values& values) {
  return bench.rewind(timeOf(values, "t", 0)), kDone;
}
Done sliceOn(MainWindow&, Workbench& bench, const Values&) { return bench.jog(+1), kDone; }
Done sliceBack(MainWindow&, Workbench& bench, const Values&) { return bench.jog(-1), kDone; }
Done markIn(MainWindow&, Workbench& bench, const Values&) {
  return done(bench.markHere(Workbench::Mark::In));
}
Done markOut(MainWindow&, Workbench& bench, const Values&) {
  return done(bench.markHere(Workbench::Mark::Out));
}
Done toggleLoop(MainWindow&, Workbench& bench, const Values&) { return done(bench.toggleLoop()); }
Done bookmark(MainWindow&, Workbench& bench, const Values& values) {
  return done(bench.addBookmark(textOr(values, "name", "")));
}
Done nextBookmark(MainWindow&, Workbench& bench, const Values&) {
  return done(bench.goToBookmark(+1));
}
Done lastBookmark(MainWindow&, Workbench& bench, const Values&) {
  return done(bench.goToBookmark(-1));
}
Done fileReport(MainWindow&, Workbench& bench, const Values& values) {
  return Value{bench.fileReport(itemOf(values))};
}
Done stopFileReport(MainWindow&, Workbench& bench, const Values& values) {
  return bench.stopFileReport(itemOf(values)), kDone;
}
Done pace(MainWindow&, Workbench& bench, const Values& values) {
  const double wanted = numberOr(values, "pace", 1);
  if (!(wanted >= 0)) return Error{"a pace is 0 (as fast as it can) or more", "pace"};
  return done(
      bench.commit({"Set pace", {setting(bench.project(), Id::settings, "pace", Value{wanted})}}));
}
Done slower(MainWindow& w, Workbench& bench, const Values&) { return done(w.stepPace(bench, -1)); }
Done faster(MainWindow& w, Workbench& bench, const Values&) { return done(w.stepPace(bench, +1)); }
Done threads(MainWindow&, Workbench& bench, const Values& values) {
  if (values.contains("threads"))
    bench.setThreads(
        static_cast<unsigned>(std::clamp<std::int64_t>(integerOr(values, "threads", 0), 0, 256)));
  return Value{std::int64_t{bench.threads()}};
}
Done record(MainWindow& w, Workbench&, const Values& values) {
  return done(w.record(textOr(values, "path", "")));
}

Done undo(MainWindow&, Workbench& bench, const Values&) { return done(bench.undo()); }
Done redo(MainWindow&, Workbench& bench, const Values&) { return done(bench.redo()); }
Done closeMerge(MainWindow&, Workbench& bench, const Values&) { return bench.closeMerge(), kDone; }
Done select(MainWindow&, Workbench& bench, const Values& values) {
  return bench.select(selectionOf(values)), kDone;
}
Done cursor(MainWindow&, Workbench& bench, const Values& values) {
  return bench.showCursor(timeOf(values, "t", -1)), kDone;
}
Done reveal(MainWindow& w, Workbench&, const Values& values) {
  return w.reveal(itemOf(values)), kDone;
}
Done addNode(MainWindow& w, Workbench&, const Values& values) {
  if (const std::string path = textOr(values, "template", ""); !path.empty()) {
    const auto made = w.graph()->addTemplate(path);
    return made ? Done(kDone) : Done(made.error());
  }
  const std::string type = textOr(values, "type", "");
  const Shape shape = w.bench()->registry().describe(Item{.type = type});
  Values begins;
  for (const auto& [key, value] : values)
    if (const Parameter* parameter = shape.parameter(key)) {
      TRY_DO(checkValue(*parameter, value));
      begins[key] = value;
    }
  const auto id = w.graph()->add(type, begins);
  return id ? Done(Value{static_cast<std::int64_t>(number(id.value()))}) : Done(id.error());
}
Done say(MainWindow& w, Workbench&, const Values& values) {
  return w.say(QString::fromStdString(textOr(values, "text", ""))), kDone;
}

Done save(MainWindow& w, Workbench&, const Values&) { return done(w.save()); }
Done saveAs(MainWindow& w, Workbench&, const Values& values) {
  return done(w.saveAs(textOr(values, "path", "")));
}
Done exportView(MainWindow& w, Workbench&, const Values& values) {
  return done(w.exportView(itemOf(values), textOr(values, "path", "")));
}
Done exportEvents(MainWindow& w, Workbench&, const Values& values) {
  return done(w.exportEvents(values));
}
Done exportFilm(MainWindow& w, Workbench&, const Values& values) {
  return done(w.exportFilm(values));
}
Done exportClip(MainWindow& w, Workbench&, const Values& values) {
  return done(w.exportClip(values));
}
Done openFile(MainWindow& w, const Values& values) {
  return done(w.open(textOr(values, "path", "")));
}
Done dropFile(MainWindow& w, const Values& values) {
  return done(
      w.drop(textOr(values, "path", ""), numberOr(values, "x", 0), numberOr(values, "y", 0)));
}
Done newProject(MainWindow& w, const Values&) { return w.startNew(), kDone; }
Done showStart(MainWindow& w, const Values&) { return w.showStart(!w.isStartShown()), kDone; }
Done quit(MainWindow& w, const Values&) { return w.close(), kDone; }

template <int which>
Done showDock(MainWindow& w, Workbench&, const Values&) {
  constexpr std::array kNames = {"dock.nodes", "dock.inspector", "dock.notes", "dock.lesson",
                                 "dock.file"};
  return w.toggleDock(kNames[which]), kDone;
}
Done resetLayout(MainWindow& w, Workbench&, const Values&) { return w.resetLayout(), kDone; }
Done lesson(MainWindow& w, Workbench&, const Values& values) {
  return done(w.lessonAct(textOr(values, "do", "next"), values));
}

const ActionRow kRows[] = {
    {"file.new", "New project", "File", "Ctrl+N", newProject},
    {"file.open", "Open any file…", "File", "Ctrl+O", openFile},
    {"file.start", "Demos and recent files", "File", "Ctrl+Shift+O", showStart, nullptr,
     [](const MainWindow& w) { return w.isStartShown(); }},
    {"file.save", "Save", "File", "Ctrl+S", withBench<save>, hasProject, nullptr, true},
    {"file.saveAs", "Save as…", "File", "Ctrl+Shift+S", withBench<saveAs>, hasProject},
    {"file.exportView", "Export the view…", "File", "Ctrl+E", withBench<exportView>, hasProject},
    {"file.exportEvents", "Export events…", "File", "Ctrl+Shift+E", withBench<exportEvents>,
     hasProject},
    {"file.exportFilm", "Export a film of the view…", "File", "Ctrl+Alt+E", withBench<exportFilm>,
     hasProject},
    {"file.exportClip", "Export a clip: film and events", "File", "Ctrl+Alt+Shift+E",
     withBench<exportClip>, hasProject},
    {"file.quit", "Quit", "File", "Ctrl+Q", quit, nullptr, nullptr, true},
    {"file.drop", "", "", "", dropFile},

    {"edit.undo", "Undo", "Edit", "Ctrl+Z", withBench<undo>,
     [](const MainWindow& w) { return hasProject(w) && w.bench()->history().canUndo(); }},
    {"edit.redo", "Redo", "Edit", "Ctrl+Y Ctrl+Shift+Z", withBench<redo>,
     [](const MainWindow& w) { return hasProject(w) && w.bench()->history().canRedo(); }},
    {"history.closeMerge", "", "", "", withBench<closeMerge>},

    // Space itself is for the window to see, as text fields and the canvas want it as well.
    {"transport.toggle", "Play or pause", "Run", "F5", withBench<toggleRun>, hasProject},
    {"transport.play", "Play", "", "", withBench<play>, isPaused},
    {"transport.pause", "Pause", "", "", withBench<pause>, isRunning},
    {"transport.step", "One time step", "Run", "F6", withBench<step>, hasProject},
    {"transport.back", "One second back", "Run", "F4", withBench<back>, hasProject},
    {"transport.reset", "Back to t = 0", "Run", "Ctrl+Home", withBench<reset>, hasProject},
    {"transport.rewind", "", "", "", withBench<rewindTo>},
    {"player.back", "One slice back", "Run", "F7", withBench<sliceBack>, hasProject, nullptr, true},
    {"player.on", "One slice on", "Run", "F8", withBench<sliceOn>, hasProject},
    {"player.in", "Mark the beginning here", "Run", "Ctrl+F7", withBench<markIn>, hasProject},
    {"player.out", "Mark the end here", "Run", "Ctrl+F8", withBench<markOut>, hasProject},
    {"player.loop", "Loop between the marks", "Run", "Ctrl+F9", withBench<toggleLoop>, hasProject,
     [](const MainWindow& w) { return w.bench() && w.bench()->marks().loop; }},
    {"player.bookmark", "Bookmark this time", "Run", "F9", withBench<bookmark>, hasProject},
    {"player.bookmarkBefore", "Bookmark before", "Run", "Shift+F7", withBench<lastBookmark>,
     hasProject},
    {"player.bookmarkNext", "Next bookmark", "Run", "Shift+F8", withBench<nextBookmark>,
     hasProject},
    {"file.report", "", "", "", withBench<fileReport>},
    {"file.stopReport", "", "", "", withBench<stopFileReport>},
    {"transport.pace", "", "", "", withBench<pace>},
    {"transport.slower", "Slower", "Run", "Ctrl+[", withBench<slower>, hasProject, nullptr, true},
    {"transport.faster", "Faster", "Run", "Ctrl+]", withBench<faster>, hasProject},
    {"transport.record", "Record to file…", "Run", "Ctrl+R", withBench<record>, hasProject,
     [](const MainWindow& w) { return w.bench() && w.bench()->status().recording; }, true},
    {"run.threads", "", "", "", withBench<threads>},

    {"look.select", "", "", "", withBench<select>},
    {"look.cursor", "", "", "", withBench<cursor>},
    {"graph.reveal", "", "", "", withBench<reveal>},
    {"graph.add", "", "", "", withBench<addNode>},
    {"graph.say", "", "", "", withBench<say>},

    {"view.commands", "Find a command…", "View", "Ctrl+P Ctrl+K",
     [](MainWindow& w, const Values&) -> Done { return w.showCommands(), kDone; }},
    {"view.nodes", "Nodes", "View", "Ctrl+1", withBench<showDock<0>>, hasProject,
     [](const MainWindow& w) { return w.isDockSeen("dock.nodes"); }, true},
    {"view.inspector", "Inspector", "View", "Ctrl+2", withBench<showDock<1>>, hasProject,
     [](const MainWindow& w) { return w.isDockSeen("dock.inspector"); }},
    {"view.notes", "Notes", "View", "Ctrl+3", withBench<showDock<2>>, hasProject,
     [](const MainWindow& w) { return w.isDockSeen("dock.notes"); }},
    {"view.file", "Recording", "View", "Ctrl+6", withBench<showDock<4>>, hasProject,
     [](const MainWindow& w) { return w.isDockSeen("dock.file"); }},
    {"view.text", "Project text", "View", "Ctrl+4",
     [](MainWindow& w, const Values&) -> Done { return w.toggleText(), kDone; }, hasProject,
     [](const MainWindow& w) { return w.isTextShown(); }},
    {"view.resetLayout", "Arrange panels afresh", "View", "", withBench<resetLayout>, hasProject},
    {"view.theme", "Light theme", "View", "Ctrl+Shift+L",
     [](MainWindow& w, const Values&) -> Done { return w.setLight(!w.isLight()), kDone; }, nullptr,
     [](const MainWindow& w) { return w.isLight(); }, true},
    {"view.larger", "Larger text", "View", "Ctrl+Alt++ Ctrl+Alt+=",
     [](MainWindow& w, const Values&) -> Done { return w.setScale(w.scale() + 0.25), kDone; },
     [](const MainWindow& w) { return w.scale() < 2; }},
    {"view.smaller", "Smaller text", "View", "Ctrl+Alt+-",
     [](MainWindow& w, const Values&) -> Done { return w.setScale(w.scale() - 0.25), kDone; },
     [](const MainWindow& w) { return w.scale() > 0.75; }},
    {"view.plainSize", "Text as usual", "View", "Ctrl+Alt+0",
     [](MainWindow& w, const Values&) -> Done { return w.setScale(1), kDone; }},

    {"learn.lesson", "Lesson", "Learn", "Ctrl+5", withBench<showDock<3>>, hasLesson,
     [](const MainWindow& w) { return w.isDockSeen("dock.lesson"); }},
    {"learn.next", "Next step", "Learn", "Alt+Right",
     [](MainWindow& w, const Values&) -> Done { return done(w.lessonAct("next", {})); }, hasLesson},
    {"learn.back", "Step before", "Learn", "Alt+Left",
     [](MainWindow& w, const Values&) -> Done { return done(w.lessonAct("back", {})); }, hasLesson},
    {"lesson.do", "", "", "", withBench<lesson>},

    {"help.shortcuts", "Shortcuts", "Help", "F1",
     [](MainWindow& w, const Values&) -> Done { return w.showShortcuts(), kDone; }},
    {"help.about", "About Spikarium", "Help", "",
     [](MainWindow& w, const Values&) -> Done { return w.showAbout(), kDone; }},
};

constexpr const char* kMenus[] = {"File", "Edit", "Add", "Run", "View", "Learn", "Help"};

}  // namespace

std::span<const ActionRow> actionRows() { return kRows; }

const ActionRow* actionRow(std::string_view id) {
  const auto found =
      std::ranges::find(kRows, id, [](const ActionRow& row) { return std::string_view(row.id); });
  return found == std::end(kRows) ? nullptr : found;
}

std::span<const char* const> menuNames() { return kMenus; }

}  // namespace spk
