#include "engine/run/RunSource.h"

#include <algorithm>
#include <limits>
#include <set>

#include "engine/base/sentence.h"
#include "engine/graph/check.h"
#include "engine/graph/sensorShape.h"
#include "engine/sim/Heard.h"

namespace spk {
namespace {

constexpr Id kProbe{kFileProbes};  // no item's
/// More than any camera gives in one batch.
constexpr std::size_t kRing = std::size_t{1} << 21;

/// The output of events or flow that bears the name; an empty one: the first.
const Port* streamPort(const Shape& shape, const std::string& name) {
  for (const Port& port : shape.ports)
    if ((port.signal == Signal::Events || port.signal == Signal::Flow) && !port.input &&
        (name.empty() || port.name == name))
      return &port;
  return nullptr;
}

const Item* streamWireTo(const Project& project, const Registry& registry, Id item) {
  for (const auto& [id, wire] : project.items) {
    if (!wire.isWire() || wire.to.item != item) continue;
    const Item* from = project.find(wire.from.item);
    if (from && streamPort(registry.describe(*from), wire.from.port)) return &wire;
  }
  return nullptr;
}

}  // namespace

Result<Ref> eventsOutput(const Project& project, const Registry& registry, const Ref& what) {
  const Item* item = project.find(what.item);
  if (!item) return Error{"there is no such node", "#" + std::to_string(number(what.item))};
  if (item->isWire()) {
    const Item* from = project.find(item->from.item);
    if (from && streamPort(registry.describe(*from), item->from.port)) return item->from;
    return Error{"this wire carries neither events nor flow", itemPath(project, what.item)};
  }
  const Shape shape = registry.describe(*item);
  if (const Port* port = streamPort(shape, what.port)) return Ref{what.item, port->name};
  const NodeType* type = registry.nodeType(item->type);
  if (what.port.empty() && type && type->role == Role::View)
    if (const Item* wire = streamWireTo(project, registry, what.item)) return wire->from;
  return Error{"gives neither events nor flow", itemPath(project, what.item)};
}

Project upstream(const Project& project, const Registry& registry, Id item) {
  std::set<Id> needed = {Id::settings};
  std::vector<Id> open = {item};
  while (!open.empty()) {
    const Id next = open.back();
    open.pop_back();
    if (!project.find(next) || !needed.insert(next).second) continue;
    const Item& one = *project.find(next);
    if (one.isWire()) open.push_back(one.from.item);
    for (const auto& [id, wire] : project.items)
      if (wire.isWire() && wire.to.item == next) open.push_back(id);
  }
  Project kept = project;
  std::erase_if(kept.items, [&](const auto& entry) {
    const NodeType* type = registry.nodeType(entry.second.type);
    const bool isFrame = type && type->role == Role::Layout;
    return !isFrame && !needed.contains(entry.first);
  });
  return kept;
}

Sensor sensorAt(const Project& project, const Registry& registry, const Ref& output) {
  const Item* item = project.find(output.item);
  if (!item) return {};
  const Shape shape = describeWired(project, registry, *item);
  const Port* port = streamPort(shape, output.port);
  if (!port || port->shape.size() != 2) return {};
  return {port->shape[1], port->shape[0], itemPath(project, output.item)};
}

Result<std::unique_ptr<EventSource>> RunSource::open(const Project& project,
                                                     const Registry& registry,
                                                     const Targets& targets, const Ref& what,
                                                     Time end) {
  TRY(const Ref output, eventsOutput(project, registry, what));
  const Project part = upstream(project, registry, output.item);
  for (const Note& note : check(part, registry))
    if (note.level == Note::Level::Error) return Error{note.text, itemPath(project, note.item)};
  Target* target = targets.target("cpu");
  if (!target) return Error{"this program has no target \"cpu\" to run on", "cpu"};
  Item options;
  options.type = "target.cpu";
  std::unique_ptr<RunSource> made(new RunSource);
  TRY(made->simulation_, target->start(part, registry, options));
  made->start_ = made->simulation_->save();
  const Item* item = part.find(output.item);
  const Shape shape = registry.describe(*item);
  const bool isFlow = streamPort(shape, output.port)->signal == Signal::Flow;
  if (isFlow) made->pending_ = std::vector<Flow>();
  made->channel_ = isFlow ? std::make_shared<Channel>(std::in_place_type<Ring<Flow>>, kRing)
                          : std::make_shared<Channel>(std::in_place_type<Ring<Event>>, kRing);
  TRY_DO(made->simulation_->attach({kProbe, output}, *made->channel_));
  Sensor sensor = sensorAt(part, registry, output);
  if (sensor.width == 0) {
    sensor = {640, 480, "guessed"};
    made->notes_.push_back({Note::Level::Warning,
                            "no node says how large the sensor is: 640 × 480 px are assumed",
                            output.item});
  }
  made->stream_ = {isFlow ? Stream::Kind::Flow : Stream::Kind::Events,
                   itemPath(project, output.item), sensor};
  made->end_ = end;
  return std::unique_ptr<EventSource>(std::move(made));
}

namespace {

/// What the batch brought.
template <class T>
Result<void> take(Channel& channel, std::vector<T>& pending, const std::string& name) {
  auto& ring = std::get<Ring<T>>(channel);
  for (std::size_t more = 1; more > 0;) {
    const std::size_t before = pending.size();
    pending.resize(before + 16'384);
    more = ring.pop(std::span(pending).subspan(before));
    pending.resize(before + more);
  }
  if (ring.dropped() > 0)
    return Error{std::to_string(ring.dropped()) + " records of one batch did not fit into memory",
                 name};
  return {};
}

void add(EventPacket& packet, const Event& event) { packet.add(event); }
void add(FlowPacket& packet, const Flow& flow) { packet.push_back(flow); }

}  // namespace

Result<void> RunSource::runBatch() {
  next_ = 0;
  const Time to = std::min(end_, simulation_->now() + simulation_->batch());
  Outcome outcome = simulation_->runUntil(to);
  for (Note& note : outcome.notes) renew(notes_, std::move(note));
  if (outcome.why != Why::Reached)
    return Error{notes_.empty() ? "the run failed" : notes_.back().text,
                 "t = " + timeText(outcome.reached)};
  return std::visit(
      [&](auto& pending) {
        pending.clear();
        return take(*channel_, pending, stream_.name);
      },
      pending_);
}

template <class T, class Records>
Result<EventSource::More> RunSource::give(const std::vector<T>& pending, Records& out, Time until) {
  for (std::size_t given = 0; given < kPacketMost;) {
    if (next_ == pending.size()) {
      if (simulation_->now() >= end_) return More::End;
      if (simulation_->now() >= until) return More::Yes;
      TRY_DO(runBatch());
      continue;
    }
    const T& record = pending[next_];
    if (record.t >= until) return More::Yes;
    ++next_;
    if (record.t < place_ || record.t >= end_) continue;
    add(out, record);
    ++given;
  }
  return More::Full;
}

Result<EventSource::More> RunSource::read(std::size_t stream, Packet& out, Time until) {
  if (stream != 0) return Error{"has one stream", "stream " + std::to_string(stream)};
  if (const auto* flows = std::get_if<std::vector<Flow>>(&pending_)) {
    if (!std::holds_alternative<FlowPacket>(out)) out = FlowPacket();
    return give(*flows, std::get<FlowPacket>(out), until);
  }
  if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
  return give(std::get<std::vector<Event>>(pending_), std::get<EventPacket>(out), until);
}

Result<void> RunSource::seek(Time t) {
  // What was run over already is run again, from its beginning.
  const bool passed = t < simulation_->now();
  place_ = t;
  if (!passed) return {};
  TRY_DO(simulation_->restore(start_, Simulation::Fit::Exact));
  next_ = 0;
  return std::visit(
      [&](auto& pending) {
        auto taken = take(*channel_, pending, stream_.name);  // stale
        pending.clear();
        return taken;
      },
      pending_);
}

}  // namespace spk
