#include "engine/sim/Network.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <tuple>

#include "engine/base/Json.h"
#include "engine/graph/check.h"
#include "engine/graph/units.h"
#include "engine/sim/steps.h"
#include "engine/sim/wireRule.h"

namespace spk {

std::uint64_t streamOf(const Item& item) {
  const std::int64_t stream = integerOr(item.values, "stream", 0);
  return stream > 0 ? static_cast<std::uint64_t>(stream) : number(item.id);
}

const Value& valueOf(const Item& item, const Shape& shape, std::string_view parameter) {
  if (const auto found = item.values.find(parameter); found != item.values.end())
    return found->second;
  const Parameter* description = shape.parameter(parameter);
  assert(description && "a parameter that the description lacks");
  static const Value kNothing = 0.0;
  return description ? description->initial : kNothing;
}

namespace {

constexpr double kLongestBatch_ms = 5;
/// What a part's pending input may take at once, so that it stays in the second cache.
constexpr std::size_t kPartBytes = 176 << 10;
constexpr std::uint32_t kMostPart = 65'536, kLeastPart = 1024;
/// Synapses of a row, below which parts grow, as long as there are so many of them.
constexpr double kWorthwhileRow = 64, kLeastParts = 8;

/// Turns a project into a Network, step by step.
class Compiler {
 public:
  Compiler(const Project& project, const Registry& registry)
      : project_(project), registry_(registry) {}

  Result<Network> run() {
    TRY_DO(settings());
    for (const auto& [id, item] : project_.items)
      if (!item.isWire()) TRY_DO(node(item));
    for (const auto& [id, item] : project_.items)
      if (item.isWire()) TRY_DO(wire(item));
    for (const Item* item : modulators_) TRY_DO(modulator(*item));
    TRY_DO(makeBodies());
    TRY_DO(orderBodies());
    std::ranges::stable_sort(net_.projections, [](const Projection& a, const Projection& b) {
      return std::tuple(a.fromBody, a.source, a.id) < std::tuple(b.fromBody, b.source, b.id);
    });
    chooseBatch();
    chooseRuns();
    cut();
    return std::move(net_);
  }

 private:
  struct Node {
    enum class What { Population, Body, Poisson } what;
    std::uint32_t index = 0;
  };

  Error at(const Item& item, Error error) const {
    error.where = itemPath(project_, item.id) + (error.where.empty() ? "" : "." + error.where);
    return error;
  }
  void note(Note::Level level, const Item& item, std::string key, std::string text) {
    net_.notes.push_back({level, std::move(text), item.id, std::move(key)});
  }

  Result<void> settings() {
    const Item& item = project_.settings();
    const double dt = numberOr(item.values, "dt", 0.1);
    if (!(dt >= 0.001 && dt <= 10))
      return at(item, {"is " + numberText(dt) + " ms; 0.001 to 10 ms is allowed", "dt"});
    net_.dt = fromMilliseconds(dt);
    net_.dt_ms = toMilliseconds(net_.dt);
    net_.seed = static_cast<std::uint64_t>(integerOr(item.values, "seed", 1));
    return {};
  }

  /// Every written value inside its range.
  Result<void> values(const Item& item, const Shape& shape) const {
    for (const auto& [key, value] : item.values) {
      const std::string_view name = std::string_view(key).substr(0, key.find('['));
      const Parameter* parameter = shape.parameter(name);
      if (!parameter) continue;
      if (auto valid = checkValue(*parameter, value); !valid)
        return at(item, std::move(valid).error());
    }
    return {};
  }

  Result<void> node(const Item& item) {
    const NodeType* type = registry_.nodeType(item.type);
    if (!type) {
      note(Note::Level::Warning, item, "",
           "\"" + item.type + "\" is unknown here; it does not run");
      return {};
    }
    if (type->role == Role::Population) return population(item, *type);
    if (item.type == "source.poisson") {
      TRY_DO(values(item, registry_.describe(item)));
      nodes_[item.id] = {Node::What::Poisson, 0};
    } else if (type->body) {
      return bodyNode(item, *type);
    }
    return {};
  }

  Result<void> population(const Item& item, const NodeType& type) {
    Population p;
    p.id = item.id;
    p.type = &type;
    p.shape = registry_.describe(item);
    p.name = itemPath(project_, item.id);
    auto grid = readGrid(valueOf(item, p.shape, "n"));
    if (!grid) return at(item, std::move(grid).error());
    TRY_DO(values(item, p.shape));
    p.grid = grid.value();
    p.n = p.grid.size();
    if (auto places = checkPlaces(valueOf(item, p.shape, kPositions), p.n); !places)
      return at(item, std::move(places).error());
    for (const Port& port : p.shape.ports)
      if (port.input) p.inputs.push_back({port.name, port.signal});
    p.kernelKey = randomKey(net_.seed, streamOf(item), Purpose::Kernel);
    p.initialKey = randomKey(net_.seed, streamOf(item), Purpose::Initial);
    if (type.compile) {
      auto program = type.compile(item, net_.dt_ms);
      if (!program) return at(item, std::move(program).error());
      p.program = std::move(program).value();
    }
    p.muted = switchOr(item.values, "muted", false);
    p.bypassed = switchOr(item.values, "bypassed", false);
    nodes_[item.id] = {Node::What::Population, static_cast<std::uint32_t>(net_.populations.size())};
    net_.populations.push_back(std::move(p));
    return {};
  }

  Result<void> bodyNode(const Item& item, const NodeType& type) {
    BodyNode b;
    b.id = item.id;
    b.type = &type;
    b.item = withWiredShape(project_, registry_, item);
    b.shape = registry_.describe(b.item);
    b.name = itemPath(project_, item.id);
    TRY_DO(values(item, b.shape));
    b.key = randomKey(net_.seed, streamOf(item), Purpose::Body);
    auto grid = trainsOf(item, b.shape);
    if (!grid) return at(item, std::move(grid).error());
    b.grid = grid.value();
    b.muted = switchOr(item.values, "muted", false);
    b.bypassed = switchOr(item.values, "bypassed", false);
    for (const Port& port : b.shape.ports)
      if (port.input) b.feeds.emplace_back();
    nodes_[item.id] = {Node::What::Body, static_cast<std::uint32_t>(net_.bodies.size())};
    net_.bodies.push_back(std::move(b));
    return {};
  }

  /// The trains of a spike source: the shape of that output, else `n`.
  static Result<Grid> trainsOf(const Item& item, const Shape& shape) {
    for (const Port& port : shape.ports) {
      if (port.input || port.signal != Signal::Spikes || port.shape.empty()) continue;
      std::string sides;
      for (const int side : port.shape) sides += (sides.empty() ? "[" : ",") + std::to_string(side);
      return readGrid(Json{sides + "]"});
    }
    return shape.parameter("n") ? readGrid(valueOf(item, shape, "n")) : Grid{};
  }

  /// Which input (or output) of a shape bears this name, counted among its kind.
  static int portIndex(const Shape& shape, std::string_view name, bool input) {
    int index = 0;
    for (const Port& port : shape.ports) {
      if (port.input != input) continue;
      if (port.name == name) return index;
      ++index;
    }
    return -1;
  }

  Result<void> wire(const Item& item) {
    const Item* from = project_.find(item.from.item);
    const Item* to = project_.find(item.to.item);
    if (!from || !to) return at(item, {"one of its ends is missing", ""});
    const NodeType* toType = registry_.nodeType(to->type);
    if (!toType || !registry_.nodeType(from->type)) return {};  // said at the node
    if (toType->role == Role::View || toType->role == Role::Learner) return {};
    const NodeType* type = registry_.nodeType(item.type);
    if (!type) {
      note(Note::Level::Warning, item, "",
           "\"" + item.type + "\" is unknown here; it carries nothing");
      return {};
    }
    if (to->isWire()) {
      modulators_.push_back(&item);  // when all projections are known
      return {};
    }
    const Shape fromShape = registry_.describe(*from), toShape = registry_.describe(*to);
    const Port* output = fromShape.port(item.from.port);
    const Port* input = toShape.port(item.to.port);
    if (!output || output->input)
      return at(item, {"\"" + item.from.port + "\" is no output of " + itemPath(project_, from->id),
                       "from"});
    if (!input || !input->input)
      return at(item,
                {"\"" + item.to.port + "\" is no input of " + itemPath(project_, to->id), "to"});
    const auto source = nodes_.find(from->id), target = nodes_.find(to->id);
    if (source == nodes_.end() || target == nodes_.end())
      return at(
          item,
          {itemPath(project_, (source == nodes_.end() ? from : to)->id) + " does not run", ""});
    const int out = portIndex(fromShape, item.from.port, false),
              in = portIndex(toShape, item.to.port, true);
    Ends ends{from,
              to,
              output,
              input,
              source->second,
              target->second,
              static_cast<std::uint32_t>(out),
              static_cast<std::uint32_t>(in)};
    if (type->body) return bodyWire(item, *type, ends);
    if (output->signal != input->signal)
      return at(item, {std::string("joins ") + signalWord(output->signal) + " to " +
                           signalWord(input->signal),
                       ""});
    if (ends.target.what == Node::What::Body) return feed(item, ends);
    if (output->signal == Signal::Trace) return traceWire(item, ends);
    if (output->signal == Signal::Spikes) return projection(item, ends);
    return at(item, {std::string("a population takes no ") + signalWord(output->signal), ""});
  }

  struct Ends {
    const Item* from;
    const Item* to;
    const Port* output;
    const Port* input;
    Node source, target;
    std::uint32_t out, in;
  };

  Result<void> feed(const Item& item, const Ends& ends) {
    if (ends.source.what == Node::What::Poisson)
      return at(
          item,
          {"the trains of a Poisson source have no names; use Poisson trains (neuron.poisson)",
           ""});
    const bool population = ends.source.what == Node::What::Population;
    if (population && ends.output->signal != Signal::Spikes)
      return at(item, {std::string("a stream node takes spikes of a population, not ") +
                           signalWord(ends.output->signal),
                       ""});
    net_.bodies[ends.target.index].feeds[ends.in].push_back(
        {population, ends.source.index, ends.out, item.id, switchOr(item.values, "muted", false)});
    return {};
  }

  Result<void> traceWire(const Item& item, const Ends& ends) {
    if (item.type == "wire.gap_junction") return gapJunctions(item, ends);
    TRY(TraceWire w, traceFrom(item, ends));
    if (ends.target.what == Node::What::Poisson) {
      w.toPoisson = ends.to->id;
    } else {
      w.target = ends.target.index;
      w.port = ends.in;
      net_.populations[w.target].inputs[w.port].wired = true;
      TRY_DO(carriesAsMany(item, w, net_.populations[w.target].n));
    }
    net_.traceWires.push_back(w);
    return {};
  }

  /// One wire makes both currents; so both populations need the column and the input.
  Result<void> gapJunctions(const Item& item, const Ends& ends) {
    if (ends.source.what != Node::What::Population || ends.target.what != Node::What::Population)
      return at(item, {"joins neurons only, by the potential of one population and a current input "
                       "of another",
                       ""});
    const Shape shape = registry_.describe(item);
    TRY_DO(values(item, shape));
    TRY(WireRule rule, ruleOf(item, shape, ends));
    TRY(TraceWire to, traceFrom(item, ends));
    to.target = ends.target.index;
    to.port = ends.in;
    TraceWire back = to;
    std::swap(back.source, back.target);
    Population &a = net_.populations[to.source], &b = net_.populations[to.target];
    const auto column = std::ranges::find(b.shape.columns, item.from.port, &Column::name);
    if (column == b.shape.columns.end())
      return at(item, {b.name + " has no column \"" + item.from.port +
                           "\"; a gap junction needs "
                           "it on both sides",
                       "to"});
    const auto input = std::ranges::find(a.inputs, item.to.port, &Population::Input::name);
    if (input == a.inputs.end() || input->signal != Signal::Trace)
      return at(item, {a.name + " has no input \"" + item.to.port +
                           "\"; a gap junction needs it "
                           "on both sides",
                       "from"});
    to.ownColumn = back.output = static_cast<std::uint32_t>(column - b.shape.columns.begin());
    back.ownColumn = to.output;
    back.port = static_cast<std::uint32_t>(input - a.inputs.begin());
    input->wired = b.inputs[to.port].wired = true;
    back.sourceMuted = b.muted;
    back.side = 1;
    to.gap = back.gap = static_cast<int>(net_.gaps.size());
    GapJunctions gaps;
    gaps.id = item.id;
    gaps.from = to.source;
    gaps.to = to.target;
    gaps.rule = std::move(rule.rule);
    gaps.key = randomKey(net_.seed, streamOf(item), Purpose::Connect);
    gaps.g_nS = asNumber(valueOf(item, shape, "g")).value_or(0);
    net_.gaps.push_back(std::move(gaps));
    net_.traceWires.push_back(to);
    net_.traceWires.push_back(back);
    return {};
  }

  /// A trace onto a wire's own port: reward, an astrocyte.
  Result<void> modulator(const Item& item) {
    const Item &from = *project_.find(item.from.item), &to = *project_.find(item.to.item);
    const Shape fromShape = registry_.describe(from), toShape = registry_.describe(to);
    const Port *output = fromShape.port(item.from.port), *input = toShape.port(item.to.port);
    if (!output || output->input)
      return at(item, {"\"" + item.from.port + "\" is no output of " + itemPath(project_, from.id),
                       "from"});
    if (!input || !input->input)
      return at(item,
                {"\"" + item.to.port + "\" is no input of " + itemPath(project_, to.id), "to"});
    if (output->signal != Signal::Trace || input->signal != Signal::Trace)
      return at(item, {std::string("joins ") + signalWord(output->signal) + " to " +
                           signalWord(input->signal) + "; a projection is modulated by a trace",
                       ""});
    const auto source = nodes_.find(from.id);
    if (source == nodes_.end() || source->second.what == Node::What::Poisson)
      return at(item, {itemPath(project_, from.id) + " does not run", ""});
    const auto target = std::ranges::find(net_.projections, to.id, &Projection::id);
    if (target == net_.projections.end() || !target->learning)
      return at(item, {itemPath(project_, to.id) + " is no projection that learns", "to"});
    Ends ends{&from, &to, output, input, source->second, {}, 0, 0};
    ends.out = static_cast<std::uint32_t>(portIndex(fromShape, item.from.port, false));
    TRY(TraceWire w, traceFrom(item, ends));
    w.toWire = to.id;
    w.target = target->target;
    w.port = static_cast<std::uint32_t>(portIndex(toShape, item.to.port, true));
    TRY_DO(carriesAsMany(item, w, net_.populations[w.target].n));
    net_.traceWires.push_back(w);
    return {};
  }

  Result<void> carriesAsMany(const Item& item, const TraceWire& w, std::uint32_t need) const {
    const std::uint32_t have = w.fromBody ? 1 : net_.populations[w.source].n;
    if (have == 1 || have == need) return {};
    return at(item, {"carries " + std::to_string(have) + " values to " + std::to_string(need) +
                         " neurons; one for all, or equal numbers",
                     ""});
  }

  Result<TraceWire> traceFrom(const Item& item, const Ends& ends) const {
    TraceWire w;
    w.id = item.id;
    w.muted = switchOr(item.values, "muted", false);
    w.sourceMuted = switchOr(ends.from->values, "muted", false);
    w.fromBody = ends.source.what == Node::What::Body;
    w.source = ends.source.index;
    w.output = ends.out;
    if (!w.fromBody) {
      const Population& p = net_.populations[w.source];
      const auto column = std::ranges::find(p.shape.columns, item.from.port, &Column::name);
      if (column == p.shape.columns.end())
        return at(item, {"\"" + item.from.port + "\" is no column of " + p.name, "from"});
      w.output = static_cast<std::uint32_t>(column - p.shape.columns.begin());
    }
    return w;
  }

  Result<void> projection(const Item& item, const Ends& ends) {
    const Shape shape = registry_.describe(item);
    if (!shape.parameter("weight"))
      return at(item, {"\"" + item.type +
                           "\" carries no spikes to a population; a projection such as "
                           "synapse.static does",
                       ""});
    TRY_DO(values(item, shape));
    auto weight = Distribution::read(valueOf(item, shape, "weight"));
    if (!weight) return at(item, {std::move(weight).error().what, "weight"});
    net_.populations[ends.target.index].inputs[ends.in].wired = true;
    auto kind = connectRule(textOr(item.values, "rule", *asText(shape.parameter("rule")->initial)));
    if (!kind) return at(item, std::move(kind).error());
    const NodeType* type = registry_.nodeType(item.type);
    if (ends.source.what == Node::What::Poisson) {
      if (type->deliver)
        return at(item, {"the trains of a Poisson source have no names, so its synapses cannot "
                         "learn; use Poisson trains (neuron.poisson)",
                         ""});
      if (kind.value() != ConnectRule::Kind::AllToAll)
        return at(item, {"each target neuron of a Poisson source has a train of its own: the rule "
                         "must be all_to_all",
                         "rule"});
      const Shape source = registry_.describe(*ends.from);
      PoissonWire w;
      w.id = item.id;
      w.source = ends.from->id;
      w.target = ends.target.index;
      w.port = ends.in;
      w.weight = std::move(weight).value();
      w.key = randomKey(net_.seed, streamOf(item), Purpose::Drive);
      w.weightKey = randomKey(net_.seed, streamOf(item), Purpose::Weight);
      w.rate_kHz = asNumber(valueOf(*ends.from, source, "rate")).value_or(0) * 1e-3;
      w.muted = switchOr(item.values, "muted", false);
      w.sourceMuted = switchOr(ends.from->values, "muted", false);
      net_.poissonWires.push_back(std::move(w));
      return {};
    }
    Projection p;
    p.id = item.id;
    p.name = itemPath(project_, item.id);
    p.fromBody = ends.source.what == Node::What::Body;
    p.source = ends.source.index;
    p.sourceGrid = p.fromBody ? net_.bodies[p.source].grid : net_.populations[p.source].grid;
    p.sourceCount = p.sourceGrid.size();
    p.target = ends.target.index;
    p.port = ends.in;
    TRY(WireRule rule, ruleOf(item, shape, ends));
    p.rule = std::move(rule.rule);
    p.weightsFromFile = rule.weights.has_value();
    p.weight = rule.weights ? std::move(*rule.weights) : std::move(weight).value();
    p.connectKey = randomKey(net_.seed, streamOf(item), Purpose::Connect);
    p.weightKey = randomKey(net_.seed, streamOf(item), Purpose::Weight);
    p.delayKey = randomKey(net_.seed, streamOf(item), Purpose::Delay);
    p.muted = switchOr(item.values, "muted", false);
    if (p.weight.isConstant()) {
      RandomSequence none({}, 0);
      p.sharedWeight = static_cast<float>(p.weight.draw(none));
    }
    auto delay = Distribution::read(valueOf(item, shape, "delay"));
    if (!delay) return at(item, {std::move(delay).error().what, "delay"});
    p.delay = rule.delays ? std::move(*rule.delays) : std::move(delay).value();
    TRY_DO(delays(item, shape, p));
    p.form = !p.delay.isConstant()    ? Projection::Form::Placed
             : !p.weight.isConstant() ? Projection::Form::Weighted
                                      : Projection::Form::Shared;
    if (type->deliver) {
      p.learning = type;
      if (p.form == Projection::Form::Shared) p.form = Projection::Form::Weighted;
    }
    net_.projections.push_back(std::move(p));
    return {};
  }

  Result<WireRule> ruleOf(const Item& item, const Shape& shape, const Ends& ends) {
    const auto end = [&](const Item& node, const Node& place) {
      const bool neurons = place.what == Node::What::Population;
      return WireEnd{node, neurons ? &net_.populations[place.index] : nullptr};
    };
    auto read = readWireRule(item, shape, end(*ends.from, ends.source), end(*ends.to, ends.target),
                             net_.seed);
    if (!read) return at(item, std::move(read).error());
    return read;
  }

  Result<void> delays(const Item& item, const Shape& shape, Projection& p) {
    const double most = shape.parameter("delay")->max;
    double low = p.delay.lowest(), high = p.delay.highest();
    if (p.delay.isConstant() && !(low > 0))
      return at(item, {"is " + numberText(low) + " ms; above 0, to " + numberText(most) + " ms",
                       "delay"});
    if (!std::isfinite(low)) low = 0;
    if (!std::isfinite(high)) high = std::min(most, longTail(p.delay));
    p.delayLow = static_cast<std::uint32_t>(std::max(1.0, steps(low, net_.dt_ms)));
    p.delayHigh = static_cast<std::uint32_t>(std::max<double>(p.delayLow, steps(high, net_.dt_ms)));
    if (!p.delay.isConstant()) return {};
    const double rounded = p.delayLow * net_.dt_ms;
    if (std::fabs(rounded - low) > 1e-9 * std::max(1.0, low))
      note(Note::Level::Info, item, "delay",
           "a delay of " + numberText(low) + " ms is rounded to " + numberText(rounded) + " ms, " +
               std::to_string(p.delayLow) + (p.delayLow == 1 ? " step" : " steps"));
    return {};
  }

  /// Beyond this, draws of an unbounded distribution are set to it: 8 spreads or more from the
  /// mean.
  static double longTail(const Distribution& d) {
    double high = 0;
    for (std::uint64_t i = 0; i < 4096; ++i) {
      RandomSequence random({1, 2}, i);
      high = std::max(high, d.draw(random));
    }
    return 2.5 * high;
  }

  Result<void> bodyWire(const Item& item, const NodeType& type, const Ends& ends) {
    if (ends.target.what != Node::What::Population)
      return at(item,
                {"leads to " + itemPath(project_, ends.to->id) + ", which is no population", "to"});
    if (ends.source.what != Node::What::Body)
      return at(item,
                {"comes from " + itemPath(project_, ends.from->id) + ", which is no stream node",
                 "from"});
    TRY_DO(bodyNode(item, type));
    BodyNode& b = net_.bodies.back();
    b.isWire = true;
    b.target = ends.target.index;
    b.port = ends.in;
    Population& target = net_.populations[b.target];
    target.inputs[b.port].wired = true;
    if (b.feeds.empty()) return at(item, {"\"" + item.type + "\" has no input", ""});
    b.feeds[0].push_back({false, ends.source.index, ends.out});
    if (b.shape.parameter("weight"))
      b.weight = static_cast<float>(asNumber(valueOf(item, b.shape, "weight")).value_or(1));
    if (b.shape.parameter("delay"))
      b.delay = static_cast<std::uint32_t>(
          steps(std::max(0.0, asNumber(valueOf(item, b.shape, "delay")).value_or(0)), net_.dt_ms));
    const auto list = [](const auto& sides) {
      std::string text;
      for (const auto side : sides) text += (text.empty() ? "[" : ", ") + std::to_string(side);
      return Json{text + "]"};
    };
    const Port* port = net_.bodies[ends.source.index].shape.port(item.from.port);
    if (port && !port->shape.empty()) b.item.values[kFromShape] = list(port->shape);
    b.item.values[kToGrid] =
        target.grid.channels == 1 && target.grid.height == 1
            ? list(std::vector{target.grid.width})
            : list(std::vector{target.grid.channels, target.grid.height, target.grid.width});
    return {};
  }

  Result<void> makeBodies() {
    for (BodyNode& b : net_.bodies) {
      auto made = b.type->body(b.item, registry_);
      if (!made) return at(b.item, std::move(made).error());
      b.body = std::move(made).value();
      if (const std::uint32_t trains = b.body->trains()) b.grid = {1, 1, trains};
    }
    for (Projection& p : net_.projections)
      if (p.fromBody) {
        p.sourceGrid = net_.bodies[p.source].grid;
        p.sourceCount = p.sourceGrid.size();
      }
    return {};
  }

  /// Sources first, along the wires; listeners of populations (and what follows them) last.
  Result<void> orderBodies() {
    std::vector<BodyNode>& all = net_.bodies;
    for (bool changed = true; changed;) {
      changed = false;
      for (BodyNode& b : all)
        for (const auto& port : b.feeds)
          for (const BodyNode::Feed& f : port)
            if (!b.afterPopulations && (f.fromPopulation || all[f.source].afterPopulations))
              changed = b.afterPopulations = true;
    }
    for (const BodyNode& b : all)
      if (b.afterPopulations && b.isWire)
        return at(b.item,
                  {"leads from a population through stream nodes back to a population; this "
                   "is not possible",
                   ""});
    for (const TraceWire& w : net_.traceWires)
      if (w.fromBody && all[w.source].afterPopulations)
        return Error{
            "leads from a population through stream nodes back to a population; this is not "
            "possible",
            itemPath(project_, w.id)};
    for (const Projection& p : net_.projections)
      if (p.fromBody && all[p.source].afterPopulations)
        return Error{
            "leads from a population through stream nodes back to a population; this is not "
            "possible",
            p.name};
    std::vector<std::uint32_t> order, place(all.size());
    std::vector<char> done(all.size());
    while (order.size() < all.size()) {
      const std::size_t before = order.size();
      for (std::uint32_t i = 0; i < all.size(); ++i) {
        if (done[i]) continue;
        const bool ready = std::ranges::all_of(all[i].feeds, [&](const auto& port) {
          return std::ranges::all_of(
              port, [&](const BodyNode::Feed& f) { return f.fromPopulation || done[f.source]; });
        });
        if (!ready) continue;
        done[i] = 1;
        place[i] = static_cast<std::uint32_t>(order.size());
        order.push_back(i);
      }
      if (order.size() == before) {
        const auto stuck = std::ranges::find(done, char{0}) - done.begin();
        return at(all[stuck].item, {"its input comes round to itself through stream nodes", ""});
      }
    }
    std::vector<BodyNode> sorted;
    for (const std::uint32_t i : order) sorted.push_back(std::move(all[i]));
    for (BodyNode& b : sorted)
      for (auto& port : b.feeds)
        for (BodyNode::Feed& f : port)
          if (!f.fromPopulation) f.source = place[f.source];
    for (Projection& p : net_.projections)
      if (p.fromBody) p.source = place[p.source];
    for (TraceWire& w : net_.traceWires)
      if (w.fromBody) w.source = place[w.source];
    all = std::move(sorted);
    return {};
  }

  void chooseBatch() {
    double batch = std::max(1.0, std::floor(kLongestBatch_ms / net_.dt_ms + 1e-9));
    for (const Projection& p : net_.projections) {
      batch = std::min<double>(batch, p.delayLow);
      net_.delayHigh = std::max(net_.delayHigh, p.delayHigh);
    }
    const bool coupled =
        std::ranges::any_of(net_.traceWires, [](const TraceWire& w) { return !w.fromBody; });
    net_.batchSteps = coupled ? 1 : static_cast<std::uint32_t>(batch);
  }

  /// Sums at a port keep one order: where own delays meet other kinds of wire, they are placed
  /// ahead in time like these.
  void chooseRuns() {
    const auto fits = [this](const Projection& p) {
      return !registry_.nodeType(project_.find(p.id)->type)->deliver &&
             p.form == Projection::Form::Placed && !p.delay.listSize() && !p.weight.listSize();
    };
    for (Projection& p : net_.projections)
      p.inRuns = std::ranges::all_of(net_.projections, [&](const Projection& other) {
        return other.target != p.target || other.port != p.port || fits(other);
      });
  }

  /// Synapses of a pair, on average.
  static double density(const Projection& p, std::uint32_t targets) {
    const double sources = p.sourceCount;
    switch (p.rule.kind) {
      case ConnectRule::Kind::AllToAll: return 1;
      case ConnectRule::Kind::ScaleFree:
      case ConnectRule::Kind::FixedIndegree: return static_cast<double>(p.rule.indegree) / sources;
      case ConnectRule::Kind::FixedTotal:
        return static_cast<double>(p.rule.total) / sources / targets;
      case ConnectRule::Kind::FixedOutdegree:
        return static_cast<double>(p.rule.outdegree) / targets;
      case ConnectRule::Kind::SmallWorld: return static_cast<double>(p.rule.neighbours) / sources;
      case ConnectRule::Kind::OneToOne: return 1 / sources;
      case ConnectRule::Kind::Pairs:
      case ConnectRule::Kind::FromFile:
        return p.rule.pairs ? static_cast<double>(p.rule.pairs->size()) / sources / targets : 0;
      default: return p.rule.p;
    }
  }

  /// Small enough that the slots which a delivery reaches stay in the second cache, unless rows
  /// would be so short that finding them costs more than adding them; equal parts; at
  /// multiples of 64, so that random words and cache lines are never shared.
  void cut() {
    for (std::uint32_t i = 0; i < net_.populations.size(); ++i) {
      Population& p = net_.populations[i];
      std::size_t slots = 1;
      double densest = 0;
      for (const Projection& w : net_.projections) {
        if (w.target != i) continue;
        slots = std::max<std::size_t>(slots,
                                      net_.batchSteps + (w.inRuns ? 0 : w.delayHigh - w.delayLow));
        densest = std::max(densest, density(w, p.n));
      }
      auto most =
          std::clamp<std::size_t>(kPartBytes / sizeof(float) / slots, kLeastPart, kMostPart);
      if (densest > 0)
        most = std::max<std::size_t>(
            most, static_cast<std::size_t>(std::min({kWorthwhileRow / densest, p.n / kLeastParts,
                                                     static_cast<double>(kMostPart)})));
      const auto parts = static_cast<std::uint32_t>((p.n + most - 1) / most);
      p.partSize = ((p.n + parts - 1) / parts + 63) / 64 * 64;
      p.partCount = (p.n + p.partSize - 1) / p.partSize;
      p.firstPart = net_.partCount;
      net_.partCount += p.partCount;
    }
  }

  const Project& project_;
  const Registry& registry_;
  Network net_;
  std::map<Id, Node> nodes_;
  std::vector<const Item*> modulators_;
};

}  // namespace

Result<Network> Network::compile(const Project& project, const Registry& registry) {
  return Compiler(project, registry).run();
}

}  // namespace spk
