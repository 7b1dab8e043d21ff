#pragma once
// What a source of spikes or of a trace makes when a project runs.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/kit/projects.h"

namespace spk::test {

/// Runs a project and listens to one output of a source.
template <class T>
class Listened {
 public:
  Listened(const Project& project, Id source, std::string port = "out",
           const CpuOptions& options = {.threads = 1})
      : run(project, options), channel_(std::in_place_type<Ring<T>>, std::size_t{1} << 18) {
    if (!run.simulation) return;
    if (auto done = run.simulation->attach({Id{9000}, {source, port}}, channel_); !done)
      run.error = done.error().text();
  }
  /// All that came until then.
  const std::vector<T>& until(double ms) {
    std::vector<T> some(std::size_t{1} << 18);
    while (run.simulation && run.simulation->now() < fromMilliseconds(ms)) {
      const Time next = std::min<Time>(fromMilliseconds(ms), run.simulation->now() + 20'000'000);
      run.simulation->runUntil(next);
      const std::size_t n = std::get<Ring<T>>(channel_).pop(some);
      all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(n));
    }
    return all;
  }
  std::uint64_t dropped() const { return std::get<Ring<T>>(channel_).dropped(); }

  Run run;
  std::vector<T> all;

 private:
  Channel channel_;
};

/// One source alone, for `ms`.
inline std::vector<Spike> spikesOf(const std::string& type, Values values, double ms,
                                   std::int64_t seed = 1, std::uint32_t mostBatchSteps = 0) {
  Builder b(0.1, seed);
  const Id id = b.node(type, std::move(values));
  Listened<Spike> heard(b.project, id, "out", {.threads = 1, .mostBatchSteps = mostBatchSteps});
  return heard.until(ms);
}
/// The spike times [ms] of each train.
inline std::map<std::uint32_t, std::vector<double>> trainsOf(const std::vector<Spike>& spikes) {
  std::map<std::uint32_t, std::vector<double>> trains;
  for (const Spike& s : spikes) trains[s.neuron].push_back(toMilliseconds(s.t));
  return trains;
}
/// Why a project with that node alone is refused.
inline std::string refusal(const std::string& type, Values values) {
  Builder b;
  values["name"] = std::string("it");
  b.node(type, std::move(values));
  return Run(b.project).error;
}

}  // namespace spk::test
