// The benchmarks of `spikarium bench`: one table, name → function. Figures that matter are ratios
// to a limit measured in the same process, so that a busy machine does not fail a good build.
#include "app/bench.h"

#include <algorithm>
#include <vector>

#include "app/benchNetworks.h"
#include "app/commandLine.h"
#include "app/denoiseBench.h"
#include "app/eventBench.h"
#include "app/flowBench.h"
#include "app/growthFigure.h"
#include "app/liveBench.h"
#include "app/networkBench.h"
#include "engine/graph/ProjectFile.h"

namespace spk {
namespace {

constexpr Benchmark kBenchmarks[] = {
    {"brunel", "Brunel 2000: 10,000 neurons, 10 million synapses, 1 s after a warm-up of 0.5 s",
     benchBrunel},
    {"brunel_stdp", "The same with pair STDP on the 6.4 million synapses from E to E",
     benchBrunelStdp},
    {"coba", "Vogels & Abbott 2005: 4,000 neurons with conductances, 10 s after 0.5 s", benchCoba},
    {"update.lif_delta", "The step of neuron.lif_delta alone, on one thread",
     [](const BenchOptions& o) { return benchUpdate(o, "neuron.lif_delta"); }},
    {"update.lif_exp", "The step of neuron.lif_exp alone, on one thread",
     [](const BenchOptions& o) { return benchUpdate(o, "neuron.lif_exp"); }},
    {"update.lif_cond_exp", "The step of neuron.lif_cond_exp alone, on one thread",
     [](const BenchOptions& o) { return benchUpdate(o, "neuron.lif_cond_exp"); }},
    {"equations", "The text of LIF in neuron.equations against neuron.lif_exp, on one thread",
     benchEquations},
    {"checkpoint", "Saves and restores the state of the Brunel network", benchCheckpoint},
    {"live", "The demo ei_balance with all its views on, against none", benchLive},
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
    {"events.hdf5_ecf", "Decodes 8 million events of a Prophesee HDF5 file, on one thread",
     [](const BenchOptions&) { return benchDecoding("hdf5_ecf", 70); }},
    {"events.dsec", "Decodes 8 million events of a DSEC file, on one thread",
     [](const BenchOptions&) { return benchDecoding("dsec", 40); }},
    {"events.npz", "Decodes 8 million events of NumPy arrays, unpacked before, on one thread",
     [](const BenchOptions&) { return benchDecoding("npz", 0); }},
    {"events.open", "Opens an EVT2 file of 400 MB and seeks in it",
     [](const BenchOptions&) { return benchOpening(); }},
    {"events.csv", "Decodes 8 million events of a text file, on one thread",
     [](const BenchOptions&) { return benchDecoding("csv", 0); }},
    {"denoise.background_activity", "Signal and noise that the filter lets pass, by its dt",
     [](const BenchOptions&) { return benchDenoising("background_activity"); }},
    {"denoise.stcf", "The same of the correlation in space and time",
     [](const BenchOptions&) { return benchDenoising("stcf"); }},
    {"denoise.refractory", "The same of the refractory time",
     [](const BenchOptions&) { return benchDenoising("refractory"); }},
    {"denoise.hot_pixel", "The same of the filter of hot pixels, by its rate",
     [](const BenchOptions&) { return benchDenoising("hot_pixel"); }},
    {"input.latency", "From a datagram of events to the spikes that a raster gets, for 3 s",
     [](const BenchOptions&) { return benchLiveInput(); }},
    {"flow.plane", "Flow by local planes, against the truth of scenes S1 to S7",
     [](const BenchOptions&) { return benchFlow("flow.plane"); }, Benchmark::When::Always,
     flowTable},
    {"flow.savitzky_golay",
     "Flow by the gradient of the time surface, against the truth of scenes S1 to S7",
     [](const BenchOptions&) { return benchFlow("flow.savitzky_golay"); }, Benchmark::When::Always,
     flowTable},
    {"flow.triplets", "Flow by triplets of edges, against the truth of scenes S1 to S7",
     [](const BenchOptions&) { return benchFlow("flow.triplets"); }, Benchmark::When::Always,
     flowTable},
    {"flow.lucas_kanade",
     "Lucas-Kanade flow on counts of events, against the truth of scenes S1 to S7",
     [](const BenchOptions&) { return benchFlow("flow.lucas_kanade"); }, Benchmark::When::Always,
     flowTable},
    {"flow.multi_scale",
     "Full flow by pooling normal flow at several scales, against the truth of scenes S1 to S7",
     [](const BenchOptions&) { return benchFlow("flow.multi_scale"); }, Benchmark::When::Always,
     flowTable},
    {"flow.contrast_max",
     "Full flow by contrast maximisation, against the truth of scenes S1 to S7",
     [](const BenchOptions&) { return benchFlow("flow.contrast_max"); }, Benchmark::When::Always,
     flowTable},
    {"microcircuit.current",
     "Potjans & Diesmann 2014: 77,169 neurons, 0.3 billion synapses; 2.5 GB", benchMicrocircuit,
     Benchmark::When::Named},
    {"microcircuit.poisson", "The same with Poisson noise instead of its mean",
     benchMicrocircuitPoisson, Benchmark::When::Named},
    {"million", "A million neurons with a thousand synapses each; 8 GB", benchMillion,
     Benchmark::When::Named}};

/// "events" means all that begin with "events.".
bool isMeant(const std::string& name, std::string_view benchmark) {
  return benchmark == name || benchmark.starts_with(name + ".");
}

/// The networks as projects, for the editor.
Result<void> writeProjects(const std::filesystem::path& folder) {
  for (const ShippedNetwork& network : shippedNetworks())
    TRY_DO(save(network.make().project, folder / (std::string(network.name) + ".spk")));
  return {};
}

/// What the words ask for.
struct Wish {
  std::vector<std::string> names;
  bool json = false, list = false, scaling = false;
  std::string output, projects;
  bool means(const Benchmark& benchmark) const {
    if (names.empty()) return list || benchmark.when == Benchmark::When::Always;
    return std::ranges::any_of(
        names, [&](const std::string& name) { return isMeant(name, benchmark.name); });
  }
};

using InWords = std::string (*)(const JsonNode& row);

void print(const Wish& wish, const JsonNode& row, InWords words = nullptr) {
  if (!wish.json) console::print((words ? words : console::table)(row) + "\n");
}

Result<JsonNode> measureAll(const Wish& wish, const BenchOptions& options) {
  JsonNode rows = JsonNode::list();
  for (const Benchmark& benchmark : benchmarks()) {
    if (!wish.means(benchmark)) continue;
    if (wish.list) {
      if (!wish.json) console::print(std::string(benchmark.name) + "  " + benchmark.doc + "\n");
      rows.add(JsonNode::object({{"name", benchmark.name}, {"doc", benchmark.doc}}));
      continue;
    }
    console::say(std::string("measuring ") + benchmark.name + " …");
    TRY(JsonNode made, benchmark.run(options));
    print(wish, made, benchmark.words);
    rows.add(std::move(made));
  }
  return rows;
}

Result<JsonNode> measureGrowth(const Wish& wish, const BenchOptions& options) {
  console::say("measuring growth …");
  TRY(JsonNode rows, benchGrowth(options));
  for (const JsonNode& row : rows.items()) print(wish, row);
  if (!wish.output.empty()) TRY_DO(writeGrowth(rows, wish.output));
  return rows;
}

}  // namespace

std::span<const Benchmark> benchmarks() { return kBenchmarks; }

int benchCommand(Words words) {
  BenchOptions options;
  Wish wish;
  CLI::App app("Measures the speed of this machine's engine, against what its memory could do.",
               "bench");
  app.add_option("NAME", wish.names, "Which ones; all but the longest if none is named");
  app.add_option("--threads", options.threads,
                 "How many threads; else as many as there are processors")
      ->check(CLI::Range(1, 1024));
  app.add_option("--isa", options.isa, "Instruction set; else the best")
      ->check(CLI::IsMember({"generic", "avx2", "avx512"}));
  app.add_flag("--scaling", wish.scaling,
               "Cost against the number of neurons, 10^3 to 10^6, and of synapses; 2 GB");
  app.add_option("-o,--output", wish.output, "With --scaling: folder for growth.csv and growth.svg")
      ->check(CLI::ExistingDirectory);
  app.add_option("--projects", wish.projects,
                 "Writes the networks as projects into this folder and measures nothing")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--list", wish.list, "Says what there is and measures nothing");
  app.add_flag("--json", wish.json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;
  for (const std::string& name : wish.names)
    if (std::ranges::none_of(benchmarks(),
                             [&](const Benchmark& known) { return isMeant(name, known.name); }))
      return console::fail({"there is no such benchmark; --list says what there is", name});
  if (!wish.projects.empty()) {
    if (auto done = writeProjects(wish.projects); !done) return console::fail(done.error());
    return console::kDone;
  }
  const auto rows = wish.scaling ? measureGrowth(wish, options) : measureAll(wish, options);
  if (!rows) return console::fail(rows.error());
  if (wish.json) console::print(rows.value().write() + "\n");
  return console::kDone;
}

}  // namespace spk
