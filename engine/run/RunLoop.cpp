#include "engine/run/RunLoop.h"

#include <algorithm>
#include <cmath>

#include "engine/base/sentence.h"

namespace spk {
namespace {

using namespace std::chrono_literals;

constexpr auto kStretchWall = 8ms;  // between two looks at the queue
constexpr auto kPaceWall = 4ms;     // length of a stretch when the clock sets the pace
constexpr auto kLateWall = 100ms;   // lag that is given up, not made good in a rush
constexpr auto kFactorWall = 1s;    // window of the real-time factor
constexpr auto kMomentWall = 20ms;
constexpr Time kLongestStretch = kSecond;
constexpr std::size_t kMostNotes = 100;

bool isMarks(const Probe& probe) {
  return probe.what.item == Id::none && probe.what.port == "marks";
}

Time asTime(RunLoop::Clock::duration wall, double pace) {
  const std::chrono::duration<double, std::nano> ns = wall;
  return static_cast<Time>(ns.count() * pace);
}

}  // namespace

// ---- the network ------------------------------------------------------------------------------

void RunLoop::load(std::unique_ptr<Simulation> next, Project project) {
  notes_.clear();
  endRecording("the network was rebuilt");
  failed_ = false;
  replayTo_ = -1;
  Checkpoint start = next ? next->save() : Checkpoint{};
  if (simulation_ && next) {
    Checkpoint past = simulation_->save();
    for (const auto& [id, pages] : attic_) past.state.try_emplace(id, pages);
    for (const auto& [id, pages] : past.state) {
      if (project.items.contains(id))
        attic_.erase(id);
      else if (project_.items.contains(id))
        attic_[id] = pages;
    }
    if (auto kept = next->restore(past, Simulation::Fit::WhatFits); !kept)
      addNote({Note::Level::Warning, "the run starts anew: " + kept.error().text()});
  }
  for (auto& [id, attached] : probes_) attached.isLive = false;
  simulation_ = std::move(next);
  project_ = std::move(project);
  timeline_ = Timeline();
  if (!simulation_) return;
  stretch_ = simulation_->batch();
  timeline_.begin(std::move(start));
  attachAll();
  if (simulation_->now() > 0) timeline_.add(simulation_->save());
  anchor();
}

void RunLoop::forget(std::span<const Id> removed) {
  for (const Id id : removed) attic_.erase(id);
}

void RunLoop::attach(const Probe& probe, std::shared_ptr<Channel> channel) {
  Attached& attached = probes_[probe.id] = {probe, std::move(channel)};
  tryAttach(attached);
}

void RunLoop::detach(Id probe) {
  const auto found = probes_.find(probe);
  if (found == probes_.end()) return;
  if (found->second.isLive && simulation_) simulation_->detach(probe);
  probes_.erase(found);
}

void RunLoop::tryAttach(Attached& attached) {
  if (!simulation_) return;
  const Id watched = attached.probe.what.item;
  // Its node may be on its way in the next network.
  if (watched != Id::none && !project_.items.contains(watched)) return;
  const auto done = simulation_->attach(attached.probe, *attached.channel);
  attached.isLive = static_cast<bool>(done);
  if (!done) addNote({Note::Level::Warning, "cannot be watched: " + done.error().text(), watched});
}

void RunLoop::attachAll() {
  for (auto& [id, attached] : probes_) tryAttach(attached);
}

Result<Snapshot> RunLoop::ask(Id item, const What& what) const {
  if (!simulation_) return Error{"nothing runs yet", "#" + std::to_string(number(item))};
  return simulation_->look(item, what);
}

// ---- transport --------------------------------------------------------------------------------

void RunLoop::play() {
  if (playing_ || failed_) return;
  if (simulation_ && until_ > 0 && simulation_->now() >= until_) {
    until_ = 0;  // there already
    return;
  }
  playing_ = true;
  anchor();
}

void RunLoop::pause() { playing_ = false; }

void RunLoop::step() {
  playing_ = false;
  if (simulation_ && !failed_) runTo(simulation_->now() + simulation_->dt());
}

void RunLoop::pace(double speed) {
  pace_ = std::isfinite(speed) ? std::max(0.0, speed) : 0.0;
  anchor();
}

void RunLoop::rewind(Time t) {
  if (!simulation_) return;
  notes_.clear();
  endRecording("the run was rewound");
  failed_ = false;
  t = std::max<Time>(t, 0);
  const Checkpoint& from = timeline_.before(t);
  if (t < simulation_->now() || from.t > simulation_->now()) startFrom(from);
  if (!failed_ && simulation_->now() < t) replayTo_ = t;
  anchor();
}

void RunLoop::stopReplay() {
  replayTo_ = -1;
  anchor();
}

/// Puts state and parameters as they were when `checkpoint` was taken.
void RunLoop::startFrom(const Checkpoint& checkpoint) {
  // Marks of what is only being put back would stand at a wrong time.
  for (auto& [id, attached] : probes_)
    if (isMarks(attached.probe) && attached.isLive) simulation_->detach(id);
  const auto& edits = timeline_.edits();
  std::size_t applied = timeline_.applied();
  while (applied > 0 && edits[applied - 1].t >= checkpoint.t)
    applyEdit(inverse(edits[--applied].edit), "taking back");
  while (applied < edits.size() && edits[applied].t < checkpoint.t)
    applyEdit(edits[applied++].edit, "replaying");
  timeline_.setApplied(applied);
  if (auto restored = simulation_->restore(checkpoint, Simulation::Fit::Exact); !restored)
    fail({{Note::Level::Error,
           "cannot go back to " + timeText(checkpoint.t) + ": " + restored.error().text()}});
  for (auto& [id, attached] : probes_)
    if (isMarks(attached.probe)) tryAttach(attached);
  applyDue();
}

void RunLoop::post(Edit edit) {
  if (!simulation_) return;  // the project that is loaded next has it
  const Time now = simulation_->now();
  if (timeline_.applied() < timeline_.edits().size()) {
    // A rewound run takes another way from here: what was edited later holds from now on.
    timeline_.branch(now);
    applyDue();
  }
  if (!applyEdit(edit, "")) return;
  if (recorder_) recorder_->edited(now, edit);
  timeline_.stamp(now, std::move(edit));
}

bool RunLoop::applyEdit(const Edit& edit, std::string_view when) {
  const auto done = simulation_->apply(edit);
  if (done) return true;
  std::string text = edit.title.empty() ? "an edit" : edit.title;
  if (!when.empty()) text = std::string(when) + " " + text;
  Id item = Id::none;
  std::string key;
  if (!edit.ops.empty())
    if (const auto* set = std::get_if<Set>(&edit.ops.front())) item = set->item, key = set->key;
  addNote({Note::Level::Warning, text + ": " + done.error().text(), item, key});
  return false;
}

/// Applies the stamped edits whose time has come.
void RunLoop::applyDue() {
  const auto& edits = timeline_.edits();
  std::size_t applied = timeline_.applied();
  for (; applied < edits.size() && edits[applied].t <= simulation_->now(); ++applied) {
    applyEdit(edits[applied].edit, "replaying");
    if (recorder_) recorder_->edited(simulation_->now(), edits[applied].edit);
  }
  timeline_.setApplied(applied);
}

// ---- running ----------------------------------------------------------------------------------

RunLoop::Clock::time_point RunLoop::advance() {
  const Clock::time_point wall = Clock::now();
  if (!simulation_ || failed_ || (!playing_ && !isReplaying())) {
    moments_.clear();
    return Clock::time_point::max();
  }
  const Time now = simulation_->now();
  if (isReplaying()) {
    runTo(std::min(replayTo_, now + stretch_));
    if (failed_ || simulation_->now() >= replayTo_) stopReplay();
    return wall;
  }
  if (pace_ <= 0) {
    runTo(now + stretch_);
    return wall;
  }
  const Time dt = simulation_->dt();
  const Time piece = std::max(asTime(kPaceWall, pace_) / dt * dt, dt);
  const Time due = anchorTime_ + asTime(wall - anchorWall_, pace_);
  if (due < now + piece) {
    const std::chrono::duration<double, std::nano> wait(static_cast<double>(now + piece - due) /
                                                        pace_);
    return wall + std::chrono::duration_cast<Clock::duration>(
                      std::min<std::chrono::duration<double, std::nano>>(wait, 1s));
  }
  runTo(now + std::min((due - now) / dt * dt, std::max(stretch_, dt)));
  if (due - simulation_->now() > asTime(kLateWall, pace_)) anchorClock();
  return wall;
}

/// The clock starts to count from here.
void RunLoop::anchorClock() {
  anchorWall_ = Clock::now();
  anchorTime_ = simulation_ ? simulation_->now() : 0;
}

/// The same, and speeds are measured anew.
void RunLoop::anchor() {
  anchorClock();
  moments_.clear();
}

/// The next time at which something is to be done between two steps, `goal` at most.
Time RunLoop::stretchEnd(Time goal) const {
  const Time now = simulation_->now();
  const auto sooner = [&](Time t) {
    if (t > now) goal = std::min(goal, t);
  };
  sooner(timeline_.nextDue(now));
  if (timeline_.applied() < timeline_.edits().size())
    sooner(timeline_.edits()[timeline_.applied()].t);
  if (!isReplaying()) sooner(until_);
  if (recorder_) sooner(recordEnd_);
  return goal;
}

void RunLoop::runTo(Time goal) {
  const Time end = stretchEnd(goal);
  const Time begin = simulation_->now();
  const Clock::time_point started = Clock::now();
  Outcome outcome = simulation_->runUntil(end);
  const auto took = Clock::now() - started;
  if (const Time ran = simulation_->now() - begin; ran > 0 && took > 0ns) {
    const double longer = std::clamp(
        std::chrono::duration<double>(kStretchWall) / std::chrono::duration<double>(took), 0.5,
        2.0);
    const Time batch = simulation_->batch();
    const Time wanted = static_cast<Time>(static_cast<double>(std::max(ran, batch)) * longer);
    stretch_ = std::clamp(wanted / batch * batch, batch, std::max(batch, kLongestStretch));
  }
  for (Note& note : outcome.notes) renew(notes_, std::move(note));
  if (notes_.size() > kMostNotes)
    notes_.erase(notes_.begin(), notes_.end() - static_cast<std::ptrdiff_t>(kMostNotes));
  if (outcome.why == Why::NotFinite || outcome.why == Why::Device) return fail({});
  arrive();
}

/// What is due at the time that was reached.
void RunLoop::arrive() {
  const Time now = simulation_->now();
  measure();
  applyDue();
  if (timeline_.isDue(now)) timeline_.add(simulation_->save());
  if (recorder_ && recorder_->error()) endRecording("");
  if (recorder_ && now >= recordEnd_) {
    endRecording("");
    playing_ = false;
  }
  if (until_ > 0 && now >= until_ && !isReplaying()) playing_ = false, until_ = 0;
}

void RunLoop::measure() {
  const Clock::time_point wall = Clock::now();
  if (!moments_.empty() && wall - moments_.back().wall < kMomentWall) return;
  moments_.push_back({wall, simulation_->now(), simulation_->totals().synapticEvents});
  while (moments_.size() > 2 && wall - moments_.front().wall > kFactorWall) moments_.pop_front();
}

void RunLoop::fail(Notes notes) {
  for (Note& note : notes) addNote(std::move(note));
  failed_ = true;
  playing_ = false;
  replayTo_ = -1;
  endRecording("the run failed");
}

void RunLoop::addNote(Note note) {
  const bool known = std::ranges::any_of(notes_, [&](const Note& n) {
    return n.item == note.item && n.key == note.key && n.text == note.text;
  });
  if (known) return;
  if (notes_.size() >= kMostNotes) notes_.erase(notes_.begin());
  notes_.push_back(std::move(note));
}

// ---- recording --------------------------------------------------------------------------------

void RunLoop::record(std::unique_ptr<Recorder> recorder, Time end) {
  if (!simulation_) {
    addNote({Note::Level::Error, "there is no network to record yet"});
    return;
  }
  endRecording("another recording began");
  failed_ = false;
  replayTo_ = -1;
  // What is set now holds from the start.
  timeline_.setApplied(0);
  timeline_.branch(0);
  if (auto restored = simulation_->restore(timeline_.before(0), Simulation::Fit::Exact); !restored)
    return fail({{Note::Level::Error, "cannot start from 0: " + restored.error().text()}});
  recorder_ = std::move(recorder);
  recordEnd_ = end;
  until_ = 0;
  if (auto attached = recorder_->attach(*simulation_); !attached) {
    addNote({Note::Level::Error, "cannot record: " + attached.error().text()});
    recorder_.reset();
    return;
  }
  simulation_->listen([this](std::span<const FiredSpike> spikes) { recorder_->take(spikes); });
  applyDue();
  anchor();
}

void RunLoop::stopRecord() { endRecording(""); }

void RunLoop::endRecording(std::string_view why) {
  if (!recorder_) return;
  simulation_->listen(nullptr);
  const Time now = simulation_->now();
  const auto made = recorder_->finish(*simulation_, now);
  if (!made)
    addNote({Note::Level::Error, "the recording is lost: " + made.error().text()});
  else if (!why.empty())
    addNote({Note::Level::Info, "recorded up to " + timeText(now) + ", " + std::string(why) + ": " +
                                    recorder_->path().string()});
  recorder_.reset();
}

// ---- what the panels see ----------------------------------------------------------------------

RunStatus RunLoop::status() const {
  RunStatus status;
  status.pace = pace_;
  status.recording = recorder_ != nullptr;
  status.notes = notes_;
  for (const auto& [id, attached] : probes_)
    status.dropped +=
        std::visit([](const auto& ring) { return ring.dropped(); }, *attached.channel);
  if (!simulation_) return status;
  using State = RunStatus::State;
  status.state = failed_                     ? State::Failed
                 : playing_ || isReplaying() ? State::Running
                                             : State::Paused;
  status.now = simulation_->now();
  status.replayTo = replayTo_;
  status.checkpoints = timeline_.times();
  const Totals totals = simulation_->totals();
  status.neurons = totals.neurons;
  status.synapses = totals.synapses;
  status.threads = totals.threads;
  status.thinned = totals.thinned;
  status.thinning = totals.thinning;
  if (moments_.size() > 1) {
    const Moment &first = moments_.front(), &last = moments_.back();
    const double seconds = std::chrono::duration<double>(last.wall - first.wall).count();
    status.realTimeFactor = toSeconds(last.now - first.now) / seconds;
    status.stepsPerSecond =
        static_cast<double>((last.now - first.now) / simulation_->dt()) / seconds;
    status.synapticEventsPerSecond = static_cast<double>(last.events - first.events) / seconds;
  }
  return status;
}

}  // namespace spk
