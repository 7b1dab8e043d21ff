#include "app/liveBench.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "app/registry.h"
#include "engine/base/resources.h"
#include "engine/run/Runner.h"
#include "engine/run/openFile.h"

namespace spk {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr Time kMeasured = 3 * kSecond;
constexpr Id kProbe{1000};

/// The shipped recording again and again, by UDP from this machine to itself and into a layer.
Result<Project> loopback(const Registry& registry) {
  const auto file = resourceFolder().parent_path() / "datasets/bar_and_disc/recording.raw";
  TRY(Item camera, itemForFile(file, registry));
  Project project = emptyProject();
  const auto add = [&](Item item) {
    item.id = Id{project.nextId++};
    const Id id = item.id;
    project.items[id] = std::move(item);
    return id;
  };
  const auto wire = [&](const char* type, Id from, Id to, Values values) {
    add({Id::none, type, {}, {from, "out"}, {to, "in"}, std::move(values)});
  };
  // A port of its own, so that two of these do not hear one another.
  const auto port = std::int64_t{20'000 + getpid() % 20'000};
  const Values connection = {
      {"port", port}, {"width", camera.values.at("width")}, {"height", camera.values.at("height")}};
  camera.values["loop"] = true;
  const Id from = add(camera);
  const Id sends = add({Id::none, "filter.send_events", {}, {}, {}, connection});
  const Id hears = add({Id::none, "source.live_events", {}, {}, {}, connection});
  const Id layer = add({Id::none, "neuron.lif_delta", {}, {}, {}, {{"n", Json{"[1, 30, 40]"}}}});
  wire("wire.signal", from, sends, {});
  wire("encode.events", hears, layer, {{"weight", 30.0}});
  return project;
}

}  // namespace

Result<JsonNode> benchLiveInput() {
  const Registry registry = wholeRegistry();
  const Targets targets = wholeTargets();
  TRY(const Project project, loopback(registry));
  Item options;
  options.type = "target.cpu";
  TRY(auto simulation, targets.target("cpu")->start(project, registry, options));
  const Id layer{project.nextId - 3};
  Runner runner(registry);
  TRY_DO(runner.attach({kProbe, {layer, "out"}}));
  runner.load(std::move(simulation), project);
  runner.pace(1);
  runner.play();
  std::vector<double> ms;
  std::vector<Spike> spikes(4096);
  std::uint64_t heardSpikes = 0;
  const auto begun = Clock::now();
  for (std::int64_t seen = 0; Clock::now() - begun < std::chrono::nanoseconds(kMeasured);) {
    const std::int64_t heard = runner.heard();
    auto& ring = std::get<Ring<Spike>>(*runner.channel(kProbe));
    std::uint64_t fresh = 0;
    for (std::size_t n = 1; n > 0; fresh += n) n = ring.pop(spikes);
    heardSpikes += fresh;
    const auto now =
        std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch());
    if (fresh > 0 && heard != seen) ms.push_back(static_cast<double>(now.count() - heard) / 1e6);
    seen = heard;
    std::this_thread::sleep_for(500us);
  }
  runner.pause();
  if (ms.size() < 50)
    return Error{"only " + std::to_string(ms.size()) + " datagrams led to spikes", "input.latency"};
  std::ranges::sort(ms);
  const auto at = [&](double share) {
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
  };
  return JsonNode::object({{"name", "input.latency"},
                           {"threads", std::int64_t{1}},
                           {"samples", static_cast<std::int64_t>(ms.size())},
                           {"spikes", static_cast<std::int64_t>(heardSpikes)},
                           {"median_ms", at(0.5)},
                           {"p95_ms", at(0.95)},
                           {"max_ms", ms.back()},
                           {"buffer_ms", 5.0}});
}

}  // namespace spk
