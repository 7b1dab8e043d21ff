#include "engine/run/probes.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "engine/graph/population.h"

namespace spk {
namespace {

constexpr std::uint32_t kFirstNeurons = 4;
constexpr std::uint32_t kMostNeurons = 1'000'000;

std::optional<std::uint32_t> wholeNumber(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The neurons of a trace, as the wire or the view has it written; what cannot be read counts as
/// not written (check() speaks of it). Else the first few of the `size` that there are; 0: unknown.
std::vector<std::uint32_t> tracedNeurons(const Item& wire, const Item& view, std::int64_t size) {
  for (const Item* item : {&wire, &view}) {
    const auto written = item->values.find("neurons");
    if (written == item->values.end()) continue;
    if (auto list = neuronList(valueText(written->second))) return std::move(list).value();
  }
  const auto few = size > 0 ? std::min<std::int64_t>(size, kFirstNeurons) : kFirstNeurons;
  std::vector<std::uint32_t> first(static_cast<std::size_t>(few));
  std::iota(first.begin(), first.end(), 0u);
  return first;
}

bool hasRing(Signal signal) {
  return signal == Signal::Spikes || signal == Signal::Trace || signal == Signal::Events ||
         signal == Signal::Flow || signal == Signal::Frames;
}

}  // namespace

Result<std::vector<std::uint32_t>> neuronList(std::string_view text) {
  std::vector<std::uint32_t> neurons;
  if (text == "all" || text.empty()) return neurons;
  // "[0, 3]" is how a list looks in a project file.
  if (text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t dash = part.find('-');
    const auto first = wholeNumber(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : wholeNumber(part.substr(dash + 1));
    if (!first || !last || *last < *first || *last - *first >= kMostNeurons)
      return Error{"\"" + std::string(part) + "\" is no neuron or range such as 0-3, 17",
                   "neurons"};
    for (std::uint32_t i = *first; i <= *last; ++i) neurons.push_back(i);
  }
  std::ranges::sort(neurons);
  neurons.erase(std::ranges::unique(neurons).begin(), neurons.end());
  return neurons;
}

std::vector<Watch> watches(const Project& project, const Registry& registry) {
  std::vector<Watch> found;
  for (const auto& [id, wire] : project.items) {
    if (!wire.isWire()) continue;
    const Item* from = project.find(wire.from.item);
    const Item* view = project.find(wire.to.item);
    if (!from || !view) continue;
    const NodeType* type = registry.nodeType(view->type);
    if (!type || type->role != Role::View) continue;
    const Shape shape = registry.describe(*from);
    const Port* port = shape.port(wire.from.port);
    if (!port || port->input || !hasRing(port->signal)) continue;
    Watch watch{{id, wire.from}, port->signal};
    if (port->signal == Signal::Trace) {
      watch.probe.neurons = tracedNeurons(wire, *view, populationSize(*from, shape));
      watch.probe.every = fromMilliseconds(
          std::max(0.0, numberOr(wire.values, "every", numberOr(view->values, "every", 0))));
    }
    found.push_back(std::move(watch));
  }
  return found;
}

Result<std::shared_ptr<Channel>> makeChannel(const Probe& probe, Signal signal) {
  // Room for a second of a busy network between two ticks of a stalled window.
  constexpr std::size_t kMany = 1u << 19, kSome = 1u << 16, kFew = 1u << 10;
  constexpr std::size_t kPictures = 64;  // of a million pixels each: 64 MB
  if (probe.what.item == Id::none && probe.what.port == "marks")
    return std::make_shared<Channel>(std::in_place_type<Ring<Mark>>, kFew);
  if (probe.what.item == Id::none && probe.what.port == "counts")
    return std::make_shared<Channel>(std::in_place_type<Ring<Count>>, kSome);
  switch (signal) {
    case Signal::Spikes: return std::make_shared<Channel>(std::in_place_type<Ring<Spike>>, kMany);
    case Signal::Trace: return std::make_shared<Channel>(std::in_place_type<Ring<Sample>>, kMany);
    case Signal::Events:
      return std::make_shared<Channel>(std::in_place_type<Ring<Event>>, kMany * 2);
    case Signal::Flow: return std::make_shared<Channel>(std::in_place_type<Ring<Flow>>, kMany);
    case Signal::Frames:
      return std::make_shared<Channel>(std::in_place_type<Ring<Frame>>, kPictures);
    default:
      return Error{std::string("a probe cannot carry ") + signalWord(signal), probe.what.port};
  }
}

}  // namespace spk
