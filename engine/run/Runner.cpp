#include "engine/run/Runner.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <thread>

#include "engine/run/RunLoop.h"
#include "engine/run/probes.h"
#include "engine/run/projectSettings.h"

namespace spk {

/// The queue between the caller's thread and the simulation's, and what each of them owns.
struct Runner::State {
  /// Called with nullptr when the runner closes before the command's turn.
  using Act = std::function<void(RunLoop*)>;
  /// EndsReplay: a rewind on its way does not hold it up but ends.
  enum class Patience { Waits, EndsReplay };
  struct Command {
    Act act;
    Patience patience = Patience::Waits;
  };

  explicit State(const Registry& r) : registry(r), loop(r), thread([this] { work(); }) {}
  ~State() {
    {
      const std::lock_guard lock(mutex);
      closing = true;
    }
    wake.notify_one();
    thread.join();
  }

  void post(Act act, Patience patience = Patience::Waits) {
    {
      const std::lock_guard lock(mutex);
      queue.push_back({std::move(act), patience});
    }
    wake.notify_one();
  }

  void work() {
    auto next = RunLoop::Clock::time_point::max();
    while (true) {
      std::deque<Command> commands;
      {
        std::unique_lock lock(mutex);
        const auto awake = [this] { return closing || !queue.empty(); };
        if (next == RunLoop::Clock::time_point::max())
          wake.wait(lock, awake);
        else
          wake.wait_until(lock, next, awake);
        if (closing) break;
        if (loop.isReplaying() &&
            std::ranges::find(queue, Patience::EndsReplay, &Command::patience) != queue.end())
          loop.stopReplay();
        // A rewind arrives before the next command takes effect.
        if (!loop.isReplaying()) commands.swap(queue);
      }
      while (!commands.empty() && !loop.isReplaying()) {
        commands.front().act(&loop);
        commands.pop_front();
      }
      if (!commands.empty()) {
        const std::lock_guard lock(mutex);
        queue.insert(queue.begin(), std::make_move_iterator(commands.begin()),
                     std::make_move_iterator(commands.end()));
      }
      next = loop.advance();
      publish();
    }
    loop.stopRecord();
    for (const Command& command : queue) command.act(nullptr);
  }

  void publish() {
    heard.store(loop.heard(), std::memory_order_relaxed);
    RunStatus fresh = loop.status();
    const std::lock_guard lock(mutex);
    status = std::move(fresh);
  }

  // The caller's.
  const Registry& registry;
  Project project;
  std::map<Id, std::shared_ptr<Channel>> channels;
  // Shared, under the mutex.
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<Command> queue;
  bool closing = false;
  RunStatus status;
  std::atomic<std::int64_t> heard = 0;
  // The simulation thread's.
  RunLoop loop;
  std::thread thread;  // last: it uses all of the above
};

Runner::Runner(const Registry& registry) : state_(std::make_unique<State>(registry)) {}
Runner::~Runner() = default;

void Runner::load(std::unique_ptr<Simulation> next, Project project) {
  state_->project = project;
  // std::function copies what it holds.
  auto held = std::make_shared<std::pair<std::unique_ptr<Simulation>, Project>>(std::move(next),
                                                                                std::move(project));
  state_->post([held](RunLoop* loop) {
    if (loop) loop->load(std::move(held->first), std::move(held->second));
  });
}

void Runner::play() {
  state_->post([](RunLoop* loop) {
    if (loop) loop->play();
  });
}
void Runner::pause() {
  state_->post(
      [](RunLoop* loop) {
        if (loop) loop->pause();
      },
      State::Patience::EndsReplay);
}
void Runner::step() {
  state_->post([](RunLoop* loop) {
    if (loop) loop->step();
  });
}
void Runner::rewind(Time t) {
  state_->post(
      [t](RunLoop* loop) {
        if (loop) loop->rewind(t);
      },
      State::Patience::EndsReplay);
}
void Runner::post(Edit edit) {
  // A recording stores the project as it is when it begins, and runs for its duration.
  for (const Operation& op : edit.ops) {
    const auto* set = std::get_if<Set>(&op);
    const auto item = set ? state_->project.items.find(set->item) : state_->project.items.end();
    if (item == state_->project.items.end() || std::holds_alternative<Ref>(set->after)) continue;
    if (const auto* value = std::get_if<Value>(&set->after))
      item->second.values[set->key] = *value;
    else
      item->second.values.erase(set->key);
  }
  state_->post([edit = std::move(edit)](RunLoop* loop) {
    if (loop) loop->post(edit);
  });
}

Result<void> Runner::attach(const Probe& probe, Signal signal) {
  if (state_->channels.contains(probe.id))
    return Error{"is watched already", "probe " + std::to_string(number(probe.id))};
  TRY(auto channel, makeChannel(probe, signal));
  state_->channels[probe.id] = channel;
  state_->post([probe, channel](RunLoop* loop) {
    if (loop) loop->attach(probe, channel);
  });
  return {};
}

void Runner::detach(Id probe) {
  if (state_->channels.erase(probe) == 0) return;
  state_->post([probe](RunLoop* loop) {
    if (loop) loop->detach(probe);
  });
}

Channel* Runner::channel(Id probe) {
  const auto found = state_->channels.find(probe);
  return found == state_->channels.end() ? nullptr : found->second.get();
}

std::future<Result<Snapshot>> Runner::ask(Id item, What what) {
  auto promise = std::make_shared<std::promise<Result<Snapshot>>>();
  auto future = promise->get_future();
  state_->post([promise, item, what = std::move(what)](RunLoop* loop) {
    promise->set_value(loop ? loop->ask(item, what)
                            : Result<Snapshot>(Error{"the run was closed", "ask"}));
  });
  return future;
}

RunStatus Runner::status() const {
  const std::lock_guard lock(state_->mutex);
  return state_->status;
}

std::int64_t Runner::heard() const { return state_->heard.load(std::memory_order_relaxed); }

Result<void> Runner::record(const std::filesystem::path& path) {
  TRY(auto recorder, Recorder::open(path, state_->project, state_->registry));
  const Time duration = durationOf(state_->project);
  const Time end = duration > 0 ? duration : std::numeric_limits<Time>::max();
  auto held = std::make_shared<std::unique_ptr<Recorder>>(std::move(recorder));
  state_->post([held, end](RunLoop* loop) {
    if (loop) loop->record(std::move(*held), end);
  });
  return {};
}

void Runner::stopRecord() {
  state_->post([](RunLoop* loop) {
    if (loop) loop->stopRecord();
  });
}
void Runner::pace(double speed) {
  state_->post([speed](RunLoop* loop) {
    if (loop) loop->pace(speed);
  });
}
void Runner::until(Time t) {
  state_->post([t](RunLoop* loop) {
    if (loop) loop->until(t);
  });
}
void Runner::forget(std::span<const Id> removed) {
  state_->post([ids = std::vector<Id>(removed.begin(), removed.end())](RunLoop* loop) {
    if (loop) loop->forget(ids);
  });
}

}  // namespace spk
