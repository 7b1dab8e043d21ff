#include "app/denoiseBench.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "app/registry.h"
#include "engine/base/Rng.h"
#include "engine/data/testScenes.h"
#include "engine/sim/Body.h"

namespace spk {
namespace {

constexpr Time kDuration = kSecond;
constexpr int kHotPixels = 40;
constexpr double kHotRate = 100;  // [Hz]

struct Sweep {
  const char* filter;
  const char* parameter;
  std::vector<double> values;
  Values fixed = {};
};
const std::vector<Sweep>& sweeps() {
  const std::vector<double> times = {0.1, 0.3, 1, 2, 5, 10, 20, 50, 100, 300};
  static const std::vector<Sweep> kSweeps = {
      {"background_activity", "dt", times},
      {"stcf", "dt", times},
      {"refractory", "period", times},
      {"hot_pixel", "rate", {5, 10, 20, 40, 60, 80, 100, 150}, {{"learn", 300.0}}}};
  return kSweeps;
}

/// A scene with the noise of a real sensor, and pixels that never rest.
LabelledEvents labelled(const char* scene) {
  LabelledEvents made = recordScene(testScene(scene)->pattern, noisyPixels(), kDuration);
  std::vector<std::pair<Event, std::uint8_t>> all;
  for (std::size_t i = 0; i < made.events.size(); ++i)
    all.push_back({made.events[i], made.noise[i]});
  const RandomKey key = randomKey(1, 4, Purpose::Sample);
  for (std::uint64_t pixel = 0; pixel < kHotPixels; ++pixel) {
    RandomSequence random(key, pixel);
    const auto x = static_cast<std::uint16_t>(random.below(160)),
               y = static_cast<std::uint16_t>(random.below(120));
    for (double t = random.exponential() / kHotRate; t < toSeconds(kDuration);
         t += random.exponential() / kHotRate)
      all.push_back({{static_cast<Time>(t * 1e6) * kMicrosecond, x, y,
                      static_cast<std::uint8_t>(random.word() & 1)},
                     1});
  }
  std::ranges::stable_sort(all, {}, [](const auto& e) { return e.first.t; });
  LabelledEvents joined;
  for (const auto& [event, noise] : all) {
    joined.events.push_back(event);
    joined.noise.push_back(noise);
  }
  return joined;
}

/// What a filter lets pass, in one batch.
Result<std::vector<Event>> passed(const Registry& registry, const Item& item,
                                  const std::vector<Event>& events) {
  const NodeType* type = registry.nodeType(item.type);
  if (!type || !type->body) return Error{"is no filter of this build", item.type};
  TRY(const auto body, type->body(item, registry));
  StreamBuffer in = events, out = std::vector<Event>();
  std::get<std::vector<Event>>(out).reserve(events.size() + body->room(kDuration));
  const StreamBuffer* inputs[] = {&in};
  StreamBuffer* outputs[] = {&out};
  std::uint64_t overflow = 0;
  Batch batch;
  batch.end = kDuration;
  batch.dt_ms = 0.1;
  batch.inputs = inputs;
  batch.outputs = outputs;
  batch.overflow = &overflow;
  body->run(batch);
  return std::move(std::get<std::vector<Event>>(out));
}

/// One place on the curve.
struct Shares {
  double signal = 0, noise = 0;
};
/// Both lists are in the same order; `passed` lacks some.
Shares sharesOf(const LabelledEvents& all, const std::vector<Event>& passed) {
  double kept[2] = {}, total[2] = {};
  std::size_t next = 0;
  for (std::size_t i = 0; i < all.events.size(); ++i) {
    total[all.noise[i]] += 1;
    if (next == passed.size() || !(passed[next] == all.events[i])) continue;
    kept[all.noise[i]] += 1;
    ++next;
  }
  return {kept[0] / std::max(1.0, total[0]), kept[1] / std::max(1.0, total[1])};
}

/// By trapezoids from (0, 0) to (1, 1).
double area(std::vector<Shares> points) {
  points.push_back({0, 0});
  points.push_back({1, 1});
  std::ranges::sort(points, [](const Shares& a, const Shares& b) {
    return a.noise != b.noise ? a.noise < b.noise : a.signal < b.signal;
  });
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i)
    sum += (points[i].noise - points[i - 1].noise) * (points[i].signal + points[i - 1].signal) / 2;
  return sum;
}

Result<JsonNode> curve(const Registry& registry, const Sweep& sweep, const char* scene) {
  const LabelledEvents all = labelled(scene);
  JsonNode points = JsonNode::object();
  std::vector<Shares> shares;
  for (const double value : sweep.values) {
    Item item{Id{2}, std::string("filter.") + sweep.filter, {}, {}, {}, sweep.fixed};
    item.values[sweep.parameter] = value;
    item.values[kFromShape] = Json{"[120, 160]"};
    TRY(const auto kept, passed(registry, item, all.events));
    shares.push_back(sharesOf(all, kept));
    points.set(numberText(value), JsonNode::object({{"true_positive", shares.back().signal},
                                                    {"false_positive", shares.back().noise}}));
  }
  const auto noise = static_cast<std::int64_t>(std::ranges::count(all.noise, 1));
  return JsonNode::object({{"signal", static_cast<std::int64_t>(all.events.size()) - noise},
                           {"noise", noise},
                           {"auc", area(shares)},
                           {"points", std::move(points)}});
}

}  // namespace

Result<JsonNode> benchDenoising(const std::string& filter) {
  const auto sweep = std::ranges::find(sweeps(), filter, &Sweep::filter);
  if (sweep == sweeps().end()) return Error{"is no filter that is measured", filter};
  const Registry registry = wholeRegistry();
  JsonNode row = JsonNode::object({{"name", "denoise." + filter}, {"parameter", sweep->parameter}});
  for (const auto& [name, scene] : {std::pair{"bar", "S1"}, {"blobs", "S5a"}}) {
    TRY(JsonNode made, curve(registry, *sweep, scene));
    row.set(name, std::move(made));
  }
  return row;
}

}  // namespace spk
