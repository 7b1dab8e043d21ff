#pragma once
#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/mix.h"
#include "engine/graph/Registry.h"
#include "engine/run/Target.h"
#include "engine/sim/Simulation.h"

namespace spk::kit {

/// A simulation that needs no engine, so that tests of what drives one are exact and quick. Each
/// item "fake.population" (`n`, `rate`: probability of a spike per step, live) fires by a hash of
/// its whole past: one lost edit, step or byte of state changes every later spike.
class FakeSimulation : public Simulation {
 public:
  explicit FakeSimulation(const Project& project, Time dt = kMillisecond, int batchSteps = 5)
      : dt_(dt), batchSteps_(batchSteps) {
    for (const auto& [id, item] : project.items)
      if (item.type == "fake.population")
        populations_.push_back({id, static_cast<std::uint32_t>(integerOr(item.values, "n", 10)),
                                numberOr(item.values, "rate", 0.1), number(id)});
  }

  Time now() const override { return static_cast<Time>(step_) * dt_; }
  Time dt() const override { return dt_; }
  Time batch() const override { return dt_ * batchSteps_; }

  Outcome runUntil(Time t) override {
    Outcome outcome;
    while (now() < t) {
      fired_.clear();
      const std::uint64_t end = (step_ / batchSteps_ + 1) * batchSteps_;
      while (step_ < end && now() < t) runStep();
      tellAll();
      if (now() > explodesAt) {
        outcome.why = Why::NotFinite;
        outcome.notes.push_back({Note::Level::Error, "V is not finite", populations_.front().id});
        break;
      }
    }
    outcome.reached = now();
    return outcome;
  }

  Result<void> apply(const Edit& edit) override {
    for (const Operation& op : edit.ops) {
      const auto* set = std::get_if<Set>(&op);
      if (!set) return Error{"needs a rebuild", "project"};
      if (set->key == "x" || set->key == "y") continue;
      Population* found = population(set->item);
      if (!found || set->key != "rate") return Error{"needs a rebuild", set->key};
      const auto* value = std::get_if<Value>(&set->after);
      found->rate = value ? asNumber(*value).value_or(0.1) : 0.1;
      if (marks_) {
        Mark mark{now(), set->item, {}};
        edit.title.copy(mark.words, sizeof mark.words - 1);
        std::get<Ring<Mark>>(*marks_).push(std::span(&mark, 1));
      }
    }
    return {};
  }

  Result<void> attach(const Probe& probe, Channel& channel) override {
    if (probe.what.item == Id::none) {
      (probe.what.port == "marks" ? marks_ : counts_) = &channel;
      return {};
    }
    if (!population(probe.what.item)) return Error{"is not in this network", probe.what.port};
    const bool spikes = std::holds_alternative<Ring<Spike>>(channel);
    if (spikes != (probe.what.port == "out")) return Error{"wrong ring", probe.what.port};
    watched_[probe.id] = {probe, &channel};
    return {};
  }
  void detach(Id probe) override { watched_.erase(probe); }
  void listen(std::function<void(std::span<const FiredSpike>)> recorder) override {
    listener_ = std::move(recorder);
  }

  Result<Snapshot> look(Id item, const What&) const override {
    for (const Population& p : populations_)
      if (p.id == item) return Snapshot{now(), 1, {static_cast<double>(p.past)}, {}, {}};
    return Error{"is not in this network", "#" + std::to_string(number(item))};
  }

  Checkpoint save() const override {
    Checkpoint checkpoint{now(), {}};
    for (const Population& p : populations_) {
      auto page = std::make_shared<Bytes>();
      page->put(p.past);
      checkpoint.state[p.id] = {page};
    }
    return checkpoint;
  }
  Result<void> restore(const Checkpoint& checkpoint, Fit fit) override {
    if (restoresLeft-- <= 0) return Error{"is worn out", "population"};
    for (Population& p : populations_) {
      const auto found = checkpoint.state.find(p.id);
      if (found == checkpoint.state.end()) {
        if (fit == Fit::Exact) return Error{"is not in this checkpoint", "population"};
        continue;
      }
      Bytes page = *found->second.front();
      page.rewind();
      TRY(p.past, page.take<std::uint64_t>());
    }
    step_ = static_cast<std::uint64_t>(checkpoint.t / dt_);
    return {};
  }
  Totals totals() const override {
    Totals totals;
    for (const Population& p : populations_) totals.neurons += p.n;
    totals.spikes = spikes_;
    totals.synapticEvents = spikes_ * 100;
    return totals;
  }

  Time explodesAt = std::numeric_limits<Time>::max();
  int restoresLeft = std::numeric_limits<int>::max();

 private:
  struct Population {
    Id id;
    std::uint32_t n;
    double rate;
    std::uint64_t past;  ///< folds all that ever happened here
  };
  struct Watched {
    Probe probe;
    Channel* channel;
  };

  Population* population(Id id) {
    const auto found = std::ranges::find(populations_, id, &Population::id);
    return found == populations_.end() ? nullptr : &*found;
  }

  void runStep() {
    for (Population& p : populations_) {
      const double chance = p.rate * (p.past & 1 ? 1.5 : 0.5);
      const std::size_t before = fired_.size();
      for (std::uint32_t i = 0; i < p.n; ++i) {
        const std::uint64_t drawn = mix64(p.past + i);
        if (static_cast<double>(drawn >> 11) * 0x1p-53 < chance)
          fired_.push_back({step_, p.id, i}), ++spikes_;
      }
      p.past = mix64(p.past ^ std::bit_cast<std::uint64_t>(chance) ^ (fired_.size() - before));
      for (auto& [id, watched] : watched_) sample(p, watched);
    }
    ++step_;
  }

  void sample(const Population& p, const Watched& watched) {
    if (watched.probe.what.item != p.id || watched.probe.what.port == "out") return;
    auto neurons = watched.probe.neurons;
    if (neurons.empty())
      for (std::uint32_t i = 0; i < p.n; ++i) neurons.push_back(i);
    for (const std::uint32_t i : neurons) {
      const Sample value{now() + dt_, i, static_cast<float>(p.past >> 40) + static_cast<float>(i)};
      std::get<Ring<Sample>>(*watched.channel).push(std::span(&value, 1));
    }
  }

  void tellAll() {
    for (auto& [id, watched] : watched_) {
      if (watched.probe.what.port != "out") continue;
      for (const FiredSpike& fired : fired_) {
        if (fired.population != watched.probe.what.item) continue;
        const Spike spike{static_cast<Time>(fired.step + 1) * dt_, fired.neuron};
        std::get<Ring<Spike>>(*watched.channel).push(std::span(&spike, 1));
      }
    }
    if (counts_)
      for (const Population& p : populations_) {
        const Count count{
            now(), p.id,
            static_cast<std::uint64_t>(std::ranges::count(fired_, p.id, &FiredSpike::population))};
        std::get<Ring<Count>>(*counts_).push(std::span(&count, 1));
      }
    if (listener_) listener_(fired_);
  }

  Time dt_;
  int batchSteps_;
  std::uint64_t step_ = 0, spikes_ = 0;
  std::vector<Population> populations_;
  std::map<Id, Watched> watched_;
  Channel* counts_ = nullptr;
  Channel* marks_ = nullptr;
  std::function<void(std::span<const FiredSpike>)> listener_;
  std::vector<FiredSpike> fired_;
};

/// The description of "fake.population".
inline NodeType fakePopulation() {
  NodeType type;
  type.id = "fake.population";
  type.title = "Fake population";
  type.doc = "Fires by a hash of its past.";
  type.role = Role::Population;
  type.shape.ports = {{"in", Signal::Spikes, true},
                      {"out", Signal::Spikes, false},
                      {"V", Signal::Trace, false, "mV"}};
  type.shape.parameters = {
      {.name = "n", .kind = Kind::Grid, .initial = std::int64_t{10}, .live = false},
      {.name = "rate", .initial = 0.1, .min = 0, .max = 1}};
  return type;
}

/// Starts a FakeSimulation; "fake".
struct FakeTarget : Target {
  std::string id() const override { return "fake"; }
  std::string title() const override { return "Fake"; }
  Notes fit(const Project&, const Registry&, const Item&) const override { return {}; }
  Result<std::unique_ptr<Simulation>> start(const Project& project, const Registry&,
                                            const Item& options) override {
    const double dt = numberOr(project.settings().values, "dt", 1);
    return std::unique_ptr<Simulation>(std::make_unique<FakeSimulation>(
        project, fromMilliseconds(dt),
        1 + static_cast<int>(integerOr(options.values, "threads", 4))));
  }
};

}  // namespace spk::kit
