#include "engine/graph/builtins.h"

namespace spk {
namespace {

NodeType settings() {
  NodeType type{
      "project.settings",
      "Project settings",
      "What holds for the whole project: the time step, the seed of all random draws, how "
      "long a run lasts and how fast it is shown. Every project has one, item 1.",
      Role::Layout,
      "Project",
      "dt step seed duration pace"};
  type.shape.parameters = {
      {.name = "dt",
       .kind = Kind::Number,
       .initial = 0.1,
       .unit = "ms",
       .min = 0.001,
       .max = 10,
       .doc = "Time step of the simulation, a whole number of nanoseconds.",
       .live = false},
      {.name = "seed",
       .kind = Kind::Integer,
       .initial = std::int64_t{1},
       .min = 0,
       .max = 9007199254740992.0,
       .doc = "Seed of all random draws; equal seeds give equal runs.",
       .live = false},
      {.name = "duration",
       .kind = Kind::Number,
       .initial = 10.0,
       .unit = "s",
       .min = 0,
       .max = 1e6,
       .doc = "Biological time after which a run ends by itself; 0: never."},
      {.name = "pace",
       .kind = Kind::Number,
       .initial = 1.0,
       .unit = "",
       .min = 0,
       .max = 1000,
       .doc = "Biological over wall time: 1 as the clock, 0.1 slow motion, 0 as fast as it goes."}};
  return type;
}

NodeType signalWire() {
  return {"wire.signal",
          "Wire",
          "Carries its signal unchanged: a trace to a current input, events to a filter, anything "
          "to a view. The receiver may add several wires that meet in one port.",
          Role::Projection,
          "Wires",
          "connection trace events cable"};
}

Parameter size(std::string name, double initial, const char* doc) {
  return {.name = std::move(name),
          .kind = Kind::Number,
          .initial = initial,
          .unit = "px",
          .min = 20,
          .max = 1e5,
          .doc = doc};
}

NodeType frame() {
  NodeType type{"layout.frame",
                "Frame",
                "A frame around nodes. Collapsed, it is a sub-graph: a single node whose ports are "
                "the wires that cross its edge; its inner wires keep their ends.",
                Role::Layout,
                "Layout",
                "group sub-graph subgraph box"};
  type.shape.parameters = {
      size("w", 320, "Width on the canvas."),
      size("h", 200, "Height on the canvas."),
      {.name = "text", .kind = Kind::Text, .initial = std::string(), .doc = "Words on the frame."},
      {.name = "colour",
       .kind = Kind::Colour,
       .initial = std::string(),
       .doc = "Tint, as #rrggbb; empty: the theme's."},
      {.name = "collapsed",
       .kind = Kind::Switch,
       .initial = false,
       .doc = "Drawn as one node, a sub-graph."}};
  return type;
}

NodeType note() {
  NodeType type{"layout.note", "Note",   "Words on the canvas, for whoever reads the project.",
                Role::Layout,  "Layout", "text comment sticky remark"};
  type.shape.parameters = {
      size("w", 240, "Width on the canvas."),
      size("h", 120, "Height on the canvas."),
      {.name = "text", .kind = Kind::Text, .initial = std::string(), .doc = "The words."},
      {.name = "colour",
       .kind = Kind::Colour,
       .initial = std::string(),
       .doc = "Tint, as #rrggbb; empty: the theme's."}};
  return type;
}

NodeType window() {
  NodeType type{"layout.window",
                "Window",
                "How the docks of a window are arranged, so that a project opens as it was left.",
                Role::Layout,
                "Project",
                "docks arrangement panels"};
  type.shape.parameters = {{.name = "docks",
                            .kind = Kind::Text,
                            .initial = Json{"{}"},
                            .doc = "The arrangement, as the window wrote it."}};
  return type;
}

Parameter place(std::string name, const char* doc) {
  return {.name = std::move(name),
          .kind = Kind::Number,
          .initial = 0.0,
          .unit = "ms",
          .min = 0,
          .max = 1e9,
          .doc = doc};
}

NodeType marks() {
  NodeType type{
      "project.marks",
      "Marks of the player",
      "Where the run begins and ends while it is looped, and how far a step of the player "
      "goes. Times of the run.",
      Role::Layout,
      "Project",
      "in out loop slice player"};
  type.shape.parameters = {
      place("in", "Where a loop begins."),
      place("out", "Where it ends; 0: nowhere."),
      {.name = "loop",
       .kind = Kind::Switch,
       .initial = false,
       .doc = "Whether the run goes back to `in`, exactly as it was then, when it comes to `out`."},
      {.name = "slice",
       .kind = Kind::Number,
       .initial = 10.0,
       .unit = "ms",
       .min = 0.001,
       .max = 60000,
       .doc = "How far a step of the player goes, forwards and backwards."}};
  return type;
}

NodeType bookmark() {
  NodeType type{"project.bookmark",
                "Bookmark",
                "A time of the run that one wants to find again, with a name.",
                Role::Layout,
                "Project",
                "bookmark time place player"};
  type.shape.parameters = {place("t", "The time.")};
  return type;
}

NodeType progress() {
  NodeType type{"lesson.progress",
                "Lesson progress",
                "How far the learner has come in a lesson. Written by edits that are no undo step.",
                Role::Layout,
                "Project",
                "learn tutorial"};
  type.shape.parameters = {
      {.name = "lesson", .kind = Kind::Text, .initial = std::string(), .doc = "The lesson's id."},
      {.name = "step",
       .kind = Kind::Integer,
       .initial = std::int64_t{0},
       .min = 0,
       .max = 1e6,
       .doc = "The step that is shown, counted from 0."},
      {.name = "done",
       .kind = Kind::Text,
       .initial = Json{"[]"},
       .doc = "Ids of the steps that are done."}};
  return type;
}

}  // namespace

void addBuiltIns(Registry& registry) {
  for (auto make : {settings, signalWire, frame, note, window, marks, bookmark, progress})
    registry.add(make());
}

}  // namespace spk
