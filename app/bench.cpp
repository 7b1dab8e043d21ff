// The benchmarks of `spikarium bench`: one table, name → function. Figures that matter are ratios
// to a limit measured in the same process, so that a busy machine does not fail a good build.
#include "app/bench.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <thread>
#include <vector>

#include "app/commandLine.h"
#include "app/eventBench.h"
#include "app/registry.h"
#include "engine/base/Rng.h"
#include "engine/sim/Array.h"
#include "engine/sim/CpuSimulation.h"
#include "engine/sim/Crew.h"
#include "engine/sim/Isa.h"

namespace spk {
namespace {

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::uint32_t threadsOf(const BenchOptions& options) {
  return options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

/// What all threads of the process have computed so far.
double processorSeconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
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

/// Synaptic events a second that this machine can add at best: rows of 16-bit targets and a
/// constant weight into buffers of Brunel's shape, nothing else. The measure of all delivery.
class ScatterLimit {
 public:
  explicit ScatterLimit(std::uint32_t threads) : crew_(threads), parts_(kParts) {
    for (std::uint32_t p = 0; p < kParts; ++p) {
      RandomSequence random({1, 2}, p);
      Part& part = parts_[p];
      for (std::size_t row = 0; row < part.targets.size(); row += kRow) {
        for (std::uint32_t i = 0; i < kRow; ++i)
          part.targets[row + i] = static_cast<std::uint16_t>(random.below(kTargets));
        std::sort(part.targets.data() + row, part.targets.data() + row + kRow);
      }
      for (std::uint32_t i = 0; i < kSpikes; ++i) part.sources.push_back(random.below(kSources));
    }
  }

  /// Over rounds that take `least` seconds or more: as long as what it is compared with, so that a
  /// busy machine slows down both.
  double eventsPerSecond(double least) {
    std::uint64_t events = 0;
    const auto begin = std::chrono::steady_clock::now();
    double seconds = 0;
    for (; seconds < least; seconds = secondsSince(begin)) {
      crew_.run(
          [](void* self, std::uint32_t thread) noexcept {
            static_cast<ScatterLimit*>(self)->round(thread);
          },
          this);
      events += std::uint64_t{kParts} * kSpikes * kRow;
    }
    return static_cast<double>(events) / seconds;
  }

 private:
  static constexpr std::uint32_t kParts = 4, kTargets = 2500, kSources = 10'000, kRow = 250,
                                 kSteps = 15;
  static constexpr std::uint32_t kSpikes = 5300;  // in a round, as in a batch of the network
  struct Part {
    Array<std::uint16_t> targets{std::size_t{kSources} * kRow};
    Array<float> buffer{std::size_t{kTargets} * kSteps, 0.f};
    std::vector<std::uint32_t> sources;
  };

  void round(std::uint32_t thread) noexcept {
    for (std::uint32_t p = thread; p < kParts; p += crew_.threads()) {
      Part& part = parts_[p];
      for (std::uint32_t i = 0; i < kSpikes; ++i) {
        if (i + 4 < kSpikes) {
          const std::uint16_t* ahead =
              part.targets.data() + std::size_t{part.sources[i + 4]} * kRow;
          for (std::uint32_t line = 0; line < kRow; line += 32) __builtin_prefetch(ahead + line);
        }
        const std::uint16_t* t = part.targets.data() + std::size_t{part.sources[i]} * kRow;
        const std::uint16_t* const end = t + kRow;
        float* const o = part.buffer.data() + std::size_t{i * kSteps / kSpikes} * kTargets;
        for (; t + 8 <= end; t += 8) {
          o[t[0]] += 0.1f, o[t[1]] += 0.1f, o[t[2]] += 0.1f, o[t[3]] += 0.1f;
          o[t[4]] += 0.1f, o[t[5]] += 0.1f, o[t[6]] += 0.1f, o[t[7]] += 0.1f;
        }
        for (; t < end; ++t) o[*t] += 0.1f;
      }
    }
  }

  Crew crew_;
  std::vector<Part> parts_;
};

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

/// Puts items together.
class Items {
 public:
  Id node(std::string type, std::string name, Values values) {
    values["name"] = std::move(name);
    return add({Id{project.nextId++}, std::move(type), {}, {}, {}, std::move(values)});
  }
  Id synapses(Id from, Id to, Values values) {
    return add(
        {Id{project.nextId++}, "synapse.static", {}, {from, "out"}, {to, "in"}, std::move(values)});
  }
  Project project = emptyProject();

 private:
  Id add(Item item) {
    const Id id = item.id;
    project.items.emplace(id, std::move(item));
    return id;
  }
};

/// Brunel 2000, g = 5, eta = 2: 8,000 + 2,000 neurons with 800 + 200 synapses each.
struct Brunel {
  Project project;
  Id excitatory, inhibitory;
};
Brunel brunelNetwork() {
  constexpr std::int64_t kE = 8000, kI = 2000, kFromE = 800, kFromI = 200;
  constexpr double kJ = 0.1, kG = 5, kEta = 2;
  constexpr double kThreshold_Hz = 20 / (kJ * kFromE * 20) * 1000;  // θ / (J C_E tau_m)
  Items items;
  Brunel made;
  made.excitatory = items.node("neuron.lif_delta", "E", {{"n", kE}});
  made.inhibitory = items.node("neuron.lif_delta", "I", {{"n", kI}});
  const Id noise = items.node("source.poisson", "drive", {{"rate", kEta * kThreshold_Hz * kFromE}});
  for (const Id target : {made.excitatory, made.inhibitory}) {
    items.synapses(noise, target, {{"weight", kJ}});
    items.synapses(made.excitatory, target,
                   {{"weight", kJ},
                    {"delay", 1.5},
                    {"rule", std::string("fixed_indegree")},
                    {"indegree", kFromE}});
    items.synapses(made.inhibitory, target,
                   {{"weight", -kG * kJ},
                    {"delay", 1.5},
                    {"rule", std::string("fixed_indegree")},
                    {"indegree", kFromI}});
  }
  made.project = std::move(items.project);
  return made;
}

Result<JsonNode> brunel(const BenchOptions& options) {
  constexpr Time kWarmUp = 500 * kMillisecond, kMeasured = kSecond;
  const Registry registry = wholeRegistry();
  const Brunel network = brunelNetwork();
  TRY(const Isa isa, chooseIsa(options.isa));
  const std::uint64_t before = residentBytes();
  auto begin = std::chrono::steady_clock::now();
  TRY(const auto simulation,
      makeCpuSimulation(network.project, registry,
                        {.threads = threadsOf(options), .isa = options.isa}));
  const double build = secondsSince(begin);
  simulation->runUntil(kWarmUp);
  const std::uint64_t memory = residentBytes() - before;
  std::uint64_t spikesE = 0, spikesI = 0;
  const Totals warm = simulation->totals();
  simulation->listen([&](std::span<const FiredSpike> spikes) {
    for (const FiredSpike& spike : spikes)
      ++(spike.population == network.excitatory ? spikesE : spikesI);
  });
  // A slice of the network, then a round of the limit, again and again: both meet the same machine.
  ScatterLimit scatter(threadsOf(options));
  constexpr int kSlices = 10;
  double wall = 0, computed = 0;
  std::vector<double> limits, ratios;
  for (int slice = 1; slice <= kSlices; ++slice) {
    const std::uint64_t eventsBefore = simulation->totals().synapticEvents;
    begin = std::chrono::steady_clock::now();
    const double processor = processorSeconds();
    simulation->runUntil(kWarmUp + kMeasured / kSlices * slice);
    const double seconds = secondsSince(begin);
    wall += seconds;
    computed += processorSeconds() - processor;
    limits.push_back(scatter.eventsPerSecond(seconds));
    ratios.push_back(static_cast<double>(simulation->totals().synapticEvents - eventsBefore) /
                     seconds / limits.back());
  }
  const Totals done = simulation->totals();
  const double events = static_cast<double>(done.synapticEvents - warm.synapticEvents) / wall;
  JsonNode row = JsonNode::object();
  row.set("name", "brunel");
  row.set("threads", static_cast<std::int64_t>(threadsOf(options)));
  row.set("isa", isaWord(isa));
  row.set("synaptic_events_per_s", events);
  row.set("limit_events_per_s", median(limits));
  row.set("ratio_to_limit", median(ratios));
  row.set("seconds_per_biological_second", wall / toSeconds(kMeasured));
  row.set("processor_seconds_per_biological_second", computed / toSeconds(kMeasured));
  row.set("rate_hz", JsonNode::object({{"E", spikesE / 8000.0 / toSeconds(kMeasured)},
                                       {"I", spikesI / 2000.0 / toSeconds(kMeasured)}}));
  row.set("build_s", build);
  row.set("memory_bytes", memory);
  row.set("bytes_per_synapse",
          static_cast<double>(done.synapseBytes) / static_cast<double>(done.synapses));
  return row;
}

constexpr Benchmark kBenchmarks[] = {
    {"brunel", "Brunel 2000: 10,000 neurons, 10 million synapses, 1 s after a warm-up of 0.5 s",
     brunel},
    {"events.evt2", "Decodes 8 million events of a Prophesee RAW EVT2 file, on one thread",
     [](const BenchOptions&) { return benchDecoding("evt2", 300); }},
    {"events.evt21", "Decodes 8 million events of a Prophesee RAW EVT2.1 file, on one thread",
     [](const BenchOptions&) { return benchDecoding("evt21", 200); }},
    {"events.evt3", "Decodes 8 million events of a Prophesee RAW EVT3 file, on one thread",
     [](const BenchOptions&) { return benchDecoding("evt3", 120); }},
    {"events.dat", "Decodes 8 million events of a Metavision DAT file, on one thread",
     [](const BenchOptions&) { return benchDecoding("dat", 300); }},
    {"events.aedat4", "Decodes 8 million events of an AEDAT 4 file packed with LZ4, on one thread",
     [](const BenchOptions&) { return benchDecoding("aedat4", 70); }},
    {"events.es", "Decodes 8 million events of an Event Stream file, on one thread",
     [](const BenchOptions&) { return benchDecoding("es", 0); }},
    {"events.csv", "Decodes 8 million events of a text file, on one thread",
     [](const BenchOptions&) { return benchDecoding("csv", 0); }}};

/// "events" means all that begin with "events.".
bool isMeant(const std::string& name, std::string_view benchmark) {
  return benchmark == name || benchmark.starts_with(name + ".");
}

}  // namespace

std::span<const Benchmark> benchmarks() { return kBenchmarks; }

int benchCommand(Words words) {
  BenchOptions options;
  std::vector<std::string> names;
  bool json = false, list = false;
  CLI::App app("Measures the speed of this machine's engine, against what its memory could do.",
               "bench");
  app.add_option("NAME", names, "Which ones; all if none is named");
  app.add_option("--threads", options.threads,
                 "How many threads; else as many as there are processors")
      ->check(CLI::Range(1, 1024));
  app.add_option("--isa", options.isa, "Instruction set; else the best")
      ->check(CLI::IsMember({"generic", "avx2", "avx512"}));
  bool scaling = false;
  app.add_flag("--scaling", scaling, "With 1, 2, 4 … threads, up to the number of processors");
  app.add_flag("--list", list, "Says what there is and measures nothing");
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;
  JsonNode rows = JsonNode::list();
  const auto row = [&](const Benchmark& benchmark, const BenchOptions& wanted) -> Result<void> {
    console::say(std::string("measuring ") + benchmark.name + " …");
    TRY(JsonNode made, benchmark.run(wanted));
    if (!json) console::print(console::table(made) + "\n");
    rows.add(std::move(made));
    return {};
  };
  for (const std::string& name : names)
    if (std::ranges::none_of(benchmarks(),
                             [&](const Benchmark& known) { return isMeant(name, known.name); }))
      return console::fail({"there is no such benchmark; --list says what there is", name});
  for (const Benchmark& benchmark : benchmarks()) {
    if (!names.empty() && std::ranges::none_of(names, [&](const std::string& name) {
          return isMeant(name, benchmark.name);
        }))
      continue;
    if (list) {
      if (!json) console::print(std::string(benchmark.name) + "  " + benchmark.doc + "\n");
      rows.add(JsonNode::object({{"name", benchmark.name}, {"doc", benchmark.doc}}));
      continue;
    }
    const std::uint32_t most = threadsOf(options);
    for (std::uint32_t threads = scaling ? 1 : most; threads <= most; threads *= 2) {
      BenchOptions wanted = options;
      wanted.threads = threads;
      if (auto done = row(benchmark, wanted); !done) return console::fail(done.error());
    }
  }
  if (json) console::print(rows.write() + "\n");
  return console::kDone;
}

}  // namespace spk
