#include "engine/run/headless.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "engine/base/checksum.h"
#include "engine/base/sentence.h"
#include "engine/graph/check.h"
#include "engine/run/Recorder.h"
#include "engine/run/StateFile.h"
#include "engine/run/projectSettings.h"
#include "engine/sim/Heard.h"

namespace spk {
namespace {

constexpr Time kBetweenLooks = 50 * kMillisecond;
constexpr Time kPaced = 2 * kMillisecond;  // length of a stretch when the clock sets the pace

/// Counts, hash and intervals of a run; nothing else of the spikes is kept.
class Tally {
 public:
  explicit Tally(std::vector<NamedPopulation> populations) {
    for (NamedPopulation& p : populations) {
      at_[p.id] = counted_.size();
      counted_.push_back({std::move(p), 0, {}});
    }
  }

  void take(std::span<const FiredSpike> spikes) {
    hash_ = spikeHash(spikes, hash_);
    for (const FiredSpike& spike : spikes) {
      const auto [place, isNew] = at_.try_emplace(spike.population, counted_.size());
      // A source with trains of its own (a spike list) is no population of the project.
      if (isNew)
        counted_.push_back({{spike.population, "#" + std::to_string(number(spike.population)), 0}});
      Counted& counted = counted_[place->second];
      ++counted.spikes;
      if (spike.neuron >= counted.intervals.size()) counted.intervals.resize(spike.neuron + 1);
      counted.intervals[spike.neuron].add(spike.step);
    }
  }

  void report(RunReport& report, Time ran) const {
    report.spikeHash = hash_;
    for (const Counted& counted : counted_) {
      RunReport::Population p{counted.population.id, counted.population.name, counted.population.n,
                              counted.spikes};
      const double neurons = static_cast<double>(std::max<std::uint64_t>(p.n, 1));
      if (ran > 0) p.rateHz = static_cast<double>(p.spikes) / neurons / toSeconds(ran);
      double sum = 0;
      for (const Intervals& intervals : counted.intervals)
        if (intervals.count >= kFewestIntervals) sum += intervals.cv(), ++p.cvNeurons;
      if (p.cvNeurons) p.cv = sum / static_cast<double>(p.cvNeurons);
      report.populations.push_back(std::move(p));
    }
    std::ranges::sort(report.populations, {}, &RunReport::Population::id);
  }

 private:
  static constexpr std::uint64_t kFewestIntervals = 9;
  /// Of one neuron, in steps; sums of whole numbers are exact.
  struct Intervals {
    std::uint64_t last = 0, spikes = 0, count = 0, sum = 0, squares = 0;
    void add(std::uint64_t step) {
      if (spikes++) {
        const std::uint64_t interval = step - last;
        ++count, sum += interval, squares += interval * interval;
      }
      last = step;
    }
    double cv() const {
      const double n = static_cast<double>(count), mean = static_cast<double>(sum) / n;
      const double variance = static_cast<double>(squares) / n - mean * mean;
      return mean > 0 ? std::sqrt(std::max(variance, 0.0)) / mean : 0;
    }
  };
  struct Counted {
    NamedPopulation population;
    std::uint64_t spikes = 0;
    std::vector<Intervals> intervals = {};
  };

  std::map<Id, std::size_t> at_;
  std::vector<Counted> counted_;
  std::uint64_t hash_ = kFnvStart;
};

Result<Project> changedProject(const Project& project, const Registry& registry,
                               const RunRequest& request) {
  Document document(project);
  for (const std::string& text : request.sets) {
    TRY(const Edit edit, settingEdit(document.project(), registry, text));
    TRY_DO(document.apply(edit));
  }
  if (request.seed) {
    Edit edit{"seed"};
    edit.ops.push_back(setting(document.project(), Id::settings, "seed",
                               Value(static_cast<std::int64_t>(*request.seed))));
    TRY_DO(document.apply(edit));
  }
  return document.project();
}

/// The first error among the notes, with its node, and how many more there are.
Result<void> refuseErrors(const Notes& notes, const Project& project) {
  const auto isError = [](const Note& note) { return note.level == Note::Level::Error; };
  const auto first = std::ranges::find_if(notes, isError);
  if (first == notes.end()) return {};
  const auto count = std::ranges::count_if(notes, isError);
  std::string where = first->item == Id::none ? "project" : itemPath(project, first->item);
  if (!first->key.empty()) where += "." + first->key;
  std::string what = first->text;
  // check() begins with the node already; it is said once.
  if (const auto path = itemPath(project, first->item) + ": "; what.starts_with(path))
    what.erase(0, path.size());
  if (count > 1) what += " (and " + std::to_string(count - 1) + " more; spikarium check lists all)";
  return Error{what, where};
}

Result<void> restoreFrom(const std::filesystem::path& path, const Project& project,
                         const Registry& registry, Simulation& simulation) {
  TRY(const StateFile state, loadState(path));
  if (state.network != networkSum(project, registry))
    return Error{
        "this state is of another network; give the project, --set and --seed with which "
        "it was saved",
        path.string()};
  return simulation.restore(state.checkpoint, Simulation::Fit::Exact);
}

/// Waits until the clock is where the run is.
class Pace {
 public:
  Pace(double pace, Time begin) : pace_(pace), begin_(begin) {}
  void wait(Time now) const {
    if (pace_ <= 0) return;
    const std::chrono::duration<double, std::nano> due(static_cast<double>(now - begin_) / pace_);
    std::this_thread::sleep_until(started_ + std::chrono::duration_cast<Clock::duration>(due));
  }

 private:
  using Clock = std::chrono::steady_clock;
  double pace_;
  Time begin_;
  Clock::time_point started_ = Clock::now();
};

Result<void> runTo(Simulation& simulation, Time end, const RunRequest& request, double pace,
                   const Recorder* recorder, RunReport& report) {
  const Time begin = simulation.now();
  const Time stretch =
      pace > 0 ? std::max(kPaced, simulation.batch()) : std::max(kBetweenLooks, simulation.batch());
  const Pace clock(pace, begin);
  while (simulation.now() < end) {
    clock.wait(std::min(end, simulation.now() + stretch));
    Outcome outcome = simulation.runUntil(std::min(end, simulation.now() + stretch));
    for (Note& note : outcome.notes) renew(report.notes, std::move(note));
    if (recorder && recorder->error()) return *recorder->error();
    if (outcome.why == Why::NotFinite || outcome.why == Why::Device) {
      const std::string what = report.notes.empty() ? "the run failed" : report.notes.back().text;
      return Error{what, "t = " + timeText(outcome.reached)};
    }
    if (request.progress && !request.progress(simulation.now(), begin, end))
      return Error{"was stopped", "t = " + timeText(simulation.now())};
  }
  return {};
}

}  // namespace

std::uint64_t spikeHash(std::span<const FiredSpike> spikes, std::uint64_t start) {
  constexpr std::uint64_t kPrime = 0x100000001B3ull;
  const auto fold = [&](std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) start = (start ^ ((value >> (8 * i)) & 0xFF)) * kPrime;
  };
  for (const FiredSpike& spike : spikes) {
    fold(spike.step, 8);
    fold(number(spike.population), 8);
    fold(spike.neuron, 4);
  }
  return start;
}

Result<RunReport> runProject(const Project& project, const Registry& registry,
                             const Targets& targets, const RunRequest& request) {
  const auto phase = [&](const char* what) {
    if (request.phase) request.phase(what);
  };
  TRY(const Project changed, changedProject(project, registry, request));
  const Project placed = withAbsolutePaths(changed, registry, request.folder);
  RunReport report;
  report.notes = check(placed, registry);
  TRY_DO(refuseErrors(report.notes, placed));

  Target* target = targets.target(request.target);
  if (!target) {
    std::string known;
    for (const auto& t : targets.all()) known += (known.empty() ? "" : ", ") + t->id();
    return Error{"no such target; there are " + known, request.target};
  }
  Item options;
  options.type = "target." + request.target;
  options.values["threads"] = static_cast<std::int64_t>(request.threads);
  if (!request.isa.empty()) options.values["isa"] = request.isa;
  TRY_DO(refuseErrors(target->fit(placed, registry, options), placed));
  phase("building the network");
  TRY(auto simulation, target->start(placed, registry, options));
  if (!request.fromState.empty())
    TRY_DO(restoreFrom(request.fromState, changed, registry, *simulation));

  const Time begin = simulation->now();
  const Time end = request.duration ? begin + *request.duration : durationOf(changed);
  if (end <= begin)
    return Error{(end == 0 ? "the project has no end of its own"
                           : "the state is from " + timeText(begin) + " and the project ends at " +
                                 timeText(end)) +
                     std::string("; give --for"),
                 end == 0 ? "settings.duration" : request.fromState.string()};
  std::unique_ptr<Recorder> recorder;
  if (!request.out.empty()) {
    TRY(recorder, Recorder::open(request.out, changed, registry));
    TRY_DO(recorder->attach(*simulation));
  }
  Tally tally(namedPopulations(changed, registry));
  simulation->listen([&](std::span<const FiredSpike> spikes) {
    tally.take(spikes);
    if (recorder) recorder->take(spikes);
  });
  const double pace = request.pace.value_or(isLive(changed) ? 1 : 0);
  if (pace > 0 && !request.pace)
    report.notes.push_back({Note::Level::Info,
                            "runs at the pace of the clock, as a node hears or speaks to other "
                            "programs; --pace 0 runs "
                            "as fast as it goes"});
  phase("running");
  const auto started = std::chrono::steady_clock::now();
  TRY_DO(runTo(*simulation, end, request, pace, recorder.get(), report));
  report.wallS = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  simulation->listen(nullptr);
  if (const auto* live = dynamic_cast<const Heard*>(simulation.get()))
    for (Note& note : live->lastNotes()) renew(report.notes, std::move(note));
  const Time ran = simulation->now() - begin;
  report.biologicalS = toSeconds(ran);
  tally.report(report, ran);
  if (recorder || !request.saveState.empty()) phase("writing the file");
  if (recorder) TRY_DO(recorder->finish(*simulation, simulation->now()));
  if (!request.saveState.empty())
    TRY_DO(saveState({networkSum(changed, registry), simulation->save()}, request.saveState));
  return report;
}

}  // namespace spk
