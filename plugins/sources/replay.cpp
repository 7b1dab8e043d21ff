// Spike trains of an HDF5 file in SONATA's layout: our own recordings, and those of other tools.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/H5.h"
#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/SpikeScript.h"

namespace spk::sources::replay {
namespace {

constexpr double kMostNeuron = 1e8, kMostTime_ms = 1e12;

struct Window {
  double offset = 0, from = 0, to = 0;  ///< [ms]; to: 0 is the end
};
Result<Window> windowOf(const Item& item) {
  Window window{numberOr(item.values, "offset", 0), numberOr(item.values, "from", 0),
                numberOr(item.values, "to", 0)};
  if (window.to > 0 && window.to <= window.from)
    return Error{"is " + numberText(window.to) + " ms, not after `from` at " +
                     numberText(window.from) + " ms",
                 "to"};
  return window;
}

/// The group that holds the trains: /spikes/NAME, in groups of their own too, or /spikes itself, as
/// older files have it.
void findTrains(const H5& file, const std::string& group, int depth,
                std::vector<std::string>& found) {
  constexpr int kDeepest = 6;
  if (file.has(group + "/timestamps")) found.push_back(group);
  if (depth == kDeepest) return;
  const auto names = file.names(group);
  if (!names) return;
  for (const std::string& name : names.value())
    if (const std::string path = group + "/" + name; file.isGroup(path))
      findTrains(file, path, depth + 1, found);
}

Result<std::string> groupOf(const H5& file, const std::string& path, const std::string& wanted) {
  std::vector<std::string> found;
  if (file.isGroup("/spikes")) findTrains(file, "/spikes", 0, found);
  if (found.empty()) return Error{path + " holds no spikes in /spikes", "file"};
  if (wanted.empty() && found.size() == 1) return found[0];
  if (const auto known = std::ranges::find(found, "/spikes/" + wanted); known != found.end())
    return *known;
  constexpr std::size_t kNamed = std::string_view("/spikes/").size();
  std::string all;
  for (const std::string& group : found)
    if (group.size() > kNamed) all += (all.empty() ? "" : ", ") + group.substr(kNamed);
  return Error{wanted.empty() ? "must say which of " + path + ": " + all
                              : "is \"" + wanted + "\"; " + path + " holds " + all,
               "population"};
}

/// Milliseconds, unless the file says seconds.
Result<double> unitOf(const H5& file, const std::string& group, const std::string& path) {
  const std::string data = group + "/timestamps";
  if (!file.hasAttribute(data, "units")) return 1.0;
  TRY(const Value unit, file.attribute(data, "units"));
  const std::string word = valueText(unit);
  if (word == "ms" || word == "milliseconds") return 1.0;
  if (word == "s" || word == "seconds") return 1000.0;
  return Error{path + " has timestamps in \"" + word + "\"; ms and s are known", "file"};
}

Result<std::vector<Spike>> readSpikes(const Item& item) {
  const std::string path = textOr(item.values, "file", "");
  if (path.empty()) return Error{"no file is chosen", "file"};
  TRY(const Window window, windowOf(item));
  auto opened = H5::open(path);
  if (!opened) return Error{opened.error().text(), "file"};
  const H5& file = opened.value();
  TRY(const std::string group, groupOf(file, path, textOr(item.values, "population", "")));
  TRY(const double unit, unitOf(file, group, path));
  const auto times = file.read<double>(group + "/timestamps");
  if (!times) return Error{times.error().text(), "file"};
  const auto nodes = file.read<std::int64_t>(group + "/node_ids");
  if (!nodes) return Error{nodes.error().text(), "file"};
  if (times.value().size() != nodes.value().size())
    return Error{path + group + " has " + std::to_string(times.value().size()) +
                     " timestamps and " + std::to_string(nodes.value().size()) + " node_ids",
                 "file"};
  std::vector<Spike> spikes;
  for (std::size_t i = 0; i < times.value().size(); ++i) {
    const double ms = times.value()[i] * unit, node = static_cast<double>(nodes.value()[i]);
    if (!(std::fabs(ms) <= kMostTime_ms) || node < 0 || node > kMostNeuron)
      return Error{path + group + ": spike " + std::to_string(i) + " is of neuron " +
                       numberText(node) + " at " + numberText(ms) + " ms",
                   "file"};
    if (ms <= window.from || (window.to > 0 && ms > window.to)) continue;
    const Time t = fromMilliseconds(ms - window.from + window.offset);
    if (t > 0) spikes.push_back({t, static_cast<std::uint32_t>(nodes.value()[i])});
  }
  return spikes;
}

/// Plays the spikes of a file.
class ReplayBody final : public Body {
 public:
  ReplayBody(std::vector<Spike> spikes, std::uint32_t trains)
      : script_(std::move(spikes)), trains_(trains) {}

  void run(Batch& batch) noexcept override { script_.play(batch); }
  /// All its values take a rebuild.
  Result<void> change(const Item&) override { return {}; }
  void save(Bytes&) const override {}  // the place follows from the time
  Result<void> restore(Bytes&) override { return script_.forgetPlace(), Result<void>{}; }
  std::size_t room(Time length) const override { return script_.densest(length); }
  std::uint32_t trains() const override { return trains_; }

 private:
  SpikeScript script_;
  std::uint32_t trains_;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(std::vector<Spike> spikes, readSpikes(item));
  std::uint32_t least = 1;
  for (const Spike& spike : spikes) least = std::max(least, spike.neuron + 1);
  const auto trains = static_cast<std::uint32_t>(integerOr(item.values, "trains", 0));
  if (trains > 0 && trains < least)
    return Error{"is " + std::to_string(trains) + ", but the file has spikes of neuron " +
                     std::to_string(least - 1) + "; " + std::to_string(least) +
                     " or more, or 0 for as many as that",
                 "trains"};
  return std::unique_ptr<Body>(
      std::make_unique<ReplayBody>(std::move(spikes), trains ? trains : least));
}

constexpr const char* kDoc =
    "Replays the spikes of a recording: an HDF5 file in SONATA's layout, as runs write it and "
    "other simulators do.\n\n"
    "A spike at t is sent at the end of the step that ends at t (times between two steps wait for "
    "the next) and arrives one delay later; so a population's own recording, put in its place, "
    "drives the others as the population did. What lies in (from, to] of the file is played, from "
    "the simulation's time `offset` on.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  const auto fixed = [](Parameter parameter) {
    parameter.live = false;
    return parameter;
  };
  const auto ms = [&](const char* name, double min, const char* doc) {
    return fixed({.name = name, .initial = 0.0, .unit = "ms", .min = min, .max = 1e9, .doc = doc});
  };
  registry.add(
      NodeType{.id = "source.replay",
               .title = "Recording replay",
               .doc = kDoc,
               .role = Role::Source,
               .group = "Sources",
               .words = "file sonata hdf5 recorded spikes play back generator",
               .shape = {.ports = {{"out", Signal::Spikes, false, "", "the file's spikes"}},
                         .parameters = {fixed({.name = "file",
                                               .kind = Kind::File,
                                               .initial = std::string(),
                                               .doc = "HDF5 file with /spikes",
                                               .essential = true}),
                                        fixed({.name = "population",
                                               .kind = Kind::Text,
                                               .initial = std::string(),
                                               .doc = "whose spikes; empty: the only one",
                                               .essential = true}),
                                        fixed({.name = "trains",
                                               .kind = Kind::Integer,
                                               .initial = std::int64_t{0},
                                               .min = 0,
                                               .max = kMostNeuron,
                                               .doc = "number of trains; 0: as many as "
                                                      "there are neurons that fire"}),
                                        ms("offset", -1e9, "when it begins to play"),
                                        ms("from", 0, "where in the file it begins"),
                                        ms("to", 0, "where it ends; 0: with the file")}},
               .body = body});
}

}  // namespace spk::sources::replay
