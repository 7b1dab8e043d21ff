#include <csignal>

#include "app/commandLine.h"
#include "app/registry.h"
#include "engine/base/checksum.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/headless.h"

namespace spk {
namespace {

volatile std::sig_atomic_t interrupted = 0;

JsonNode jsonOf(const RunReport& report, const Project& project) {
  JsonNode value = JsonNode::object(), spikes = JsonNode::object(), rates = JsonNode::object();
  JsonNode cvs = JsonNode::object();
  for (const RunReport::Population& p : report.populations) {
    spikes.set(p.name, p.spikes);
    rates.set(p.name, p.rateHz);
    if (p.cvNeurons) cvs.set(p.name, p.cv);
  }
  value.set("spikes", std::move(spikes));
  value.set("rate_hz", std::move(rates));
  value.set("cv", std::move(cvs));
  value.set("spike_hash", hexText(report.spikeHash));
  value.set("biological_s", report.biologicalS);
  value.set("wall_s", report.wallS);
  value.set("real_time_factor", report.wallS > 0 ? report.biologicalS / report.wallS : 0.0);
  value.set("notes", console::textsOf(report.notes, project));
  return value;
}

void printText(const RunReport& report, const RunRequest& request) {
  std::size_t widest = 0;
  for (const auto& p : report.populations) widest = std::max(widest, p.name.size());
  for (const RunReport::Population& p : report.populations) {
    std::string line = p.name + std::string(widest - p.name.size(), ' ') + "  " +
                       console::grouped(p.n) + " neurons, " + console::grouped(p.spikes) +
                       " spikes, " + console::fixed(p.rateHz, 2) + " Hz";
    if (p.cvNeurons) line += ", CV " + console::fixed(p.cv, 2);
    console::print(line + "\n");
  }
  const double factor = report.wallS > 0 ? report.biologicalS / report.wallS : 0;
  console::print(console::fixed(report.biologicalS, 3) + " s in " +
                 console::fixed(report.wallS, 2) + " s, " + console::fixed(factor, 1) +
                 " times real time; spike hash " + hexText(report.spikeHash) + "\n");
  if (!request.out.empty()) console::say("written: " + request.out.string());
  if (!request.saveState.empty()) console::say("state: " + request.saveState.string());
}

}  // namespace

int runCommand(Words words) {
  std::string project;
  RunRequest request;
  bool json = false;
  CLI::App app("Runs a project without a window, as fast as it goes.", "run");
  app.add_option("PROJECT", project, "A .spk file")->required();
  app.add_option("-o,--out", request.out, "HDF5 file for spikes and traces (SONATA's layout)");
  addTime(app, "--for", request.duration, "How long, as 250ms or 2s; else the project's duration");
  app.add_option("--seed", request.seed, "Seed of all random draws; else the project's");
  app.add_option("--threads", request.threads, "How many threads; the result does not depend on it")
      ->check(CLI::Range(1, 1024));
  app.add_option("--pace", request.pace,
                 "Biological over wall time, 0: as fast as it goes; else 1 where live events are "
                 "heard or sent, 0 where none are")
      ->check(CLI::Range(0.0, 1000.0));
  app.add_option("--set", request.sets, "A parameter for this run, such as E.tau_m=20ms")
      ->type_name("NODE.PARAM=VALUE")
      ->allow_extra_args(false);
  app.add_option("--target", request.target, "Where to run")->capture_default_str();
  app.add_option("--isa", request.isa, "Instruction set; the result does not depend on it")
      ->check(CLI::IsMember({"generic", "avx2", "avx512"}));
  app.add_option("--save-state", request.saveState, "Writes the whole state at the end");
  app.add_option("--from-state", request.fromState, "Goes on from such a file");
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  const Registry registry = wholeRegistry();
  const Targets targets = wholeTargets();
  const auto loaded = load(project, registry);
  if (!loaded) return console::fail(loaded.error());
  request.folder = std::filesystem::absolute(project).parent_path();
  std::signal(SIGINT, [](int) { interrupted = 1; });
  Result<RunReport> report = [&] {
    console::Progress bar("building the network");
    request.phase = [&](const char* what) { bar.phase(what); };
    request.progress = [&](Time now, Time begin, Time end) {
      bar.show(toSeconds(now - begin), toSeconds(end - begin), "s");
      return interrupted == 0;
    };
    return runProject(loaded.value().project, registry, targets, request);
  }();
  if (!report) return console::fail(report.error());
  RunReport& made = report.value();
  console::addNotes(made.notes, loaded.value().notes);
  if (!json) {
    console::sayNotes(made.notes, loaded.value().project);
    printText(made, request);
    return console::kDone;
  }
  return console::answer(jsonOf(made, loaded.value().project));
}

}  // namespace spk
