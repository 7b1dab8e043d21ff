#include "app/flowBench.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <memory>
#include <vector>

#include "app/console.h"
#include "app/registry.h"
#include "engine/analysis/flow.h"
#include "engine/data/testScenes.h"
#include "engine/sim/Body.h"

namespace spk {
namespace {

constexpr Time kBatch = 5 * kMillisecond;
constexpr double kSeconds = 1, kWay = 60;  // a scene lasts so long, or until it has moved so far

/// Processor time of this process [s]: other programs' work is none of it.
double processorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// One scene as a camera sees it, and a typical speed in it [px/s].
struct Seen {
  const TestScene* scene = nullptr;
  bool noisy = false;
  double speed = 0;
  int width = 0, height = 0;
  LabelledEvents events;
  std::string name() const { return std::string(scene->id) + (noisy ? " + noise" : ""); }
};

Seen see(const TestScene& scene, bool noisy) {
  Seen seen{&scene, noisy};
  const CameraPixels pixels = noisy ? noisyPixels() : cleanPixels();
  seen.width = pixels.width;
  seen.height = pixels.height;
  const Pattern& p = scene.pattern;
  // What turns or grows is fastest at the rim; a third of the way to it stands for all.
  const double third = 40;
  seen.speed = p.speed > 0 ? p.speed : third * std::max(std::abs(p.rotation), std::abs(p.growth));
  const double seconds = std::min(kSeconds, std::max(0.2, kWay / seen.speed));
  seen.events = recordScene(p, pixels, static_cast<Time>(seconds * kSecond));
  return seen;
}

/// A method, what it is for, and how one sets it for a speed: times as px of motion.
struct Method {
  const char* id;
  enum class Tells { Normal, Full, Direction } tells = Tells::Normal;
  enum class Gives { Events, Windows } gives = Gives::Events;
  double quiet = 10, age = 8;    ///< t_ref and max_age [px]
  const char* window = nullptr;  ///< name of its own span of time
  double windowWay = 0;          ///< [px]
  Values values = {};
};

const std::vector<Method>& methods() {
  using enum Method::Tells;
  using enum Method::Gives;
  static const std::vector<Method> kMethods = {
      {"flow.plane", Normal},
      {"flow.savitzky_golay", Normal},
      {"flow.triplets", Normal},
      {"flow.lucas_kanade", Direction, Events, 0, 0, "window", 5, {{"radius", std::int64_t{3}}}},
      {"flow.multi_scale", Full, Events, 10, 8, "recent", 10},
      {"flow.contrast_max", Full, Windows, 0, 0, "window", 8}};
  return kMethods;
}

Item itemFor(const Method& method, const Seen& seen) {
  Item item;
  item.type = method.id;
  item.values = method.values;
  item.values[kFromShape] =
      Json{"[" + std::to_string(seen.height) + ", " + std::to_string(seen.width) + "]"};
  const auto msFor = [&](double way) { return 1e3 * way / seen.speed; };
  if (method.quiet > 0) item.values["t_ref"] = msFor(method.quiet);
  if (method.age > 0) item.values["max_age"] = msFor(method.age);
  if (method.window) item.values[method.window] = msFor(method.windowWay);
  return item;
}

struct Ran {
  std::vector<Flow> flows;
  double seconds = 0;
};

/// Runs the node as the engine would, batch after batch.
Result<Ran> run(const Method& method, const Seen& seen, const Registry& registry) {
  const NodeType* type = registry.nodeType(method.id);
  if (!type || !type->body) return Error{"there is no such node", method.id};
  TRY(auto body, type->body(itemFor(method, seen), registry));
  Ran ran;
  const auto& events = seen.events.events;
  StreamBuffer in = std::vector<Event>(), out = std::vector<Flow>();
  auto& taken = std::get<std::vector<Event>>(in);
  auto& made = std::get<std::vector<Flow>>(out);
  const StreamBuffer* inputs[] = {&in};
  StreamBuffer* outputs[] = {&out};
  std::size_t at = 0;
  const Time end = events.empty() ? 0 : events.back().t + kSecond / 2;
  for (Time t = 0; t < end; t += kBatch) {
    taken.clear();
    made.clear();
    for (; at < events.size() && events[at].t < t + kBatch; ++at) taken.push_back(events[at]);
    made.reserve(std::max(taken.size(), body->room(kBatch)));
    Batch batch;
    batch.begin = t;
    batch.end = t + kBatch;
    batch.dt_ms = 0.1;
    batch.step = static_cast<std::uint64_t>(t / (100 * kMicrosecond));
    std::uint64_t overflow = 0;
    batch.inputs = inputs;
    batch.outputs = outputs;
    batch.overflow = &overflow;
    const double begin = processorSeconds();
    body->run(batch);
    ran.seconds += processorSeconds() - begin;
    if (overflow > 0) return Error{std::to_string(overflow) + " flows had no room", method.id};
    ran.flows.insert(ran.flows.end(), made.begin(), made.end());
  }
  return ran;
}

/// Flows beside the truth: of the last event at their pixel.
struct Judged {
  FlowScore full, normal;
  std::uint64_t flows = 0, noiseFlows = 0, motion = 0;
  std::vector<Flow> moved;  ///< each event that has flow, with it
};

Judged judge(const Method& method, const Seen& seen, const std::vector<Flow>& flows) {
  Judged judged;
  const LabelledEvents& all = seen.events;
  const auto pixelOf = [&](const auto& item) {
    return static_cast<std::size_t>(item.y) * static_cast<std::size_t>(seen.width) + item.x;
  };
  constexpr std::size_t kNone = ~std::size_t{0};
  std::vector<std::size_t> last(
      static_cast<std::size_t>(seen.width) * static_cast<std::size_t>(seen.height), kNone);
  for (const std::uint8_t noise : all.noise) judged.motion += !noise;
  std::size_t at = 0, windowFrom = 0;
  for (std::size_t f = 0; f < flows.size();) {
    std::size_t end = f;
    while (end < flows.size() && flows[end].t == flows[f].t) ++end;
    for (; at < all.events.size() && all.events[at].t <= flows[f].t; ++at)
      last[pixelOf(all.events[at])] = at;
    std::vector<Flow> field;
    if (method.gives == Method::Gives::Windows) field.resize(last.size());
    for (; f < end; ++f) {
      const Flow& flow = flows[f];
      if (!field.empty()) field[pixelOf(flow)] = flow;
      const std::size_t event = last[pixelOf(flow)];
      if (event == kNone || all.noise[event]) {
        ++judged.noiseFlows;
        continue;
      }
      const auto velocity = [](const Flow& from) {
        return Velocity{static_cast<double>(from.vx), static_cast<double>(from.vy)};
      };
      judged.full.add(velocity(flow), velocity(all.full[event]));
      judged.normal.add(velocity(flow), velocity(all.normal[event]));
      ++judged.flows;
      if (field.empty()) judged.moved.push_back(flow);
    }
    for (; windowFrom < at && !field.empty(); ++windowFrom) {
      const Event& e = all.events[windowFrom];
      const Flow& flow = field[pixelOf(e)];
      if (flow.t > 0) judged.moved.push_back({e.t, e.x, e.y, flow.vx, flow.vy});
    }
  }
  return judged;
}

JsonNode rowOf(const FlowErrors& errors) {
  return JsonNode::object({{"median_relative", errors.medianRelative},
                           {"mean_relative", errors.meanRelative},
                           {"aee_px_per_s", errors.aee},
                           {"median_angle", errors.medianAngle},
                           {"mean_angle", errors.meanAngle},
                           {"outliers", errors.outliers}});
}

double numberIn(const JsonNode& node, const char* key) {
  const JsonNode* found = node.find(key);
  return found ? found->number() : 0;
}

/// What is asked of a method, scene by scene.
class Bars {
 public:
  void atMost(const std::string& what, double limit, double measured) {
    add(what, limit, measured, measured <= limit);
  }
  void atLeast(const std::string& what, double limit, double measured) {
    add(what, limit, measured, measured >= limit);
  }
  JsonNode take() { return std::move(list_); }

 private:
  void add(const std::string& what, double limit, double measured, bool held) {
    list_.add(JsonNode::object(
        {{"bar", what}, {"limit", limit}, {"measured", measured}, {"held", held}}));
  }
  JsonNode list_ = JsonNode::list();
};

void addBars(Bars& bars, const Method& method, const Seen& seen, const JsonNode& scene) {
  const std::string id = seen.scene->id, name = seen.name();
  const bool blobs = id.starts_with("S5") || id == "S6" || id == "S7";
  const auto accuracy = [&](const char* truth, double relative, double angle) {
    const JsonNode& errors = *scene.find(truth);
    bars.atMost(name + ", median error against the " + truth + " truth", relative,
                numberIn(errors, "median_relative"));
    if (angle > 0)
      bars.atMost(name + ", median angle against the " + truth + " truth", angle,
                  numberIn(errors, "median_angle"));
  };
  if (method.tells == Method::Tells::Normal) {
    if (id == "S1" && seen.noisy) {
      accuracy("normal", 0.05, 0);
      bars.atLeast(name + ", density", 0.04, numberIn(scene, "density"));
    }
    if (seen.noisy) return;
    if (id == "S1" || id == "S2") accuracy("normal", 0.01, 0.5);
    if (blobs) accuracy("normal", 0.08, 3);
  }
  if (std::string_view(method.id) == "flow.contrast_max" && !seen.noisy) {
    if (id == "S3" || id == "S4") accuracy("full", 0.05, 0);
    if (blobs) accuracy("full", 0.15, 0);
  }
}

}  // namespace

Result<JsonNode> benchFlow(const std::string& id) {
  const auto method = std::ranges::find(methods(), id, &Method::id);
  if (method == methods().end()) return Error{"is no method of flow that is measured", id};
  const Registry registry = wholeRegistry();
  JsonNode scenes = JsonNode::list();
  Bars bars;
  double seconds = 0, events = 0;
  for (const bool noisy : {false, true})
    for (const TestScene& scene : testScenes()) {
      const Seen seen = see(scene, noisy);
      TRY(const Ran ran, run(*method, seen, registry));
      const Judged judged = judge(*method, seen, ran.flows);
      const auto count = static_cast<double>(seen.events.events.size());
      if (!noisy) seconds += ran.seconds, events += count;
      const Time window = static_cast<Time>(10 / seen.speed * kSecond);
      JsonNode row = JsonNode::object(
          {{"scene", scene.id},
           {"noise", noisy},
           {"events", static_cast<std::int64_t>(count)},
           {"density", static_cast<double>(judged.flows) / static_cast<double>(judged.motion)},
           {"noise_flows", static_cast<std::int64_t>(judged.noiseFlows)},
           {"fwl", flowWarpLoss(judged.moved, seen.width, seen.height, window)},
           {"full", rowOf(judged.full.errors())},
           {"normal", rowOf(judged.normal.errors())}});
      addBars(bars, *method, seen, row);
      scenes.add(std::move(row));
    }
  const double speed = seconds > 0 ? events / seconds / 1e6 : 0;
  if (method->tells == Method::Tells::Normal) bars.atLeast("million events a second", 5, speed);
  JsonNode row = JsonNode::object({{"name", id},
                                   {"threads", std::int64_t{1}},
                                   {"events", static_cast<std::int64_t>(events)},
                                   {"mev_per_s", speed}});
  row.set("scenes", std::move(scenes));
  row.set("bars", bars.take());
  return row;
}

std::string flowTable(const JsonNode& row) {
  const auto padded = [](std::string text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
  };
  std::string text = row.find("name")->text() + ", " +
                     console::fixed(numberIn(row, "mev_per_s"), 2) + " million events a second\n";
  text +=
      "                              against the full truth                   against the "
      "normal truth\n"
      "scene       density   fwl   median   mean  angle   AEE px/s  >30 %   median   mean  "
      "angle   AEE px/s  >30 %\n";
  for (const JsonNode& scene : row.find("scenes")->items()) {
    std::string name =
        scene.find("scene")->text() + (scene.find("noise")->boolean() ? " + noise" : "");
    name.resize(12, ' ');
    text += name + padded(console::fixed(100 * numberIn(scene, "density"), 1), 5) + " %" +
            padded(console::fixed(numberIn(scene, "fwl"), 2), 6);
    for (const char* truth : {"full", "normal"}) {
      const JsonNode& e = *scene.find(truth);
      text += padded(console::fixed(100 * numberIn(e, "median_relative"), 2), 7) + " %" +
              padded(console::fixed(100 * numberIn(e, "mean_relative"), 1), 5) + " %" +
              padded(console::fixed(numberIn(e, "median_angle"), 2), 7) +
              padded(console::fixed(numberIn(e, "aee_px_per_s"), 1), 11) +
              padded(console::fixed(100 * numberIn(e, "outliers"), 1), 7);
    }
    text += "\n";
  }
  for (const JsonNode& bar : row.find("bars")->items())
    text += (bar.find("held")->boolean() ? "held    " : "MISSED  ") + bar.find("bar")->text() +
            ": " + numberText(std::round(numberIn(bar, "measured") * 1e5) / 1e5) + " (bar " +
            numberText(numberIn(bar, "limit")) + ")\n";
  return text;
}

}  // namespace spk
