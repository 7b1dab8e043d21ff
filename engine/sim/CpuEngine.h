#pragma once
#include <atomic>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/sim/Array.h"
#include "engine/sim/CpuSimulation.h"
#include "engine/sim/Crew.h"
#include "engine/sim/Dense.h"
#include "engine/sim/Drive.h"
#include "engine/sim/Heard.h"
#include "engine/sim/Isa.h"
#include "engine/sim/Network.h"
#include "engine/sim/Plastic.h"
#include "engine/sim/PoissonTable.h"
#include "engine/sim/Simulation.h"
#include "engine/sim/Step.h"
#include "engine/sim/Thinning.h"

namespace spk {

/// Spikes of one part or named source in one batch, step by step.
struct SpikesByStep {
  Array<std::uint32_t> neurons;          ///< numbers within the population, ascending in each step
  std::vector<std::uint32_t> stepStart;  ///< steps + 1
  std::span<const std::uint32_t> at(std::uint32_t step) const {
    return {neurons.data() + stepStart[step], stepStart[step + 1] - stepStart[step]};
  }
};

/// One column or input of some neurons of a part, sampled step by step for a probe.
struct Tap {
  Id probe = Id::none;
  bool isInput = false;
  std::uint32_t index = 0;  ///< of the column or input
  Time every = 0;
  std::vector<std::uint32_t> neurons;  ///< within the part, ascending
  std::vector<std::uint32_t> begins;   ///< blocks + 1: where each block's begin among them
  Array<float> values;                 ///< [step][neuron]
};

/// A spike on its way along its row of runs.
struct Walker {
  const std::uint16_t* at = nullptr;   ///< head of the next run; of a new one, begin of the row
  const std::uint16_t* end = nullptr;  ///< of the row
  std::uint64_t due = 0;               ///< step in which the next run arrives
  std::uint16_t count = 0;             ///< its synapses
  std::uint16_t port = 0;
  bool counted = true;  ///< they are synaptic events

  /// Reads the head of the next run.
  void look() noexcept {
    const Rows::RunHead head = Rows::RunHead::of(*at);
    due += head.later;
    count = static_cast<std::uint16_t>(head.count);
  }
  std::size_t bytes() const { return 2 + std::size_t{6} * count; }  ///< of the next run
  /// Adds all that is due before `until`. `slotOf(step)` is the part's input in that step.
  template <class SlotOf>
  void walk(std::uint64_t until, SlotOf slotOf) noexcept {
    while (at != end && due < until) {
      float* const slot = slotOf(due);
      const std::uint16_t* const targets = at + 1;
      const std::uint16_t* const weights = targets + count;
      for (std::uint32_t i = 0; i < count; ++i) {
        float weight;
        std::memcpy(&weight, weights + std::size_t{2} * i, sizeof weight);
        slot[targets[i]] += weight;
      }
      at = weights + std::size_t{2} * count;
      if (at != end) look();
    }
  }
};

/// Up to 65,536 neurons of one population with all their input: the unit of work of a thread.
struct Part {
  std::uint32_t population = 0, index = 0;  ///< index: among the population's parts
  std::uint32_t first = 0, count = 0, stride = 0;
  std::vector<Array<double>> columns;
  std::vector<Array<float>> rings;  ///< by input: Spikes [slot][stride]; empty if not wired
  Array<double> constants;
  std::size_t constantStride = 0;
  SpikesByStep spikes;
  Array<std::uint32_t> raw;                  ///< as the blocks fired, block after block
  std::vector<std::uint32_t> fired, begins;  ///< [block][step]: how many; from where in raw
  struct Noise {
    std::uint32_t wire = 0, port = 0;  ///< of Network::poissonWires
    Array<float> weights;              ///< per neuron, or empty
  };
  std::vector<Noise> noises;
  struct Incoming {
    const Projection* projection;
    const Rows* rows;
  };
  std::vector<Incoming> incoming;
  Array<std::uint8_t> counts;  ///< per target and one more, for rows with further synapses
  // Spikes on their way along runs: the oldest first, so that sums keep their order.
  Array<Walker> walkers;  ///< room; empty without runs
  std::uint32_t walkerCount = 0;
  /// Projections that learn: they deliver step by step, before each update. Indices of
  /// CpuSimulation's rules; the part among the rule's.
  std::vector<std::uint32_t> rules;
  SpikeHistory history;  ///< kept where a projection that learns begins or ends
  Array<double> before;  ///< with rules: columns at the begin of the batch
  std::uint64_t learntEvents = 0;
  std::vector<Tap> taps;
  std::uint64_t events = 0;  ///< synaptic events of the batch
  bool notFinite = false;
  std::uint32_t badNeuron = 0, badStep = 0;
  double load = 1;  ///< estimate of its work, for sharing out
};

/// What a Trace input of a population holds in each step of a batch.
struct TracePort {
  std::uint32_t population = 0, port = 0;
  Id toWire = Id::none;              ///< a port of this projection, not of the population
  std::vector<std::uint32_t> wires;  ///< of Network::traceWires
  Array<float> rows;                 ///< [row][padded neurons]
  std::uint32_t stride = 0;
  std::vector<std::uint32_t> rowOfStep;
  std::uint32_t lastRow = 0;
  bool stale = true;  ///< row 0 must be filled before the next batch
};

/// The rate of one Poisson wire in each step of a batch.
struct NoiseRate {
  std::vector<PoissonTable> tables;      ///< one, or one for each step if the rate is a trace
  std::vector<std::uint32_t> rowOfStep;  ///< which table, or which row of means
  std::vector<std::uint32_t> wires;      ///< traces that replace the parameter
  Array<float> means;  ///< [row][padded target neurons], if a trace has many values
  std::uint32_t stride = 0;
  std::uint32_t lastRow = 0;
  bool stale = true;
};

/// A projection that learns: what its parts share, and the parts.
struct PlasticProjection {
  PlasticRule rule;
  std::vector<PlasticPart> parts;
};

/// What a stream node made in the batch.
struct BodyOutput {
  std::vector<StreamBuffer> outputs, merged;  ///< merged: inputs with several wires
  std::vector<const StreamBuffer*> in;
  std::vector<StreamBuffer*> out;
  std::vector<std::uint8_t> taken;  ///< by output: 1 if a wire or a probe takes it
  SpikesByStep spikes;   ///< of a named source, for projections
  SpikeHistory history;  ///< where one of them learns
  std::uint64_t overflow = 0;
  struct Pending {
    std::uint64_t step;
    std::uint64_t neuron;  // as wide: no gap in what is saved
  };
  std::vector<Pending> pending;  ///< of a wire: spikes on their way, in order
  struct Held {                  ///< what a Trace output last said
    std::vector<float> values;
    std::size_t next = 0;  ///< sample of the batch
    bool changed = false;  ///< in the step in hand
  };
  std::vector<Held> held;  ///< by output; no values where it is no trace
};

struct Listener {
  Probe probe;
  Channel* channel = nullptr;
  enum class From { Population, Trace, Body, Weight, Counts, Marks } from = From::Population;
  std::uint32_t index = 0, port = 0;  ///< population, body or rule; output of the body
  std::vector<std::uint64_t> wanted;  ///< bit per neuron; empty: all
  std::optional<Thinning> thinning;   ///< of a camera's events and their flow
};

/// The reference engine: a network in motion on the processor's cores, batch by batch. A batch is
/// update (blocks of neurons over all its steps), meeting, delivery (by target part); what leaves
/// the engine does so between batches.
class CpuSimulation final : public Simulation, public Heard {
 public:
  CpuSimulation(Project project, const Registry& registry, Network network,
                const CpuOptions& options, Isa isa);
  Result<void> start();

  Time now() const override { return static_cast<Time>(step_) * net_.dt; }
  Time dt() const override { return net_.dt; }
  Time batch() const override { return batchSteps_ * net_.dt; }
  Outcome runUntil(Time t) override;
  Result<void> apply(const Edit& edit) override;
  Result<void> attach(const Probe& probe, Channel& channel) override;
  void detach(Id probe) override;
  void listen(std::function<void(std::span<const FiredSpike>)> recorder) override;
  Result<Snapshot> look(Id item, const What& what) const override;
  Checkpoint save() const override;
  Result<void> restore(const Checkpoint& checkpoint, Fit fit) override;
  Totals totals() const override;
  std::int64_t heard() const noexcept override { return heard_; }
  Notes lastNotes() const override;

 private:
  // CpuSimulation.cpp: making and running
  Result<void> makeParts();
  Result<void> makePartsOf(std::uint32_t population);
  void joinParts();
  void shareParts();
  Result<void> prepare(std::uint32_t population);
  Result<void> initialise(std::uint32_t population);
  void runBatch(std::uint32_t steps);
  void work(std::uint32_t thread) noexcept;
  bool claim(std::uint32_t part, std::uint32_t phase) noexcept;
  void notice(Outcome& outcome, std::uint32_t steps);
  void noticeBodies(Outcome& outcome);
  void noticeThinning(Outcome& outcome);

  // update.cpp
  void update(Part& part) noexcept;
  void inputsOf(const Part& part, std::uint32_t first, std::uint32_t step,
                const float** inputs) const noexcept;
  void updateStepwise(Part& part) noexcept;
  void keepColumns(const Part& part, std::uint32_t block, double* before) const noexcept;
  std::uint32_t updateBlock(Part& part, std::uint32_t block, std::uint32_t from, std::uint32_t to,
                            std::uint32_t raw) noexcept;
  void checkFinite(Part& part, std::uint32_t block, const double* before) noexcept;
  void sortSpikes(Part& part) noexcept;
  void drive(Part& part, std::uint32_t first, std::uint32_t count, std::uint32_t step) noexcept;
  void sample(Part& part, std::uint32_t first, std::uint32_t step,
              const float* const* inputs) noexcept;
  Step stepOf(const Part& part, std::uint32_t block) const noexcept;
  void findNotFinite(Part& part, std::uint32_t block, const double* before) noexcept;
  std::uint32_t slot(std::uint64_t step) const { return static_cast<std::uint32_t>(step % slots_); }

  // delivery.cpp
  struct Delivering;
  void deliver(Part& part) noexcept;
  void advance(Part& part) noexcept;
  void arriveAll(Part& part, std::uint32_t count) noexcept;

  // plasticity.cpp
  Result<void> makePlastic();
  Result<void> readRule(const Projection& projection, PlasticRule& rule) const;
  Result<void> readValues(PlasticRule& rule) const;
  void makeHistories();
  void learn(Part& part, std::uint32_t step) noexcept;
  void gatherArrivals(const PlasticRule& rule, PlasticPart& here, std::uint64_t now) const noexcept;
  void gatherFired(const PlasticRule& rule, PlasticPart& here, const Part& part,
                   std::uint64_t now) const noexcept;
  Result<void> setPlastic(PlasticProjection& projection, const Set& set);
  const PlasticProjection* plasticOf(Id wire) const;
  std::vector<std::shared_ptr<const Bytes>> savePlastic(const PlasticProjection& projection) const;
  Result<void> restorePlastic(PlasticProjection& projection,
                              std::span<const std::shared_ptr<const Bytes>> pages, Fit fit);
  Result<Snapshot> lookPlastic(const PlasticProjection& projection, const What& what) const;
  std::shared_ptr<const Bytes> saveHistory(std::span<const SpikeHistory* const> parts) const;
  Result<void> restoreHistory(std::span<SpikeHistory* const> parts, std::uint32_t partSize,
                              std::uint32_t neuronCount, const Bytes& page);
  std::vector<SpikeHistory*> historiesOf(std::uint32_t population);
  std::vector<const SpikeHistory*> historiesOf(std::uint32_t population) const;
  Result<void> attachWeight(Listener listener, std::uint32_t index);
  void tellWeight(Listener& listener) noexcept;

  // streams.cpp
  Result<void> makeStreams();
  void makeTracePorts();
  Result<void> makeGapJunctions();
  void addGapCurrents(const TraceWire& wire, std::uint32_t n, float* values) const noexcept;
  Result<void> makeNoiseRates();
  void makeBodyOutputs();
  void findTaken();
  void runBodies(bool afterPopulations) noexcept;
  void gather(std::uint32_t body, std::size_t port) noexcept;
  void sortBySteps(std::uint32_t body) noexcept;
  void sendNow() noexcept;
  void carryTraces() noexcept;
  float traceValue(const TraceWire& wire, std::uint32_t neuron) const noexcept;
  bool traceChanged(std::span<const std::uint32_t> wires) const noexcept;
  void fillTrace(TracePort& port, std::uint32_t row) noexcept;
  void fillRate(NoiseRate& rate, const PoissonWire& wire, std::uint32_t row) noexcept;

  // probes.cpp
  void tell() noexcept;
  void tellSpikes(Listener& listener) noexcept;
  void tellTraces(Listener& listener) noexcept;
  void tellStream(Listener& listener) noexcept;
  void tellCounts(Listener& listener) noexcept;
  void tellRecorder();
  Result<void> attachWhole(Listener listener);
  Result<void> attachPopulation(Listener listener, std::uint32_t population);
  Result<void> attachBody(Listener listener, std::uint32_t body);
  Error unknownOutput(const Probe& probe) const;
  void tap(const Listener& listener, bool isInput, std::uint32_t index);

  // live.cpp
  Result<void> set(const Set& set);
  Result<void> setPopulation(std::uint32_t population, const Set& set);
  Result<void> setProjection(Projection& projection, const Set& set);
  Result<void> setNoise(PoissonWire& wire, const Item& item, const Set& set);
  Result<void> setBody(BodyNode& body, const Item& item, const Set& set);
  void mark(const Edit& edit);
  Result<void> weighNoise(std::uint32_t wire);

  // reform.cpp
  Result<void> reform(std::uint32_t population);
  void moveTaps(std::uint32_t population, std::span<const std::uint32_t> places);

  // checkpoint.cpp
  std::vector<std::shared_ptr<const Bytes>> savePopulation(std::uint32_t population) const;
  void gatherInput(const Part& part, std::uint32_t port, std::span<float> rows) const noexcept;
  Result<void> restorePopulation(std::uint32_t population, Bytes& bytes);

  Project project_;
  const Registry& registry_;
  Network net_;
  CpuOptions options_;
  Isa isa_;
  Crew crew_;
  std::uint64_t step_ = 0;
  std::uint32_t batchSteps_ = 1;  ///< at most
  std::uint32_t steps_ = 0;       ///< of the batch in hand
  std::uint32_t slots_ = 2;       ///< of the input rings
  std::vector<Part> parts_;
  std::vector<std::vector<std::uint32_t>> shares_;  ///< by thread: its parts, then the others
  std::unique_ptr<std::atomic<std::uint64_t>[]> claims_;
  std::uint64_t epoch_ = 0;  ///< counts batches, for the claims
  std::vector<PlasticProjection> plastic_;
  mutable std::map<Id, std::vector<std::shared_ptr<const Bytes>>>
      lastPages_;  ///< to share equal ones
  std::vector<TracePort> tracePorts_;
  std::vector<NoiseRate> noiseRates_;
  std::vector<BodyOutput> bodyOutputs_;
  Array<float> nothing_;  ///< a row of zeros, for inputs that are not wired
  std::vector<Listener> listeners_;
  std::vector<Spike> spikeRoom_;
  std::vector<Sample> sampleRoom_;
  std::vector<FiredSpike> firedRoom_;
  std::vector<std::uint32_t> populationOrder_;  ///< by id
  std::function<void(std::span<const FiredSpike>)> recorder_;
  std::vector<std::uint64_t> populationSpikes_;  ///< of the batch
  std::vector<char> runaway_;                    ///< said already
  std::vector<std::uint64_t> overflowSaid_;
  std::vector<const Heard*> listening_;             ///< bodies
  std::int64_t heard_ = 0;
  std::vector<std::uint64_t> notesSaid_;            ///< version of each body's notes
  /// What nodes have said last, by the sentence without its numbers.
  std::map<std::pair<Id, std::string>, std::string> noteWords_;
  bool toldOfBuild_ = false;                        ///< the network's notes went out
  bool failed_ = false;
  Note failure_;
  Totals totals_;
};

/// Whether user equations may change without a rebuild (reform.cpp).
bool canReform(const Item& before, const Item& after, const Project& project,
               const Registry& registry);

}  // namespace spk
