// What leaves the engine between batches: probes into rings, the recorder's spikes, counts.
#include <algorithm>
#include <cmath>

#include "engine/sim/CpuEngine.h"

namespace spk {

namespace {

/// The ring must carry what the probe brings.
Result<void> fits(bool same, const char* needed, const Probe& probe) {
  if (same) return {};
  return Error{std::string("needs a ring of ") + needed, probe.what.port};
}

/// A reader finds this share of a stream's ring filled; the rest is for when it comes late.
constexpr std::size_t kLooksPerRing = 8;
/// Under this word noteWords_ holds that a node's views do not get all.
constexpr const char* kThinned = "views are thinned";

/// "25.3 M", "480 k": three digits are enough to tell how much too much it is.
std::string largeNumber(double number) {
  const bool millions = number >= 999'500;
  const double shown = number / (millions ? 1e6 : 1e3);
  const double parts = shown >= 100 ? 1 : shown >= 10 ? 10 : 100;
  return numberText(std::round(shown * parts) / parts) + (millions ? " M" : " k");
}

/// "2nd", "12th", "23rd".
std::string ordinal(std::uint64_t number) {
  const std::uint64_t last = number % 100 / 10 == 1 ? 0 : number % 10;
  return std::to_string(number) + (last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

template <class T>
bool carry(const StreamBuffer& buffer, const Channel& channel) {
  return std::holds_alternative<Buffered<T>>(buffer) && std::holds_alternative<Ring<T>>(channel);
}

}  // namespace

Result<void> CpuSimulation::attach(const Probe& probe, Channel& channel) {
  detach(probe.id);
  Listener listener;
  listener.probe = probe;
  listener.channel = &channel;
  if (probe.what.item == Id::none) return attachWhole(std::move(listener));
  for (std::uint32_t i = 0; i < net_.populations.size(); ++i)
    if (net_.populations[i].id == probe.what.item) return attachPopulation(std::move(listener), i);
  for (std::uint32_t i = 0; i < net_.bodies.size(); ++i)
    if (net_.bodies[i].id == probe.what.item) return attachBody(std::move(listener), i);
  for (std::uint32_t i = 0; i < plastic_.size(); ++i)
    if (plastic_[i].rule.id == probe.what.item) return attachWeight(std::move(listener), i);
  return unknownOutput(probe);
}

Error CpuSimulation::unknownOutput(const Probe& probe) const {
  const Item* item = project_.find(probe.what.item);
  if (item && item->type == "source.poisson")
    return {"its trains have no names and cannot be watched; use Poisson trains (neuron.poisson)",
            itemPath(project_, probe.what.item)};
  return {"has no output \"" + probe.what.port + "\" to watch",
          itemPath(project_, probe.what.item)};
}

Result<void> CpuSimulation::attachWhole(Listener listener) {
  const Probe& probe = listener.probe;
  const bool counts = probe.what.port == "counts";
  if (!counts && probe.what.port != "marks")
    return Error{"the whole network has the probes counts and marks", probe.what.port};
  const Channel& channel = *listener.channel;
  TRY_DO(counts ? fits(std::holds_alternative<Ring<Count>>(channel), "counts", probe)
                : fits(std::holds_alternative<Ring<Mark>>(channel), "marks", probe));
  listener.from = counts ? Listener::From::Counts : Listener::From::Marks;
  listeners_.push_back(std::move(listener));
  return {};
}

Result<void> CpuSimulation::attachPopulation(Listener listener, std::uint32_t population) {
  const Population& p = net_.populations[population];
  const Probe& probe = listener.probe;
  for (const std::uint32_t neuron : probe.neurons)
    if (neuron >= p.n)
      return Error{
          "there is no neuron " + std::to_string(neuron) + "; 0 to " + std::to_string(p.n - 1),
          p.name};
  listener.index = population;
  if (probe.what.port == "out") {
    TRY_DO(fits(std::holds_alternative<Ring<Spike>>(*listener.channel), "spikes", probe));
    listener.from = Listener::From::Population;
    if (!probe.neurons.empty()) listener.wanted.assign((p.n + 63) / 64, 0);
    for (const std::uint32_t neuron : probe.neurons)
      listener.wanted[neuron / 64] |= std::uint64_t{1} << (neuron % 64);
    spikeRoom_.reserve(std::max(spikeRoom_.capacity(), std::size_t{p.n} * batchSteps_));
  } else {
    const auto column = std::ranges::find(p.shape.columns, probe.what.port, &Column::name);
    const auto input = std::ranges::find(p.inputs, probe.what.port, &Population::Input::name);
    const bool isInput = column == p.shape.columns.end();
    if (isInput && input == p.inputs.end()) return unknownOutput(probe);
    TRY_DO(fits(std::holds_alternative<Ring<Sample>>(*listener.channel), "samples", probe));
    listener.from = Listener::From::Trace;
    tap(listener, isInput,
        static_cast<std::uint32_t>(isInput ? input - p.inputs.begin()
                                           : column - p.shape.columns.begin()));
  }
  listeners_.push_back(std::move(listener));
  return {};
}

Result<void> CpuSimulation::attachBody(Listener listener, std::uint32_t body) {
  std::uint32_t output = 0;
  for (const Port& port : net_.bodies[body].shape.ports) {
    if (port.input) continue;
    if (port.name != listener.probe.what.port) {
      ++output;
      continue;
    }
    const StreamBuffer& buffer = bodyOutputs_[body].outputs[output];
    const Channel& channel = *listener.channel;
    TRY_DO(fits(carry<Spike>(buffer, channel) || carry<Sample>(buffer, channel) ||
                    carry<Event>(buffer, channel) || carry<Flow>(buffer, channel) ||
                    carry<Frame>(buffer, channel),
                signalWord(port.signal), listener.probe));
    listener.from = Listener::From::Body;
    listener.index = body;
    listener.port = output;
    std::visit(
        [&]<class T>(const Ring<T>& ring) {
          const bool forFile = (number(listener.probe.id) & kFileProbes) != 0;
          if (!forFile && (std::is_same_v<T, Event> || std::is_same_v<T, Flow> ||
                           std::is_same_v<T, Frame>))
            listener.thinning.emplace(ring.capacity() / kLooksPerRing);
        },
        channel);
    listeners_.push_back(std::move(listener));
    findTaken();
    return {};
  }
  return unknownOutput(listener.probe);
}

/// Tells the parts of a population which neurons to sample while they run.
void CpuSimulation::tap(const Listener& listener, bool isInput, std::uint32_t index) {
  const Population& p = net_.populations[listener.index];
  std::vector<std::uint32_t> neurons = listener.probe.neurons;
  std::ranges::sort(neurons);
  std::size_t most = 0;
  for (std::uint32_t k = 0; k < p.partCount; ++k) {
    Part& part = parts_[p.firstPart + k];
    Tap made;
    made.probe = listener.probe.id;
    made.isInput = isInput;
    made.index = index;
    made.every = listener.probe.every;
    if (listener.probe.neurons.empty())
      for (std::uint32_t i = 0; i < part.count; ++i) made.neurons.push_back(i);
    for (const std::uint32_t neuron : neurons)
      if (neuron >= part.first && neuron < part.first + part.count)
        made.neurons.push_back(neuron - part.first);
    for (std::uint32_t first = 0; first < part.count + kBlock; first += kBlock)
      made.begins.push_back(static_cast<std::uint32_t>(
          std::ranges::lower_bound(made.neurons, first) - made.neurons.begin()));
    made.values = Array<float>(made.neurons.size() * batchSteps_, 0.f);
    most += made.values.size();
    part.taps.push_back(std::move(made));
  }
  sampleRoom_.reserve(std::max(sampleRoom_.capacity(), most));
}

void CpuSimulation::detach(Id probe) {
  std::erase_if(listeners_, [&](const Listener& listener) { return listener.probe.id == probe; });
  for (Part& part : parts_)
    std::erase_if(part.taps, [&](const Tap& t) { return t.probe == probe; });
  findTaken();
}

void CpuSimulation::listen(std::function<void(std::span<const FiredSpike>)> recorder) {
  recorder_ = std::move(recorder);
  std::size_t most = 0;
  for (const Population& p : net_.populations) most += std::size_t{p.n} * batchSteps_;
  if (recorder_) firedRoom_.reserve(most);
}

void CpuSimulation::tell() noexcept {
  for (Listener& listener : listeners_) {
    switch (listener.from) {
      case Listener::From::Population: tellSpikes(listener); break;
      case Listener::From::Trace: tellTraces(listener); break;
      case Listener::From::Weight: tellWeight(listener); break;
      case Listener::From::Body: tellStream(listener); break;
      case Listener::From::Counts: tellCounts(listener); break;
      case Listener::From::Marks: break;  // told when an edit takes effect
    }
  }
  if (recorder_) tellRecorder();
}

void CpuSimulation::tellSpikes(Listener& listener) noexcept {
  const Population& p = net_.populations[listener.index];
  spikeRoom_.clear();
  for (std::uint32_t k = 0; k < steps_; ++k) {
    const Time t = static_cast<Time>(step_ + k + 1) * net_.dt;
    for (std::uint32_t j = 0; j < p.partCount; ++j)
      for (const std::uint32_t neuron : parts_[p.firstPart + j].spikes.at(k))
        if (listener.wanted.empty() || (listener.wanted[neuron / 64] >> (neuron % 64) & 1))
          spikeRoom_.push_back({t, neuron});
  }
  std::get<Ring<Spike>>(*listener.channel).push(spikeRoom_);
}

void CpuSimulation::tellTraces(Listener& listener) noexcept {
  const Population& p = net_.populations[listener.index];
  sampleRoom_.clear();
  for (std::uint32_t k = 0; k < steps_; ++k) {
    const Time t = static_cast<Time>(step_ + k + 1) * net_.dt, every = listener.probe.every;
    if (every > net_.dt && t / every == (t - net_.dt) / every) continue;
    for (std::uint32_t j = 0; j < p.partCount; ++j) {
      const Part& part = parts_[p.firstPart + j];
      for (const Tap& tap : part.taps) {
        if (tap.probe != listener.probe.id) continue;
        for (std::size_t i = 0; i < tap.neurons.size(); ++i)
          sampleRoom_.push_back({t, part.first + tap.neurons[i],
                                 tap.values[std::size_t{k} * tap.neurons.size() + i]});
      }
    }
  }
  std::get<Ring<Sample>>(*listener.channel).push(sampleRoom_);
}

void CpuSimulation::tellStream(Listener& listener) noexcept {
  const Time end = now() + steps_ * net_.dt;
  std::visit(
      [&](auto& ring, const auto& items) {
        using T = typename std::remove_cvref_t<decltype(items)>::value_type;
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(ring)>, Ring<T>>) {
          const std::span<const T> made(items.data(), items.size());
          if (listener.thinning)
            listener.thinning->pass(made, end, ring);
          else
            ring.push(made);
        }
      },
      *listener.channel, bodyOutputs_[listener.index].outputs[listener.port]);
}

void CpuSimulation::tellCounts(Listener& listener) noexcept {
  const Time end = now() + steps_ * net_.dt;
  auto& ring = std::get<Ring<Count>>(*listener.channel);
  const auto count = [&](Id item, std::uint64_t n) {
    const Count made{end, item, n};
    ring.push(std::span<const Count>(&made, 1));
  };
  for (std::size_t i = 0; i < net_.populations.size(); ++i)
    count(net_.populations[i].id, populationSpikes_[i]);
  for (std::size_t i = 0; i < net_.bodies.size(); ++i) {
    // What leaves its first output; others speak of the same (rejected events, frames, samples).
    const std::vector<StreamBuffer>& outputs = bodyOutputs_[i].outputs;
    count(net_.bodies[i].id,
          outputs.empty() ? 0
                          : std::visit([](const auto& items) { return items.size(); }, outputs[0]));
  }
}

/// Says once of a node that its views get only some of what it makes.
void CpuSimulation::noticeThinning(Outcome& outcome) {
  for (const Listener& listener : listeners_) {
    if (!listener.thinning || !listener.thinning->load()) continue;
    const Thinning::Load& load = *listener.thinning->load();
    const Id node = net_.bodies[listener.index].id;
    if (load.every == 1 || !noteWords_.try_emplace({node, kThinned}).second) continue;
    const bool pictures = std::holds_alternative<Ring<Frame>>(*listener.channel);
    outcome.notes.push_back({Note::Level::Info,
                             largeNumber(load.perSecond) + (pictures ? " frames" : " events") +
                                 "/s arrive; the views show every " + ordinal(load.every) +
                                 ", to keep up; the network and recordings get all",
                             node});
  }
}

void CpuSimulation::tellRecorder() {
  firedRoom_.clear();
  for (std::uint32_t k = 0; k < steps_; ++k)
    for (const std::uint32_t i : populationOrder_) {
      const Population& p = net_.populations[i];
      for (std::uint32_t j = 0; j < p.partCount; ++j)
        for (const std::uint32_t neuron : parts_[p.firstPart + j].spikes.at(k))
          firedRoom_.push_back({step_ + k, p.id, neuron});
    }
  recorder_(firedRoom_);
}

}  // namespace spk
