// Benchmarks of whole networks and of parts of the engine.
#include "app/networkBench.h"

#include <chrono>
#include <ctime>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include "app/ScatterLimit.h"
#include "app/benchNetworks.h"
#include "app/registry.h"
#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/probes.h"
#include "engine/sim/CpuSimulation.h"
#include "engine/sim/Isa.h"

namespace spk {
namespace {

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// What all threads of the process, or this one alone, have computed so far.
double processorSeconds(clockid_t clock = CLOCK_PROCESS_CPUTIME_ID) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

std::uint32_t threadsOf(const BenchOptions& options) {
  return options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

/// What the process holds in memory now.
std::uint64_t residentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmRSS:") {
      std::uint64_t kib = 0;
      status >> kib;
      return kib * 1024;
    }
  return 0;
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

JsonNode rowOf(const char* name, std::uint32_t threads, Isa isa) {
  JsonNode row = JsonNode::object();
  row.set("name", name);
  row.set("threads", static_cast<std::int64_t>(threads));
  row.set("isa", isaWord(isa));
  return row;
}

/// How long a network is measured.
struct Plan {
  Time warmUp = 500 * kMillisecond, measured = kSecond;
  int slices = 10;
};

/// A slice of the network, then a round of the limit, again and again: both meet the same machine.
Result<JsonNode> measure(const char* name, const BenchNetwork& network, const BenchOptions& options,
                         const Plan& plan = {}) {
  const Registry registry = wholeRegistry();
  TRY(const Isa isa, chooseIsa(options.isa));
  const std::uint64_t before = residentBytes();
  auto begin = std::chrono::steady_clock::now();
  TRY(const auto simulation,
      makeCpuSimulation(network.project, registry,
                        {.threads = threadsOf(options), .isa = options.isa}));
  const double build = secondsSince(begin);
  simulation->runUntil(plan.warmUp);
  const std::uint64_t memory = residentBytes() - before;
  std::map<Id, std::uint64_t> spikes;
  const Totals warm = simulation->totals();
  simulation->listen([&](std::span<const FiredSpike> fired) {
    for (const FiredSpike& spike : fired) ++spikes[spike.population];
  });
  ScatterLimit scatter(threadsOf(options));
  double wall = 0, computed = 0;
  std::vector<double> limits, ratios;
  for (int slice = 1; slice <= plan.slices; ++slice) {
    const std::uint64_t eventsBefore = simulation->totals().synapticEvents;
    begin = std::chrono::steady_clock::now();
    const double processor = processorSeconds();
    simulation->runUntil(plan.warmUp + plan.measured / plan.slices * slice);
    const double seconds = secondsSince(begin);
    wall += seconds;
    computed += processorSeconds() - processor;
    limits.push_back(scatter.eventsPerSecond(std::min(seconds, 0.5)));
    ratios.push_back(static_cast<double>(simulation->totals().synapticEvents - eventsBefore) /
                     seconds / limits.back());
  }
  const Totals done = simulation->totals();
  const double biological = toSeconds(plan.measured);
  JsonNode row = rowOf(name, threadsOf(options), isa);
  row.set("synaptic_events_per_s",
          static_cast<double>(done.synapticEvents - warm.synapticEvents) / wall);
  row.set("limit_events_per_s", median(limits));
  row.set("ratio_to_limit", median(ratios));
  row.set("seconds_per_biological_second", wall / biological);
  row.set("processor_seconds_per_biological_second", computed / biological);
  JsonNode rates = JsonNode::object(), references = rates, deviations = rates;
  for (const auto& [id, item] : network.project.items)
    for (const BenchNetwork::Population& p : network.populations) {
      if (item.isWire() || textOr(item.values, "name", "") != p.name) continue;
      const double rate = static_cast<double>(spikes[id]) / static_cast<double>(p.n) / biological;
      rates.set(p.name, rate);
      if (p.reference_hz <= 0) continue;
      references.set(p.name, p.reference_hz);
      deviations.set(p.name, rate / p.reference_hz - 1);
    }
  row.set("rate_hz", rates);
  if (!references.members().empty()) {
    row.set("reference_hz", references);
    row.set("deviation", deviations);
  }
  row.set("build_s", build);
  row.set("memory_bytes", memory);
  row.set("synapses", static_cast<double>(done.synapses));
  row.set("bytes_per_synapse",
          static_cast<double>(done.synapseBytes) / static_cast<double>(done.synapses));
  return row;
}

/// Shortest of a few tries [s].
template <class Work>
double bestOf(int tries, Work work) {
  double best = 1e300;
  for (int i = 0; i < tries; ++i) {
    const double begin = processorSeconds();
    work();
    best = std::min(best, processorSeconds() - begin);
  }
  return best;
}

/// Neuron steps of a population alone, on one thread [1/s].
Result<double> updatesPerSecond(const BenchOptions& options, const char* type, std::int64_t n) {
  constexpr Time kTotal = 4 * kSecond;  // of 1000 neurons
  const Registry registry = wholeRegistry();
  if (!registry.nodeType(type)) return Error{"is no node type of this build", type};
  Project project = emptyProject();
  const Id id{project.nextId++};
  project.items.emplace(id, Item{id, type, {}, {}, {}, {{"n", n}}});
  TRY(const auto simulation,
      makeCpuSimulation(project, registry, {.threads = 1, .isa = options.isa}));
  simulation->runUntil(50 * kMillisecond);
  const Time run = std::max<Time>(kTotal * 1000 / n, 20 * kMillisecond);
  const double seconds = bestOf(7, [&] { simulation->runUntil(simulation->now() + run); });
  return static_cast<double>(n) * static_cast<double>(run / simulation->dt()) / seconds;
}

}  // namespace

Result<JsonNode> benchBrunel(const BenchOptions& options) {
  return measure("brunel", brunelNetwork(), options);
}
Result<JsonNode> benchBrunelStdp(const BenchOptions& options) {
  return measure("brunel_stdp", brunelStdpNetwork(), options);
}
Result<JsonNode> benchCoba(const BenchOptions& options) {
  return measure("coba", cobaNetwork(), options, {.measured = 10 * kSecond});
}
Result<JsonNode> benchMicrocircuit(const BenchOptions& options) {
  return measure("microcircuit.current", microcircuit(Background::Current), options);
}
Result<JsonNode> benchMicrocircuitPoisson(const BenchOptions& options) {
  return measure("microcircuit.poisson", microcircuit(Background::Poisson), options);
}
Result<JsonNode> benchMillion(const BenchOptions& options) {
  return measure("million", uniformNetwork(1'000'000, 1000), options,
                 {.warmUp = 20 * kMillisecond, .measured = 100 * kMillisecond, .slices = 2});
}

Result<JsonNode> benchUpdate(const BenchOptions& options, const char* type) {
  TRY(const Isa isa, chooseIsa(options.isa));
  TRY(const double rate, updatesPerSecond(options, type, 8192));
  JsonNode row =
      rowOf((std::string("update.") + (type + std::string_view("neuron.").size())).c_str(), 1, isa);
  row.set("updates_per_s", rate);
  return row;
}

Result<JsonNode> benchEquations(const BenchOptions& options) {
  TRY(const Isa isa, chooseIsa(options.isa));
  // In turns, so that a machine that slows down slows both.
  double text = 0, builtIn = 0;
  for (int i = 0; i < 3; ++i) {
    TRY(const double one, updatesPerSecond(options, "neuron.equations", 100'000));
    TRY(const double other, updatesPerSecond(options, "neuron.lif_exp", 100'000));
    text = std::max(text, one), builtIn = std::max(builtIn, other);
  }
  JsonNode row = rowOf("equations", 1, isa);
  row.set("updates_per_s", text);
  row.set("built_in_updates_per_s", builtIn);
  row.set("ratio_to_built_in", text / builtIn);
  return row;
}

Result<JsonNode> benchCheckpoint(const BenchOptions& options) {
  const Registry registry = wholeRegistry();
  const BenchNetwork network = brunelNetwork();
  TRY(const Isa isa, chooseIsa(options.isa));
  TRY(const auto simulation,
      makeCpuSimulation(network.project, registry, {.threads = 1, .isa = options.isa}));
  simulation->runUntil(100 * kMillisecond);
  Checkpoint checkpoint;
  const double save = bestOf(7, [&] { checkpoint = simulation->save(); });
  Result<void> restored;
  const double restore = bestOf(7, [&] { restored = simulation->restore(checkpoint); });
  TRY_DO(restored);
  double bytes = 0;
  for (const auto& [id, pages] : checkpoint.state)
    for (const auto& page : pages) bytes += static_cast<double>(page->span().size());
  // Two columns [double] and 15 steps of input [float] of each neuron.
  constexpr double kState = 10'000 * (2 * 8.0 + 15 * 4.0);
  JsonNode row = rowOf("checkpoint", 1, isa);
  row.set("save_ms", save * 1e3);
  row.set("restore_ms", restore * 1e3);
  row.set("checkpoint_bytes", bytes);
  row.set("ratio_to_state", bytes / kState);
  return row;
}

Result<JsonNode> benchLive(const BenchOptions& options) {
  constexpr Time kSlice = 500 * kMillisecond;
  const Registry registry = wholeRegistry();
  TRY(const Isa isa, chooseIsa(options.isa));
  TRY(const Loaded loaded,
      load(resourceFolder() / "demos" / "ei_balance" / "project.spk", registry));
  const auto make = [&] {
    return makeCpuSimulation(loaded.project, registry, {.threads = 1, .isa = options.isa});
  };
  TRY(const auto plain, make());
  TRY(const auto watched, make());
  std::vector<std::shared_ptr<Channel>> channels;
  const auto attach = [&](const Watch& watch) -> Result<void> {
    TRY(auto channel, makeChannel(watch.probe, watch.signal));
    channels.push_back(std::move(channel));
    return watched->attach(watch.probe, *channels.back());
  };
  for (const Watch& watch : watches(loaded.project, registry)) TRY_DO(attach(watch));
  // As the window does, the two of the whole network.
  auto counts = std::make_shared<Channel>(std::in_place_type<Ring<Count>>, 1 << 14);
  auto marks = std::make_shared<Channel>(std::in_place_type<Ring<Mark>>, 1 << 6);
  TRY_DO(watched->attach({Id{~std::uint64_t{0}}, {Id::none, "counts"}}, *counts));
  TRY_DO(watched->attach({Id{~std::uint64_t{0} - 1}, {Id::none, "marks"}}, *marks));
  channels.push_back(counts);
  channels.push_back(marks);
  // Another thread takes what comes, 30 times a second, as the window's.
  std::jthread reader([&channels](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      for (const auto& channel : channels)
        std::visit(
            []<class T>(Ring<T>& ring) {
              std::vector<T> room(4096);
              while (ring.pop(room) == room.size()) {}
            },
            *channel);
      std::this_thread::sleep_for(std::chrono::milliseconds(33));
    }
  });
  const auto seconds = [&](Simulation& simulation) {
    const double begin = processorSeconds(CLOCK_THREAD_CPUTIME_ID);
    simulation.runUntil(simulation.now() + kSlice);
    return processorSeconds(CLOCK_THREAD_CPUTIME_ID) - begin;
  };
  std::vector<double> ratios;
  for (int i = 0; i < 15; ++i) {
    const double without = seconds(*plain), with = seconds(*watched);
    if (i > 0) ratios.push_back(with / without);
  }
  JsonNode row = rowOf("live", 1, isa);
  row.set("probes", static_cast<std::int64_t>(channels.size()));
  row.set("ratio_to_unwatched", median(ratios));
  return row;
}

Result<JsonNode> benchGrowth(const BenchOptions& options) {
  JsonNode rows = JsonNode::list();
  const auto add = [&](const char* against, std::int64_t n, std::int64_t synapses) -> Result<void> {
    const double work = static_cast<double>(n) * static_cast<double>(synapses);
    const Time measured = work > 3e7   ? 50 * kMillisecond
                          : work > 3e6 ? 200 * kMillisecond
                                       : kSecond;
    TRY(JsonNode row, measure("growth", brunelNetwork(n, synapses), options,
                              {.warmUp = 100 * kMillisecond, .measured = measured, .slices = 2}));
    row.set("against", against);
    row.set("neurons", n);
    row.set("synapses_per_neuron", synapses);
    rows.add(std::move(row));
    return {};
  };
  for (const std::int64_t n : {1'000, 3'000, 10'000, 30'000, 100'000, 300'000, 1'000'000})
    TRY_DO(add("neurons", n, 100));
  for (const std::int64_t synapses : {10, 30, 100, 300, 1000, 3000})
    TRY_DO(add("synapses", 100'000, synapses));
  return rows;
}

}  // namespace spk
