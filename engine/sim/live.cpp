// Live edits: values that change between batches, without a rebuild.
#include <algorithm>
#include <cmath>

#include "engine/graph/check.h"
#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {

/// What every node has but no engine reads.
bool isLooks(std::string_view key) {
  constexpr std::string_view kLooks[] = {"name", "x",    "y",         "points", "w",
                                         "h",    "text", "collapsed", "colour"};
  return std::ranges::find(kLooks, key) != std::end(kLooks);
}
std::string_view parameterName(std::string_view key) { return key.substr(0, key.find('[')); }

bool isConstant(const Setting& setting, const Shape& shape, std::string_view key) {
  const Parameter* parameter = shape.parameter(key);
  const Value* value = std::get_if<Value>(&setting);
  if (!value && parameter) value = &parameter->initial;
  return value && asNumber(*value).has_value();
}

/// Nodes and wires that take part in a run; views, frames and notes do not.
bool runs(const NodeType* type) {
  if (!type) return false;
  switch (type->role) {
    case Role::View:
    case Role::Layout:
    case Role::Learner:
    case Role::Target: return type->id == "project.settings";
    default: return true;
  }
}

/// Whether an item's coming, going or rewiring changes the network.
bool matters(const Item& item, const Edit& edit, const Project& project, const Registry& registry) {
  const NodeType* type = registry.nodeType(item.type);
  if (!runs(type)) return false;
  if (!item.isWire()) return true;
  const auto find = [&](Id id) -> const Item* {
    for (const Operation& op : edit.ops) {
      if (const auto* insert = std::get_if<Insert>(&op); insert && insert->item.id == id)
        return &insert->item;
      if (const auto* remove = std::get_if<Remove>(&op); remove && remove->item.id == id)
        return &remove->item;
    }
    return project.find(id);
  };
  const Item* to = find(item.to.item);
  return !to || runs(registry.nodeType(to->type));
}

}  // namespace

bool needsRebuild(const Edit& edit, const Project& project, const Registry& registry) {
  for (const Operation& op : edit.ops) {
    if (const auto* insert = std::get_if<Insert>(&op)) {
      if (matters(insert->item, edit, project, registry)) return true;
    } else if (const auto* remove = std::get_if<Remove>(&op)) {
      if (matters(remove->item, edit, project, registry)) return true;
    } else if (const auto* set = std::get_if<Set>(&op)) {
      const Item* item = project.find(set->item);
      if (!item || set->key == "parent" || isLooks(set->key)) continue;
      const bool ends =
          std::holds_alternative<Ref>(set->before) || std::holds_alternative<Ref>(set->after);
      if (ends) {
        Item after = *item;
        if (const auto* ref = std::get_if<Ref>(&set->after))
          (set->key == "from" ? after.from : after.to) = *ref;
        if (matters(*item, edit, project, registry) || matters(after, edit, project, registry))
          return true;
        continue;
      }
      if (!matters(*item, edit, project, registry)) continue;
      const Shape shape = registry.describe(*item);
      const Parameter* parameter = shape.parameter(parameterName(set->key));
      // What a run starts from is drawn when the network is built.
      if (set->key.ends_with(".initial")) return true;
      if (!parameter) continue;
      if (parameter->kind == Kind::Equation) {
        Item after = *item;
        if (const auto* value = std::get_if<Value>(&set->after))
          after.values[set->key] = *value;
        else
          after.values.erase(set->key);
        if (!canReform(*item, after, project, registry)) return true;
        continue;
      }
      if (!parameter->live) return true;
      if (set->key == "weight" && item->isWire() &&
          isConstant(set->before, shape, "weight") != isConstant(set->after, shape, "weight"))
        return true;
      // Synapses that learn and have delays of their own are sorted by them; the draw goes by
      // target.
      const NodeType* type = registry.nodeType(item->type);
      if (set->key == "weight" && type && type->deliver && shape.parameter("delay")) {
        const auto delay = item->values.find("delay");
        if (delay != item->values.end() && !asNumber(delay->second)) return true;
      }
    }
  }
  return false;
}

Result<void> CpuSimulation::apply(const Edit& edit) {
  if (needsRebuild(edit, project_, registry_))
    return Error{"cannot be done while it runs; the network is built anew", edit.title};
  std::vector<const Set*> done;
  for (const Operation& op : edit.ops) {
    const auto* change = std::get_if<Set>(&op);
    if (!change) continue;
    if (auto result = set(*change); !result) {
      for (auto back = done.rbegin(); back != done.rend(); ++back)
        (void)set(Set{(*back)->item, (*back)->key, (*back)->after, (*back)->before});
      return result;
    }
    done.push_back(change);
  }
  mark(edit);
  return {};
}

/// Writes one value into the engine's copy of the item and takes it over; on failure it is
/// unwritten.
Result<void> CpuSimulation::set(const Set& set) {
  const auto found = project_.items.find(set.item);
  if (found == project_.items.end()) return {};  // a view or note that came after the build
  Item& item = found->second;
  if (std::holds_alternative<Ref>(set.after) || std::holds_alternative<Ref>(set.before)) return {};
  const Item before = item;
  if (const auto* value = std::get_if<Value>(&set.after)) {
    const Shape shape = registry_.describe(item);
    if (const Parameter* parameter = shape.parameter(parameterName(set.key)))
      if (auto valid = checkValue(*parameter, *value); !valid) {
        Error error = std::move(valid).error();
        error.where = itemPath(project_, item.id) + (error.where.empty() ? "" : "." + error.where);
        return error;
      }
    item.values[set.key] = *value;
  } else {
    item.values.erase(set.key);
  }
  if (isLooks(set.key)) return {};
  const auto take = [&]() -> Result<void> {
    for (std::uint32_t i = 0; i < net_.populations.size(); ++i)
      if (net_.populations[i].id == set.item) TRY_DO(setPopulation(i, set));
    for (BodyNode& body : net_.bodies)
      if (body.id == set.item) TRY_DO(setBody(body, item, set));
    for (Projection& projection : net_.projections)
      if (projection.id == set.item) TRY_DO(setProjection(projection, set));
    for (PlasticProjection& projection : plastic_)
      if (projection.rule.id == set.item) TRY_DO(setPlastic(projection, set));
    for (PoissonWire& wire : net_.poissonWires)
      if (wire.id == set.item || wire.source == set.item) TRY_DO(setNoise(wire, item, set));
    if (set.key == "muted")
      for (BodyNode& body : net_.bodies)
        for (auto& port : body.feeds)
          for (BodyNode::Feed& feed : port)
            if (feed.wire == set.item) feed.muted = switchOr(item.values, "muted", false);
    for (GapJunctions& gaps : net_.gaps)
      if (gaps.id == set.item)
        gaps.g_nS = asNumber(valueOf(item, registry_.describe(item), "g")).value_or(0);
    if (set.key == "muted")
      for (TraceWire& wire : net_.traceWires) {
        const bool muted = switchOr(item.values, "muted", false);
        if (wire.id == set.item) wire.muted = muted;
        const Id source =
            wire.fromBody ? net_.bodies[wire.source].id : net_.populations[wire.source].id;
        if (source == set.item) wire.sourceMuted = muted;
      }
    for (TracePort& port : tracePorts_) port.stale = true;
    for (NoiseRate& rate : noiseRates_) rate.stale = true;
    return {};
  };
  auto taken = take();
  if (!taken) {
    item = before;
    (void)take();
  }
  return taken;
}

Result<void> CpuSimulation::setPopulation(std::uint32_t population, const Set& set) {
  Population& p = net_.populations[population];
  const Item& item = project_.items.at(p.id);
  p.muted = switchOr(item.values, "muted", false);
  p.bypassed = switchOr(item.values, "bypassed", false);
  const Parameter* parameter = p.shape.parameter(parameterName(set.key));
  if (!parameter || set.key == "muted" || set.key == "bypassed") return {};
  return parameter->kind == Kind::Equation ? reform(population) : prepare(population);
}

Result<void> CpuSimulation::setProjection(Projection& projection, const Set& set) {
  const Item& item = project_.items.at(projection.id);
  projection.muted = switchOr(item.values, "muted", false);
  if (set.key != "weight" || projection.weightsFromFile) return {};
  auto weight = Distribution::read(valueOf(item, registry_.describe(item), "weight"));
  if (!weight) return Error{std::move(weight).error().what, projection.name + ".weight"};
  projection.weight = std::move(weight).value();
  if (projection.weight.isConstant())
    projection.sharedWeight = static_cast<float>(projection.weight.mean());
  if (projection.learning) return {};  // its synapses are with the rule
  // Spikes that are on their way keep the weights with which they were sent.
  const Population& target = net_.populations[projection.target];
  for (std::uint32_t k = 0; projection.inRuns && k < target.partCount; ++k)
    arriveAll(parts_[target.firstPart + k], parts_[target.firstPart + k].walkerCount);
  return drawWeights(projection, net_);
}

Result<void> CpuSimulation::setNoise(PoissonWire& wire, const Item& item, const Set& set) {
  if (set.key == "muted")
    (wire.id == set.item ? wire.muted : wire.sourceMuted) = switchOr(item.values, "muted", false);
  if (wire.id == set.item && set.key == "weight") {
    auto weight = Distribution::read(valueOf(item, registry_.describe(item), "weight"));
    if (!weight)
      return Error{std::move(weight).error().what, itemPath(project_, item.id) + ".weight"};
    wire.weight = std::move(weight).value();
    return weighNoise(static_cast<std::uint32_t>(&wire - net_.poissonWires.data()));
  }
  if (wire.source == set.item && set.key == "rate") {
    wire.rate_kHz = asNumber(valueOf(item, registry_.describe(item), "rate")).value_or(0) * 1e-3;
    NoiseRate& rate = noiseRates_[static_cast<std::size_t>(&wire - net_.poissonWires.data())];
    if (rate.wires.empty()) rate.tables[0].set(wire.rate_kHz * net_.dt_ms);
  }
  return {};
}

/// Weights of a Poisson wire: one for all, or one for each target neuron.
Result<void> CpuSimulation::weighNoise(std::uint32_t index) {
  const PoissonWire& wire = net_.poissonWires[index];
  const Population& target = net_.populations[wire.target];
  if (wire.weight.listSize() && wire.weight.listSize() != target.n)
    return Error{"has " + std::to_string(wire.weight.listSize()) + " values; there are " +
                     std::to_string(target.n) + " target neurons",
                 itemPath(project_, wire.id) + ".weight"};
  for (std::uint32_t k = 0; k < target.partCount; ++k) {
    Part& part = parts_[target.firstPart + k];
    for (Part::Noise& noise : part.noises) {
      if (noise.wire != index) continue;
      if (wire.weight.isConstant()) {
        noise.weights = {};
        continue;
      }
      if (noise.weights.empty()) noise.weights = Array<float>(part.stride + 64, 0.f);
      for (std::uint32_t i = 0; i < part.count; ++i) {
        RandomSequence random(wire.weightKey, part.first + i);
        noise.weights[i] = static_cast<float>(wire.weight.draw(random, part.first + i));
      }
    }
  }
  return {};
}

Result<void> CpuSimulation::setBody(BodyNode& node, const Item& item, const Set& set) {
  node.muted = switchOr(item.values, "muted", false);
  node.bypassed = switchOr(item.values, "bypassed", false);
  if (node.isWire && node.shape.parameter("weight"))
    node.weight = static_cast<float>(asNumber(valueOf(item, node.shape, "weight")).value_or(1));
  if (set.key == "muted" || set.key == "bypassed" || set.key == "weight") return {};
  Item told = item;  // with what the engine added about the wire's ends
  for (const char* key : {kFromShape, kToGrid})
    if (const auto found = node.item.values.find(key); found != node.item.values.end())
      told.values[key] = found->second;
  if (auto changed = node.body->change(told); !changed) {
    Error error = std::move(changed).error();
    error.where = node.name + (error.where.empty() ? "" : "." + error.where);
    return error;
  }
  node.item = std::move(told);
  return {};
}

/// A note on the time axis, in words: "E tau_m 20 → 25 ms", "I muted", "I muted off".
void CpuSimulation::mark(const Edit& edit) {
  std::string words;
  Id about = Id::none;
  for (const Operation& op : edit.ops) {
    const auto* change = std::get_if<Set>(&op);
    const Item* item = change ? project_.find(change->item) : nullptr;
    if (!item || isLooks(change->key) || !runs(registry_.nodeType(item->type))) continue;
    if (about != Id::none) {
      words += " …";
      break;
    }
    about = change->item;
    const Shape shape = registry_.describe(*item);
    const Parameter* parameter = shape.parameter(parameterName(change->key));
    const auto text = [&](const Setting& setting) {
      const auto* value = std::get_if<Value>(&setting);
      return value       ? valueText(*value)
             : parameter ? valueText(parameter->initial)
                         : std::string("–");
    };
    words = itemPath(project_, item->id) + " " + change->key;
    const auto* value = std::get_if<Value>(&change->after);
    if (!value && parameter) value = &parameter->initial;
    const bool* is = value ? std::get_if<bool>(value) : nullptr;
    if (is)
      words += *is ? "" : " off";
    else if (parameter && parameter->kind == Kind::Equation)
      words += " changed";  // a text of several lines
    else
      words += " " + text(change->before) + " → " + text(change->after);
    if (parameter && !parameter->unit.empty()) words += " " + parameter->unit;
  }
  if (about == Id::none) return;
  Mark made{now(), about, {}};
  std::size_t length = std::min(words.size(), sizeof made.words - 1);
  while (length > 0 && length < words.size() && (words[length] & 0xC0) == 0x80)
    --length;  // whole letters
  words.copy(made.words, length);
  for (Listener& listener : listeners_)
    if (listener.from == Listener::From::Marks)
      std::get<Ring<Mark>>(*listener.channel).push(std::span<const Mark>(&made, 1));
}

}  // namespace spk
