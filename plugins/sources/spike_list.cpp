#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>

#include "engine/base/Json.h"
#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/SpikeScript.h"

namespace spk::sources::spike_list {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();

/// Appends one spike; `which` counts from 1, for the message.
Result<void> addSpike(std::vector<Spike>& spikes, double ms, double neuron, std::int64_t n,
                      std::size_t which, const char* where) {
  const std::string entry = "spike " + std::to_string(which);
  if (!std::isfinite(ms) || ms <= 0 || ms > 1e12)
    return Error{entry + " is at " + numberText(ms) +
                     " ms; times lie above 0 (the end of the first "
                     "step is dt)",
                 where};
  if (neuron != std::floor(neuron) || neuron < 0 || neuron >= static_cast<double>(n))
    return Error{entry + " is of neuron " + numberText(neuron) + "; there are neurons 0 to " +
                     std::to_string(n - 1),
                 where};
  spikes.push_back({fromMilliseconds(ms), static_cast<std::uint32_t>(neuron)});
  return {};
}

Result<void> fromValue(const Value& value, std::int64_t n, std::vector<Spike>& spikes) {
  if (const auto* blob = std::get_if<Blob>(&value)) {
    if (blob->isMissing() || blob->shape().size() != 2 || blob->shape()[1] != 2)
      return Error{"must be a list of [ms, neuron] (an array of two columns)", "spikes"};
    const std::vector<double>& numbers = blob->numbers();
    for (std::size_t i = 0; i + 1 < numbers.size(); i += 2)
      TRY_DO(addSpike(spikes, numbers[i], numbers[i + 1], n, i / 2 + 1, "spikes"));
    return {};
  }
  const auto* json = std::get_if<Json>(&value);
  if (!json) return Error{"must be a list of [ms, neuron]", "spikes"};
  TRY(const JsonNode list, JsonNode::parse(json->text));
  for (std::size_t i = 0; i < list.items().size(); ++i) {
    const JsonNode& pair = list.items()[i];
    if (pair.items().size() != 2 || !pair.items()[0].isNumber() || !pair.items()[1].isNumber())
      return Error{
          "spike " + std::to_string(i + 1) + " is " + pair.write() + "; each must be [ms, neuron]",
          "spikes"};
    TRY_DO(
        addSpike(spikes, pair.items()[0].number(), pair.items()[1].number(), n, i + 1, "spikes"));
  }
  return {};
}

/// Text: one spike a line, time [ms] and neuron, parted by blanks, a comma or a semicolon; lines
/// that begin with # are comments.
Result<void> fromFile(const std::string& path, std::int64_t n, std::vector<Spike>& spikes) {
  std::ifstream file(path);
  if (!file) return Error{"cannot be read: " + path, "file"};
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    std::ranges::replace_if(
        line, [](char c) { return c == ',' || c == ';' || c == '\t' || c == '\r'; }, ' ');
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line[begin] == '#') continue;
    double pair[2];
    const char* at = line.data() + begin;
    const char* end = line.data() + line.size();
    for (double& x : pair) {
      while (at < end && *at == ' ') ++at;
      const auto read = std::from_chars(at, end, x);
      if (read.ec != std::errc{})
        return Error{
            path + ", line " + std::to_string(number) + ": expected a time in ms and a neuron",
            "file"};
      at = read.ptr;
    }
    TRY_DO(addSpike(spikes, pair[0], pair[1], n, number, "file"));
  }
  return {};
}

Result<std::vector<Spike>> read(const Item& item) {
  const std::int64_t n = integerOr(item.values, "n", 1);
  if (n < 1 || n > kMost) return Error{"is " + std::to_string(n) + "; at least 1", "n"};
  std::vector<Spike> spikes;
  if (const auto found = item.values.find("spikes"); found != item.values.end())
    TRY_DO(fromValue(found->second, n, spikes));
  if (const std::string path = textOr(item.values, "file", ""); !path.empty())
    TRY_DO(fromFile(path, n, spikes));
  return spikes;
}

/// Plays what is written.
class SpikeListBody final : public Body {
 public:
  explicit SpikeListBody(std::vector<Spike> spikes) : script_(std::move(spikes)) {}

  void run(Batch& batch) noexcept override { script_.play(batch); }
  Result<void> change(const Item& item) override {
    TRY(std::vector<Spike> spikes, read(item));
    script_ = SpikeScript(std::move(spikes));
    return {};
  }
  void save(Bytes&) const override {}  // the place follows from the time
  Result<void> restore(Bytes&) override { return script_.forgetPlace(), Result<void>{}; }
  std::size_t room(Time length) const override { return script_.densest(length); }

 private:
  SpikeScript script_;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(std::vector<Spike> spikes, read(item));
  return std::unique_ptr<Body>(std::make_unique<SpikeListBody>(std::move(spikes)));
}

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.spike_list",
      .title = "Spike list",
      .doc = "Spikes at given times, from a list of [ms, neuron] or a text file of two columns.\n\n"
             "A spike at t is sent at the end of the step that ends at t (times between two steps "
             "wait for the next) and arrives one delay later. Recorded spike times, written back "
             "here, are the same spikes.",
      .role = Role::Source,
      .group = "Sources",
      .words = "script generator times replay",
      .shape = {.ports = {{"out", Signal::Spikes, false, "", "spikes"}},
                .parameters = {{.name = "n",
                                .kind = Kind::Integer,
                                .initial = std::int64_t{1},
                                .min = 1,
                                .max = static_cast<double>(kMost),
                                .doc = "number of trains",
                                .essential = true,
                                .live = false},
                               {.name = "spikes",
                                .kind = Kind::Text,
                                .initial = Json{"[]"},
                                .doc = "list of [ms, neuron], times above 0",
                                .live = false},
                               {.name = "file",
                                .kind = Kind::File,
                                .initial = std::string(),
                                .doc = "text file, one spike a line: ms neuron",
                                .live = false}}},
      .body = body});
}

}  // namespace spk::sources::spike_list
