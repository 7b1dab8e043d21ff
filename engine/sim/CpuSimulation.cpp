#include "engine/sim/CpuSimulation.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <new>
#include <numeric>
#include <system_error>

#include "engine/base/checksum.h"
#include "engine/base/sentence.h"
#include "engine/graph/Given.h"
#include "engine/graph/units.h"
#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {

constexpr std::size_t kMostColumns = 32, kMostInputs = 16;
constexpr std::uint32_t kRunawayLeast = 20;  ///< smaller populations may well fire together

/// Per-neuron parameters are written somewhere: prepare is called for each neuron.
bool differs(const Item& item, const Shape& shape) {
  for (const auto& [key, value] : item.values) {
    const std::size_t bracket = key.find('[');
    const Parameter* parameter = shape.parameter(std::string_view(key).substr(0, bracket));
    if (!parameter || !parameter->each) continue;
    if (bracket != std::string::npos || !asNumber(value)) return true;
  }
  return false;
}

/// What the network will take, from the rules alone; refused if the machine has not so much.
Result<void> checkMemory(const Network& net, const CpuOptions& options) {
  const std::uint32_t batch =
      options.mostBatchSteps ? std::min(options.mostBatchSteps, net.batchSteps) : net.batchSteps;
  double bytes = 0;
  for (const Population& p : net.populations) {
    double perNeuron = 8.0 * static_cast<double>(p.shape.columns.size());
    for (const Population::Input& input : p.inputs)
      if (input.wired && input.signal == Signal::Spikes) perNeuron += 4.0 * (net.delayHigh + batch);
    bytes += perNeuron * p.n;
  }
  for (const Projection& p : net.projections) {
    const Grid targets = net.populations[p.target].grid;
    const bool same = !p.fromBody && p.source == p.target;
    // Impossible rules are reported, with their names, when they are drawn.
    const auto synapses = Connector::expected(p.rule, p.sourceGrid, targets, same, p.connectKey);
    if (!synapses) continue;
    bytes += synapses.value() * (p.form == Projection::Form::Shared     ? 2
                                 : p.form == Projection::Form::Weighted ? 6
                                                                        : 8);
    if (p.learning) bytes += synapses.value() * 8;  // seen from their targets
  }
  const double has =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  if (bytes < has) return {};
  const auto gigabytes = [](double b) { return numberText(std::round(b / 1e8) / 10) + " GB"; };
  return Error{"needs " + gigabytes(bytes) + " of memory; this machine has " + gigabytes(has),
               "network"};
}

/// How many threads pay, of those that the machine has: meeting twice a batch costs some 10 µs,
/// more on a busy machine, so each thread wants tens of µs of work between. Estimated at 1 ns for a
/// neuron's step and for a synaptic event, at 10 Hz; the spikes do not depend on it.
std::uint32_t worthwhileThreads(const Network& network) {
  double neurons = 0, synapses = 0;
  for (const Population& p : network.populations) neurons += p.n;
  for (const Projection& p : network.projections) synapses += static_cast<double>(p.synapses);
  const double work = network.batchSteps * (neurons + synapses * 10 * network.dt_ms / 1e3);
  constexpr double kWorkPerThread = 40'000;
  const double most = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<std::uint32_t>(std::clamp(work / kWorkPerThread, 1.0, most));
}

}  // namespace

Result<std::unique_ptr<Simulation>> makeCpuSimulation(const Project& project,
                                                      const Registry& registry,
                                                      const CpuOptions& options) {
  try {
    TRY(const Isa isa, chooseIsa(options.isa));
    TRY(Network network, Network::compile(project, registry));
    CpuOptions chosen = options;
    TRY_DO(checkMemory(network, chosen));
    TRY_DO(connectAll(network, options.threads
                                   ? options.threads
                                   : std::max(1u, std::thread::hardware_concurrency())));
    if (chosen.threads == 0) chosen.threads = worthwhileThreads(network);
    auto made = std::make_unique<CpuSimulation>(project, registry, std::move(network), chosen, isa);
    TRY_DO(made->start());
    return std::unique_ptr<Simulation>(std::move(made));
  } catch (const std::bad_alloc&) {
    return Error{"needs more memory than there is", "network"};
  } catch (const std::system_error& error) {  // no more threads
    return Error{std::string("cannot start its threads: ") + error.what(), "network"};
  }
}

CpuSimulation::CpuSimulation(Project project, const Registry& registry, Network network,
                             const CpuOptions& options, Isa isa)
    : project_(std::move(project)),
      registry_(registry),
      net_(std::move(network)),
      options_(options),
      isa_(isa),
      crew_(std::clamp<std::uint32_t>(options.threads, 1, std::max(1u, net_.partCount))),
      batchSteps_(options.mostBatchSteps ? std::min(options.mostBatchSteps, net_.batchSteps)
                                         : net_.batchSteps),
      slots_(net_.delayHigh + batchSteps_) {}

Result<void> CpuSimulation::start() {
  TRY_DO(makeParts());
  for (std::uint32_t p = 0; p < net_.populations.size(); ++p) {
    TRY_DO(prepare(p));
    TRY_DO(initialise(p));
  }
  TRY_DO(makeStreams());
  TRY_DO(makePlastic());
  for (const BodyNode& node : net_.bodies)
    if (const auto* body = dynamic_cast<const Heard*>(node.body.get())) listening_.push_back(body);
  for (std::uint32_t w = 0; w < net_.poissonWires.size(); ++w) TRY_DO(weighNoise(w));
  totals_.threads = crew_.threads();
  for (const Population& p : net_.populations) totals_.neurons += p.n;
  for (const Projection& p : net_.projections)
    totals_.synapses += p.synapses, totals_.synapseBytes += p.bytes;
  return {};
}

Result<void> CpuSimulation::makeParts() {
  nothing_ = Array<float>(kBlock + 64, 0.f);
  populationSpikes_.assign(net_.populations.size(), 0);
  runaway_.assign(net_.populations.size(), 0);
  for (std::uint32_t i = 0; i < net_.populations.size(); ++i) TRY_DO(makePartsOf(i));
  joinParts();
  populationOrder_.resize(net_.populations.size());
  std::iota(populationOrder_.begin(), populationOrder_.end(), 0u);
  std::ranges::sort(populationOrder_, {}, [&](std::uint32_t i) { return net_.populations[i].id; });
  shareParts();
  return {};
}

Result<void> CpuSimulation::makePartsOf(std::uint32_t population) {
  const Population& p = net_.populations[population];
  if (p.shape.columns.size() > kMostColumns || p.inputs.size() > kMostInputs)
    return Error{"has " + std::to_string(p.shape.columns.size()) + " columns and " +
                     std::to_string(p.inputs.size()) + " inputs; 32 and 16 are possible",
                 p.name};
  for (std::uint32_t k = 0; k < p.partCount; ++k) {
    Part part;
    part.population = population;
    part.index = k;
    part.first = k * p.partSize;
    part.count = std::min(p.partSize, p.n - part.first);
    part.stride = p.partSize;
    for (const Column& column : p.shape.columns) {
      if (column.count != 1)
        return Error{
            "column " + column.name + " has compartments, which this engine cannot run yet",
            p.name};
      part.columns.emplace_back(part.stride, 0.0);
    }
    for (const Population::Input& input : p.inputs)
      part.rings.push_back(input.signal == Signal::Spikes && input.wired
                               ? Array<float>(std::size_t{slots_} * part.stride, 0.f)
                               : Array<float>());
    const std::size_t most = std::size_t{part.count} * batchSteps_;
    part.raw = Array<std::uint32_t>(most);
    part.spikes.neurons = Array<std::uint32_t>(most);
    part.spikes.stepStart.assign(batchSteps_ + 1, 0);
    part.fired.assign(std::size_t{(part.count + kBlock - 1) / kBlock} * batchSteps_, 0);
    part.begins = part.fired;
    part.load = part.count;
    parts_.push_back(std::move(part));
  }
  return {};
}

/// Tells each part what comes in.
void CpuSimulation::joinParts() {
  for (const Projection& p : net_.projections) {
    const Population& target = net_.populations[p.target];
    for (std::uint32_t k = 0; k < target.partCount; ++k) {
      const Rows& rows = p.parts[k];
      Part& part = parts_[target.firstPart + k];
      if (!p.learning) part.incoming.push_back({&p, &rows});
      if (rows.words && part.counts.empty()) part.counts = Array<std::uint8_t>(part.stride + 64, 0);
      part.load += 0.003 * static_cast<double>(rows.words ? rows.maps.size() : rows.size());
    }
  }
  for (Part& part : parts_) {
    // Room for a quarter of the sources; if more fire together, the oldest spikes arrive at once.
    std::size_t sources = 0;
    for (const Part::Incoming& in : part.incoming)
      if (in.projection->inRuns) sources += in.projection->sourceCount;
    if (sources) part.walkers = Array<Walker>(sources / 4 + 256);
  }
  for (std::uint32_t w = 0; w < net_.poissonWires.size(); ++w) {
    const PoissonWire& wire = net_.poissonWires[w];
    const Population& target = net_.populations[wire.target];
    for (std::uint32_t k = 0; k < target.partCount; ++k)
      parts_[target.firstPart + k].noises.push_back({w, wire.port, {}});
  }
}

/// Heaviest part first to the thread with least; a thread that is done helps the others.
void CpuSimulation::shareParts() {
  std::vector<std::uint32_t> heavy(parts_.size());
  std::iota(heavy.begin(), heavy.end(), 0u);
  std::ranges::stable_sort(heavy, std::greater{}, [&](std::uint32_t i) { return parts_[i].load; });
  std::vector<double> loads(crew_.threads(), 0);
  shares_.resize(crew_.threads());
  for (const std::uint32_t i : heavy) {
    const auto thread = static_cast<std::size_t>(std::ranges::min_element(loads) - loads.begin());
    shares_[thread].push_back(i);
    loads[thread] += parts_[i].load;
  }
  for (auto& share : shares_)
    for (const std::uint32_t i : heavy)
      if (std::ranges::find(share, i) == share.end()) share.push_back(i);
  claims_ = std::make_unique<std::atomic<std::uint64_t>[]>(parts_.size());
}

/// Constants from parameters: once for all neurons, or once for each where they differ.
Result<void> CpuSimulation::prepare(std::uint32_t population) {
  const Population& p = net_.populations[population];
  const Item& item = *project_.find(p.id);
  const std::size_t n = p.shape.constants.size(), width = kLaneWidths[static_cast<int>(isa_)];
  if (!p.type->prepare || n == 0) return {};
  Given given(p.shape, item.values);
  given.setProgram(p.program);
  const bool each = differs(item, p.shape);
  std::vector<double> values(n);
  const auto one = [&](std::uint32_t neuron) -> Result<void> {
    given.setNeuron(neuron, p.initialKey);
    if (auto done = p.type->prepare(given, net_.dt_ms, values); !done) {
      Error error = std::move(done).error();
      error.where = p.name + (error.where.empty() ? "" : "." + error.where);
      if (each) error.what += " (neuron " + std::to_string(neuron) + ")";
      return error;
    }
    for (std::size_t c = 0; c < n; ++c)
      if (!std::isfinite(values[c]))
        return Error{"its parameters give " + p.shape.constants[c] + " = " + numberText(values[c]),
                     p.name};
    return {};
  };
  if (!each) TRY_DO(one(0));
  for (std::uint32_t k = 0; k < p.partCount; ++k) {
    Part& part = parts_[p.firstPart + k];
    if (!each) {
      if (part.constants.size() != n * width) part.constants = Array<double>(n * width);
      part.constantStride = 0;
      for (std::size_t c = 0; c < n; ++c)
        std::fill_n(part.constants.data() + c * width, width, values[c]);
      continue;
    }
    const std::size_t groups = (part.count + kBlock - 1) / kBlock * kBlock / width;
    if (part.constants.size() != n * width * groups)
      part.constants = Array<double>(n * width * groups);
    part.constantStride = n * width;
    for (std::uint32_t i = 0; i < groups * width; ++i) {
      if (i < part.count) TRY_DO(one(part.first + i));
      for (std::size_t c = 0; c < n; ++c)
        part.constants[i / width * part.constantStride + c * width + i % width] = values[c];
    }
  }
  return {};
}

/// Columns at t = 0: `V.initial` (number, list or distribution), else the parameter that the
/// description names, else its number.
Result<void> CpuSimulation::initialise(std::uint32_t population) {
  const Population& p = net_.populations[population];
  const Item& item = *project_.find(p.id);
  Given given(p.shape, item.values);
  for (std::size_t c = 0; c < p.shape.columns.size(); ++c) {
    const Column& column = p.shape.columns[c];
    const std::string key = column.name + ".initial";
    Distribution start(column.initial);
    const auto written = item.values.find(key);
    if (written != item.values.end()) {
      auto read = Distribution::read(written->second);
      if (!read) return Error{std::move(read).error().what, p.name + "." + key};
      start = std::move(read).value();
      if (start.listSize() && start.listSize() != p.n)
        return Error{"has " + std::to_string(start.listSize()) + " values; there are " +
                         std::to_string(p.n) + " neurons",
                     p.name + "." + key};
    }
    const bool fromParameter = written == item.values.end() && !column.initialFrom.empty();
    for (std::uint32_t k = 0; k < p.partCount; ++k) {
      Part& part = parts_[p.firstPart + k];
      for (std::uint32_t i = 0; i < part.count; ++i) {
        const std::uint32_t neuron = part.first + i;
        given.setNeuron(neuron, p.initialKey);
        RandomSequence random(p.initialKey, (fnv1a(key) << 32) ^ neuron);
        const double value = fromParameter ? given(column.initialFrom) / coherentFactor(column.unit)
                                           : start.draw(random, neuron);
        if (!std::isfinite(value))
          return Error{"is " + numberText(value) + " for neuron " + std::to_string(neuron),
                       p.name + "." + key};
        part.columns[c][i] = value;
      }
    }
  }
  return {};
}

bool CpuSimulation::claim(std::uint32_t part, std::uint32_t phase) noexcept {
  const std::uint64_t wanted = epoch_ * 2 + phase;
  std::uint64_t held = claims_[part].load(std::memory_order_relaxed);
  return held < wanted &&
         claims_[part].compare_exchange_strong(held, wanted, std::memory_order_relaxed);
}

void CpuSimulation::work(std::uint32_t thread) noexcept {
  for (const std::uint32_t i : shares_[thread])
    if (claim(i, 0)) update(parts_[i]);
  crew_.meet();
  for (const std::uint32_t i : shares_[thread])
    if (claim(i, 1)) deliver(parts_[i]);
}

void CpuSimulation::runBatch(std::uint32_t steps) {
  steps_ = steps;
  ++epoch_;
  runBodies(false);
  sendNow();
  carryTraces();
  crew_.run([](void* self,
               std::uint32_t thread) noexcept { static_cast<CpuSimulation*>(self)->work(thread); },
            this);
  runBodies(true);
  std::ranges::fill(populationSpikes_, 0);
  for (const Part& part : parts_) {
    populationSpikes_[part.population] += part.spikes.stepStart[steps];
    totals_.synapticEvents += part.events;
  }
  for (const std::uint64_t n : populationSpikes_) totals_.spikes += n;
  for (const Heard* body : listening_)
    if (const std::int64_t heard = body->heard()) heard_ = heard;
  tell();
}

Outcome CpuSimulation::runUntil(Time t) {
  Outcome outcome;
  const std::uint64_t end = t <= 0 ? 0 : static_cast<std::uint64_t>((t + net_.dt - 1) / net_.dt);
  while (step_ < end && !failed_) {
    runBatch(static_cast<std::uint32_t>(std::min<std::uint64_t>(batchSteps_, end - step_)));
    notice(outcome, steps_);
    step_ += steps_;
  }
  if (!toldOfBuild_)
    outcome.notes.insert(outcome.notes.end(), net_.notes.begin(), net_.notes.end());
  toldOfBuild_ = true;
  if (failed_) {
    outcome.why = Why::NotFinite;
    outcome.notes.push_back(failure_);
  }
  outcome.reached = now();
  return outcome;
}

/// What the user should know of this batch: not finite, runaway, items that had no room.
void CpuSimulation::notice(Outcome& outcome, std::uint32_t steps) {
  for (const Part& part : parts_) {
    if (!part.notFinite) continue;
    const Population& p = net_.populations[part.population];
    const Time at = static_cast<Time>(step_ + part.badStep + 1) * net_.dt;
    failed_ = true;
    failure_ = {Note::Level::Error,
                "neuron " + std::to_string(part.badNeuron) + " of " + p.name +
                    " is not a finite number at " + timeText(at) + " (step " +
                    std::to_string(step_ + part.badStep) + "); the run stopped there",
                p.id};
    break;
  }
  for (std::uint32_t i = 0; i < net_.populations.size(); ++i) {
    const Population& p = net_.populations[i];
    if (runaway_[i] || p.n < kRunawayLeast || populationSpikes_[i] * 2 <= p.n) continue;
    for (std::uint32_t k = 0; k < steps && !runaway_[i]; ++k) {
      std::uint64_t n = 0;
      for (std::uint32_t j = 0; j < p.partCount; ++j)
        n += parts_[p.firstPart + j].spikes.at(k).size();
      if (n * 2 <= p.n) continue;
      runaway_[i] = 1;
      outcome.notes.push_back({Note::Level::Warning,
                               std::to_string(n) + " of " + std::to_string(p.n) +
                                   " neurons fired in one step, at " +
                                   timeText(static_cast<Time>(step_ + k + 1) * net_.dt),
                               p.id});
    }
  }
  for (std::uint32_t b = 0; b < net_.bodies.size(); ++b) {
    if (bodyOutputs_[b].overflow == 0 || overflowSaid_[b]) continue;
    overflowSaid_[b] = 1;
    outcome.notes.push_back({Note::Level::Warning,
                             net_.bodies[b].name +
                                 " made more in one batch than there is room for; " +
                                 std::to_string(bodyOutputs_[b].overflow) + " items are lost",
                             net_.bodies[b].id});
  }
  noticeBodies(outcome);
  noticeThinning(outcome);
}

/// What stream nodes have to say since the last batch, and what they have said with other numbers.
void CpuSimulation::noticeBodies(Outcome& outcome) {
  for (std::uint32_t b = 0; b < net_.bodies.size(); ++b) {
    const BodyNode& node = net_.bodies[b];
    if (node.body->notesVersion() == notesSaid_[b]) continue;
    notesSaid_[b] = node.body->notesVersion();
    for (Note& note : node.body->notes()) {
      std::string& said = noteWords_[{node.id, sentenceOf(note.text)}];
      if (said == note.text) continue;
      said = note.text;
      note.item = node.id;
      outcome.notes.push_back(std::move(note));
    }
  }
}

Notes CpuSimulation::lastNotes() const {
  Notes all;
  for (const Heard* body : listening_)
    for (Note& note : body->lastNotes()) all.push_back(std::move(note));
  return all;
}

Totals CpuSimulation::totals() const {
  Totals totals = totals_;
  for (const Listener& listener : listeners_) {
    if (!listener.thinning) continue;
    totals.thinned += listener.thinning->skipped();
    totals.thinning = std::max(totals.thinning, listener.thinning->every());
  }
  return totals;
}

}  // namespace spk
