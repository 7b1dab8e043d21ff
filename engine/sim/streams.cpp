// Stream nodes and traces: bodies run before populations (listeners after them), their spikes and
// traces enter in the step that contains them, and traces between nodes bring the value of the step
// before.
#include <algorithm>
#include <cmath>

#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {

constexpr std::size_t kMostSpikes = 1u << 22;

StreamBuffer bufferFor(Signal signal, std::size_t room) {
  const auto reserved = [room](auto buffer) {
    buffer.reserve(room);
    return StreamBuffer(std::move(buffer));
  };
  switch (signal) {
    case Signal::Trace: return reserved(std::vector<Sample>());
    case Signal::Events: return reserved(std::vector<Event>());
    case Signal::Flow: return reserved(std::vector<Flow>());
    case Signal::Frames: return reserved(Frames());
    case Signal::Scalar: return reserved(std::vector<double>());
    default: return reserved(std::vector<Spike>());
  }
}
std::size_t roomOf(const StreamBuffer& buffer) {
  return std::visit([](const auto& items) { return items.capacity(); }, buffer);
}
void clear(StreamBuffer& buffer) {
  std::visit([](auto& items) { items.clear(); }, buffer);
}

template <class T>
Time timeOf(const T& item) {
  if constexpr (requires { item.t; })
    return item.t;
  else
    return 0;
}

/// Merges a second stream into one that is in order; equal times: the first stream's come first.
void mergeInto(StreamBuffer& into, const StreamBuffer& more) {
  std::visit(
      [&](auto& items) {
        const auto* added = std::get_if<std::remove_reference_t<decltype(items)>>(&more);
        if (!added) return;
        std::size_t a = items.size(), b = std::min(added->size(), items.capacity() - items.size());
        items.resize(a + b);
        for (std::size_t to = a + b; b > 0;)
          if (a > 0 && timeOf(items[a - 1]) > timeOf((*added)[b - 1]))
            items[--to] = items[--a];
          else
            items[--to] = (*added)[--b];
      },
      into);
}

std::vector<const Port*> portsOf(const Shape& shape, bool input) {
  std::vector<const Port*> ports;
  for (const Port& port : shape.ports)
    if (port.input == input) ports.push_back(&port);
  return ports;
}

}  // namespace

Result<void> CpuSimulation::makeStreams() {
  makeBodyOutputs();
  findTaken();
  makeTracePorts();
  TRY_DO(makeGapJunctions());
  return makeNoiseRates();
}

void CpuSimulation::makeBodyOutputs() {
  bodyOutputs_.resize(net_.bodies.size());
  overflowSaid_.assign(net_.bodies.size(), 0);
  notesSaid_.assign(net_.bodies.size(), ~std::uint64_t{0});  // the first batch tells
  for (std::uint32_t b = 0; b < net_.bodies.size(); ++b) {
    const BodyNode& node = net_.bodies[b];
    BodyOutput& output = bodyOutputs_[b];
    const auto inputs = portsOf(node.shape, true), outputs = portsOf(node.shape, false);
    std::size_t in = 0;
    for (std::size_t p = 0; p < inputs.size(); ++p) {
      std::size_t room = 1;
      for (const BodyNode::Feed& feed : node.feeds[p])
        room += feed.fromPopulation
                    ? std::min<std::size_t>(
                          kMostSpikes, std::size_t{net_.populations[feed.source].n} * batchSteps_)
                    : roomOf(bodyOutputs_[feed.source].outputs[feed.output]);
      output.merged.push_back(bufferFor(inputs[p]->signal, room));
      in += room;
      for (const BodyNode::Feed& feed : node.feeds[p])
        if (feed.fromPopulation) spikeRoom_.reserve(std::max(spikeRoom_.capacity(), room));
    }
    const std::size_t room = std::max(in, node.body->room(batchSteps_ * net_.dt)) + 1;
    for (const Port* port : outputs) {
      output.outputs.push_back(bufferFor(port->signal, room));
      BodyOutput::Held held;
      std::size_t values = 1;
      for (const int side : port->shape) values *= static_cast<std::size_t>(std::max(side, 1));
      if (port->signal == Signal::Trace) held.values.assign(values, 0.f);
      output.held.push_back(std::move(held));
    }
    // A wire's body may describe no ports: it has one input and one output.
    if (node.isWire && outputs.empty()) output.outputs.push_back(bufferFor(Signal::Spikes, room));
    output.taken.assign(output.outputs.size(), 1);
    output.in.resize(output.merged.size());
    for (StreamBuffer& buffer : output.outputs) output.out.push_back(&buffer);
    if (node.isWire) output.pending.reserve(room * (node.delay / batchSteps_ + 2));
    output.spikes.neurons = Array<std::uint32_t>(room);
    output.spikes.stepStart.assign(batchSteps_ + 1, 0);
  }
}

/// Tells the bodies which of their outputs anybody takes; the first is always made, for it is
/// counted.
void CpuSimulation::findTaken() {
  for (BodyOutput& output : bodyOutputs_) {
    std::ranges::fill(output.taken, std::uint8_t{0});
    if (!output.taken.empty()) output.taken[0] = 1;
  }
  const auto take = [&](std::uint32_t body, std::uint32_t output) {
    bodyOutputs_[body].taken[output] = 1;
  };
  for (const BodyNode& node : net_.bodies)
    for (const auto& feeds : node.feeds)
      for (const BodyNode::Feed& feed : feeds)
        if (!feed.fromPopulation) take(feed.source, feed.output);
  for (const TraceWire& wire : net_.traceWires)
    if (wire.fromBody) take(wire.source, wire.output);
  for (const Listener& listener : listeners_)
    if (listener.from == Listener::From::Body) take(listener.index, listener.port);
}

void CpuSimulation::makeTracePorts() {
  for (std::uint32_t w = 0; w < net_.traceWires.size(); ++w) {
    const TraceWire& wire = net_.traceWires[w];
    if (wire.toPoisson != Id::none) continue;
    auto port = std::ranges::find_if(tracePorts_, [&](const TracePort& known) {
      return known.population == wire.target && known.port == wire.port &&
             known.toWire == wire.toWire;
    });
    if (port == tracePorts_.end()) {
      TracePort made;
      made.population = wire.target;
      made.port = wire.port;
      made.toWire = wire.toWire;
      const Population& p = net_.populations[wire.target];
      made.stride = p.partCount * p.partSize + 64;
      made.rows = Array<float>(std::size_t{batchSteps_} * made.stride, 0.f);
      made.rowOfStep.assign(batchSteps_, 0);
      port = tracePorts_.insert(tracePorts_.end(), std::move(made));
    }
    port->wires.push_back(w);
  }
}

Result<void> CpuSimulation::makeNoiseRates() {
  noiseRates_.resize(net_.poissonWires.size());
  for (std::uint32_t i = 0; i < noiseRates_.size(); ++i) {
    const PoissonWire& wire = net_.poissonWires[i];
    NoiseRate& rate = noiseRates_[i];
    rate.rowOfStep.assign(batchSteps_, 0);
    bool many = false;
    for (std::uint32_t w = 0; w < net_.traceWires.size(); ++w) {
      const TraceWire& trace = net_.traceWires[w];
      if (trace.toPoisson != wire.source) continue;
      rate.wires.push_back(w);
      const std::size_t values = trace.fromBody
                                     ? bodyOutputs_[trace.source].held[trace.output].values.size()
                                     : net_.populations[trace.source].n;
      if (values > 1 && values != net_.populations[wire.target].n)
        return Error{"its rate is a trace of " + std::to_string(values) + " values, but " +
                         net_.populations[wire.target].name + " has " +
                         std::to_string(net_.populations[wire.target].n) + " neurons",
                     itemPath(project_, wire.source) + ".rate"};
      many |= values > 1;
    }
    if (many) {
      const Population& p = net_.populations[wire.target];
      rate.stride = p.partCount * p.partSize + 64;
      rate.means = Array<float>(std::size_t{batchSteps_} * rate.stride, 0.f);
    } else {
      rate.tables.resize(rate.wires.empty() ? 1 : batchSteps_);
    }
    if (rate.wires.empty()) rate.tables[0].set(wire.rate_kHz * net_.dt_ms);
  }
  return {};
}

/// One input of a body: the stream that meets it, or several merged.
void CpuSimulation::gather(std::uint32_t body, std::size_t port) noexcept {
  const BodyNode& node = net_.bodies[body];
  BodyOutput& output = bodyOutputs_[body];
  const auto& feeds = node.feeds[port];
  StreamBuffer& merged = output.merged[port];
  output.in[port] = &merged;
  if (feeds.size() == 1 && !feeds[0].fromPopulation && !feeds[0].muted &&
      !net_.bodies[feeds[0].source].muted) {
    output.in[port] = &bodyOutputs_[feeds[0].source].outputs[feeds[0].output];
    return;
  }
  clear(merged);
  for (const BodyNode::Feed& feed : feeds) {
    if (feed.muted) continue;
    if (!feed.fromPopulation) {
      if (!net_.bodies[feed.source].muted)
        mergeInto(merged, bodyOutputs_[feed.source].outputs[feed.output]);
      continue;
    }
    const Population& p = net_.populations[feed.source];
    if (p.muted) continue;
    spikeRoom_.clear();
    for (std::uint32_t k = 0; k < steps_; ++k)
      for (std::uint32_t j = 0; j < p.partCount; ++j)
        for (const std::uint32_t neuron : parts_[p.firstPart + j].spikes.at(k))
          if (spikeRoom_.size() < spikeRoom_.capacity())
            spikeRoom_.push_back({static_cast<Time>(step_ + k + 1) * net_.dt, neuron});
    auto& spikes = std::get<std::vector<Spike>>(merged);
    std::size_t a = spikes.size(), b = std::min(spikeRoom_.size(), spikes.capacity() - a);
    spikes.resize(a + b);
    for (std::size_t to = a + b; b > 0;)
      if (a > 0 && spikes[a - 1].t > spikeRoom_[b - 1].t)
        spikes[--to] = spikes[--a];
      else
        spikes[--to] = spikeRoom_[--b];
  }
}

void CpuSimulation::runBodies(bool afterPopulations) noexcept {
  for (std::uint32_t b = 0; b < net_.bodies.size(); ++b) {
    BodyNode& node = net_.bodies[b];
    if (node.afterPopulations != afterPopulations) continue;
    BodyOutput& output = bodyOutputs_[b];
    for (std::size_t p = 0; p < output.merged.size(); ++p) gather(b, p);
    for (StreamBuffer& buffer : output.outputs) clear(buffer);
    Batch batch;
    batch.begin = now();
    batch.end = now() + steps_ * net_.dt;
    batch.dt_ms = net_.dt_ms;
    batch.step = step_;
    batch.key = node.key;
    batch.inputs = output.in;
    batch.outputs = output.out;
    batch.taken = output.taken;
    batch.overflow = &output.overflow;
    if (!node.bypassed) {
      node.body->run(batch);
    } else {
      for (std::size_t o = 0; o < output.outputs.size(); ++o)
        for (const StreamBuffer* in : output.in)
          if (in->index() == output.outputs[o].index()) {
            mergeInto(output.outputs[o], *in);
            break;
          }
    }
    for (BodyOutput::Held& held : output.held) held.next = 0;
    if (node.isWire) {
      for (const Spike& s : std::get<std::vector<Spike>>(output.outputs[0])) {
        if (output.pending.size() == output.pending.capacity())
          ++output.overflow;
        else
          output.pending.push_back(
              {static_cast<std::uint64_t>(std::max<Time>(s.t, 0) / net_.dt) + node.delay,
               s.neuron});
      }
    } else if (!output.outputs.empty() &&
               std::holds_alternative<std::vector<Spike>>(output.outputs[0])) {
      sortBySteps(b);
      for (std::uint32_t k = 0; k < steps_ && output.history.kept(); ++k)
        output.overflow += output.history.record(step_ + k, output.spikes.at(k), node.muted);
    }
  }
}

/// A named source's spikes, whose t is the end of their step, as projections want them.
void CpuSimulation::sortBySteps(std::uint32_t body) noexcept {
  BodyOutput& output = bodyOutputs_[body];
  const auto& spikes = std::get<std::vector<Spike>>(output.outputs[0]);
  const std::uint32_t n = net_.bodies[body].grid.size();
  std::uint32_t at = 0;
  std::size_t next = 0;
  for (std::uint32_t k = 0; k < steps_; ++k) {
    output.spikes.stepStart[k] = at;
    const Time end = static_cast<Time>(step_ + k + 1) * net_.dt;
    const std::uint32_t begin = at;
    for (; next < spikes.size() && (spikes[next].t <= end || k + 1 == steps_); ++next)
      if (spikes[next].neuron < n) output.spikes.neurons[at++] = spikes[next].neuron;
    std::sort(output.spikes.neurons.data() + begin, output.spikes.neurons.data() + at);
  }
  output.spikes.stepStart[steps_] = at;
}

/// Spikes of stream wires (encode.events) whose step has come, straight into the rings.
void CpuSimulation::sendNow() noexcept {
  for (std::uint32_t b = 0; b < net_.bodies.size(); ++b) {
    const BodyNode& node = net_.bodies[b];
    if (!node.isWire) continue;
    auto& pending = bodyOutputs_[b].pending;
    const Population& target = net_.populations[node.target];
    std::size_t done = 0;
    for (; done < pending.size() && pending[done].step < step_ + steps_; ++done) {
      const auto neuron = static_cast<std::uint32_t>(pending[done].neuron);
      if (node.muted || neuron >= target.n) continue;
      Part& part = parts_[target.firstPart + neuron / target.partSize];
      const std::uint64_t step = std::max(pending[done].step, step_);
      part.rings[node.port][std::size_t{slot(step)} * part.stride + neuron - part.first] +=
          node.weight;
    }
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(done));
  }
}

float CpuSimulation::traceValue(const TraceWire& wire, std::uint32_t neuron) const noexcept {
  if (wire.muted || wire.sourceMuted) return 0;
  if (wire.fromBody) {
    const std::vector<float>& values = bodyOutputs_[wire.source].held[wire.output].values;
    return values[std::min<std::size_t>(neuron, values.size() - 1)];
  }
  const Population& p = net_.populations[wire.source];
  const std::uint32_t i = p.n == 1 ? 0 : neuron;
  const Part& part = parts_[p.firstPart + i / p.partSize];
  return static_cast<float>(part.columns[wire.output][i - part.first]);
}

void CpuSimulation::fillTrace(TracePort& port, std::uint32_t row) noexcept {
  float* values = port.rows.data() + std::size_t{row} * port.stride;
  const std::uint32_t n = net_.populations[port.population].n;
  std::fill_n(values, n, 0.f);
  for (const std::uint32_t w : port.wires) {
    const TraceWire& wire = net_.traceWires[w];
    if (wire.gap >= 0)
      addGapCurrents(wire, n, values);
    else
      for (std::uint32_t i = 0; i < n; ++i) values[i] += traceValue(wire, i);
  }
}

void CpuSimulation::fillRate(NoiseRate& rate, const PoissonWire& wire, std::uint32_t row) noexcept {
  const double perStep = 1e-3 * net_.dt_ms;  // Hz → kHz, times ms
  const auto mean = [&](std::uint32_t neuron) {
    double sum = 0;
    for (const std::uint32_t w : rate.wires) sum += traceValue(net_.traceWires[w], neuron);
    return sum > 0 ? sum * perStep : 0;
  };
  if (rate.means.empty()) {
    rate.tables[row].set(mean(0));
    return;
  }
  float* means = rate.means.data() + std::size_t{row} * rate.stride;
  for (std::uint32_t i = 0; i < net_.populations[wire.target].n; ++i)
    means[i] = static_cast<float>(mean(i));
}

bool CpuSimulation::traceChanged(std::span<const std::uint32_t> wires) const noexcept {
  return std::ranges::any_of(wires, [this](std::uint32_t w) {
    const TraceWire& wire = net_.traceWires[w];
    return wire.fromBody ? bodyOutputs_[wire.source].held[wire.output].changed : true;
  });
}

/// What every trace input holds in each step of the batch; a row is filled only where it changes.
void CpuSimulation::carryTraces() noexcept {
  for (TracePort& port : tracePorts_) {
    if (port.lastRow)
      std::copy_n(port.rows.data() + std::size_t{port.lastRow} * port.stride, port.stride,
                  port.rows.data());
    port.lastRow = 0;
  }
  for (NoiseRate& rate : noiseRates_) {
    if (rate.lastRow && rate.means.empty())
      rate.tables[0].set(rate.tables[rate.lastRow].mean());
    else if (rate.lastRow)
      std::copy_n(rate.means.data() + std::size_t{rate.lastRow} * rate.stride, rate.stride,
                  rate.means.data());
    rate.lastRow = 0;
  }
  for (std::uint32_t k = 0; k < steps_; ++k) {
    const Time end = static_cast<Time>(step_ + k + 1) * net_.dt;
    for (BodyOutput& output : bodyOutputs_)
      for (std::size_t o = 0; o < output.held.size(); ++o) {
        BodyOutput::Held& held = output.held[o];
        held.changed = false;
        if (held.values.empty()) continue;
        const auto& samples = std::get<std::vector<Sample>>(output.outputs[o]);
        for (; held.next < samples.size() && samples[held.next].t < end; ++held.next) {
          held.values[std::min<std::size_t>(samples[held.next].neuron, held.values.size() - 1)] =
              samples[held.next].value;
          held.changed = true;
        }
      }
    for (TracePort& port : tracePorts_) {
      if (port.stale || traceChanged(port.wires)) fillTrace(port, k == 0 ? 0 : ++port.lastRow);
      port.stale = false;
      port.rowOfStep[k] = port.lastRow;
    }
    for (std::uint32_t i = 0; i < noiseRates_.size(); ++i) {
      NoiseRate& rate = noiseRates_[i];
      if (rate.wires.empty()) continue;
      if (rate.stale || traceChanged(rate.wires))
        fillRate(rate, net_.poissonWires[i], k == 0 ? 0 : ++rate.lastRow);
      rate.stale = false;
      rate.rowOfStep[k] = rate.lastRow;
    }
  }
}

}  // namespace spk
