#include "app/Workbench.h"

#include <algorithm>
#include <chrono>

#include "engine/graph/ProjectFile.h"
#include "engine/graph/blobs.h"
#include "engine/graph/check.h"
#include "engine/run/projectSettings.h"
#include "engine/sim/CpuSimulation.h"

namespace spk {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

template <class T>
bool isReady(const std::future<T>& future) {
  return future.valid() && future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

std::int64_t milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch())
      .count();
}

double paceOf(const Project& project) { return numberOr(project.settings().values, "pace", 1); }

/// Whether the run may read any of it; the pace is told to the runner by itself.
bool concernsRun(const Edit& edit) {
  return std::ranges::any_of(edit.ops, [](const Operation& op) {
    const auto* set = std::get_if<Set>(&op);
    const bool looks = set && (set->key == "x" || set->key == "y" || set->key == "name");
    return set && !looks && (set->item != Id::settings || set->key != "pace");
  });
}

/// Whether every value is one that its parameter may have. What is not is said by check() on its
/// node; the run goes on with the value before.
bool isAllowed(const Edit& edit, const Project& project, const Registry& registry) {
  return std::ranges::all_of(edit.ops, [&](const Operation& op) {
    const auto* set = std::get_if<Set>(&op);
    const auto* value = set ? std::get_if<Value>(&set->after) : nullptr;
    const Item* item = value ? project.find(set->item) : nullptr;
    if (!item) return true;
    const Shape shape = registry.describe(*item);
    const Parameter* parameter = shape.parameter(set->key);
    return !parameter || static_cast<bool>(checkValue(*parameter, *value));
  });
}

/// Whether it may change what the views watch.
bool changesProbes(const Edit& edit) {
  return std::ranges::any_of(edit.ops, [](const Operation& op) {
    const auto* set = std::get_if<Set>(&op);
    return !set || set->key == "neurons" || set->key == "every" || set->key == "from" ||
           set->key == "to";
  });
}

fs::path journalPath(const fs::path& project) {
  return Journal::pathFor(isShipped(project) ? fs::path{} : project);
}

}  // namespace

Workbench::Workbench(const Registry& registry, const Targets& targets, Jobs& jobs,
                     OpenedProject opened)
    : registry_(registry),
      targets_(targets),
      jobs_(jobs),
      path_(std::move(opened.path)),
      document_(std::move(opened.project)),
      onDisk_(document_.project()),
      recovery_(std::move(opened.recovery)),
      recoveryFrom_(std::move(opened.recoveryFrom)),
      runner_(registry),
      reports_(registry, jobs),
      importNotes_(std::move(opened.notes)),
      context_{.document = document_,
               .registry = registry_,
               .tape = [this](Id probe) { return tapes_.find(probe); },
               .recording = [](Id) { return std::shared_ptr<const Recording>{}; },
               .status = [this]() -> const RunStatus& { return status_; },
               .ask = [this](Id item, What what) { return runner_.ask(item, std::move(what)); },
               .jobs = jobs_,
               .looking = [this]() -> const Looking& { return looking_; },
               .notes = [this] { return std::span<const Note>(notes_); },
               .commit = [this](Edit edit,
                                std::string_view key) { return commit(std::move(edit), key); },
               .newId = [this] { return document_.newId(); },
               .act =
                   [this](std::string_view name, const Values& values) {
                     return onAct ? onAct(name, values)
                                  : Result<Value>(Error{"no window", std::string(name)});
                   }} {
  document_.onEdit = [this](const Edit& edit) { edited(edit); };
  history_.onStep = [this](const Edit& edit) {
    if (isSaving()) sinceSave_.push_back(edit);
    if (const auto done = journal_.append(edit); !done) warnOfJournal(done.error());
    checkAgain_ = true;
  };
  history_.onForget = [this](std::span<const Id> ids) { runner_.forget(ids); };
  openJournal(onDisk_);
  status_.pace = paceOf(project());
  runner_.pace(status_.pace);
  buildAgain_ = checkAgain_ = true;
}

Workbench::~Workbench() {
  document_.onEdit = nullptr;
  history_.onStep = nullptr;
  if (saving_.valid()) saving_.wait();
  journal_.discard();  // a clean end leaves nothing to recover
}

// Editing
// ------------------------------------------------------------------------------------------

Result<void> Workbench::commit(Edit edit, std::string_view mergeKey) {
  const auto done = history_.commit(std::move(edit), mergeKey);
  if (onHistory) onHistory();
  return done;
}
Result<void> Workbench::undo() {
  const auto done = history_.undo();
  if (onHistory) onHistory();
  return done;
}
Result<void> Workbench::redo() {
  const auto done = history_.redo();
  if (onHistory) onHistory();
  return done;
}

void Workbench::edited(const Edit& edit) {
  // The edit is done: its inverse is what speaks of the project as it is now.
  if (needsRebuild(inverse(edit), project(), registry_)) {
    buildAgain_ = true;
  } else if (concernsRun(edit) && isAllowed(edit, project(), registry_)) {
    runner_.post(edit);
    editedLive_ = true;
    if (isBuilding()) sinceBuild_.push_back(edit);
  }
  if (changesProbes(edit)) {
    probesChanged_ = true;
    const std::size_t before = looking_.selection.size();
    std::erase_if(looking_.selection, [this](Id id) { return !project().find(id); });
    if (looking_.selection.size() != before) ++looking_.version;
  }
  if (const double pace = paceOf(project()); pace != status_.pace) {
    status_.pace = pace;
    runner_.pace(pace);
  }
  if (onEdit) onEdit(edit);
}

void Workbench::select(std::vector<Id> items) {
  std::erase_if(items, [this](Id id) { return !project().find(id); });
  if (items == looking_.selection) return;
  looking_.selection = std::move(items);
  ++looking_.version;
}

void Workbench::showCursor(Time t) {
  if (t == looking_.cursor) return;
  looking_.cursor = t;
  ++looking_.version;
}

// Running
// ------------------------------------------------------------------------------------------

bool Workbench::isPlaying() const {
  return playWhenBuilt_ || status_.state == RunStatus::State::Running;
}

void Workbench::play() {
  const bool nothing =
      status_.state == RunStatus::State::Empty || status_.state == RunStatus::State::Building;
  if (nothing && !isBuilding()) buildAgain_ = true;
  // What runs is what is drawn: the old network would pass over the first moments of the new one,
  // which may be all of a short recording.
  if (isBuilding() || buildAgain_) {
    playWhenBuilt_ = true;
    return;
  }
  runner_.play();
  status_.state = RunStatus::State::Running;
}

void Workbench::pause() {
  playWhenBuilt_ = false;
  runner_.pause();
  if (status_.state == RunStatus::State::Running) status_.state = RunStatus::State::Paused;
}

void Workbench::step() {
  pause();
  runner_.step();
}

void Workbench::rewind(Time t) { runner_.rewind(std::max<Time>(0, t)); }

Result<void> Workbench::record(const fs::path& path) {
  if (buildAgain_ || isBuilding() || editedLive_) {
    recordWhenBuilt_ = path;
    playWhenBuilt_ = buildAgain_ = true;
    return {};
  }
  const auto begun = runner_.record(path);
  if (begun) runner_.play();
  return begun;
}

void Workbench::setThreads(unsigned threads) {
  threads_ = threads;
  buildAgain_ = true;
}

void Workbench::startBuild() {
  Target* target = targets_.target("cpu");
  if (!target) {
    buildNotes_ = {{Note::Level::Error, "this program has no target \"cpu\" to run on"}};
    notesMoved_ = true;
    buildAgain_ = false;
    return;
  }
  Item options{Id::none, "target.cpu", {}, {}, {}, {}};
  if (threads_ > 0) options.values["threads"] = static_cast<std::int64_t>(threads_);
  buildOf_ = project();
  buildAgain_ = false;
  sinceBuild_.clear();
  build_ = jobs_.start("build the network",
                       [target, options, copy = project(), &registry = registry_,
                        folder = path_.parent_path()](JobControl&) -> Built {
                         return target->start(withAbsolutePaths(copy, registry, folder), registry,
                                              options);
                       });
}

void Workbench::finishBuild() {
  Built built = build_.get();
  buildNotes_.clear();
  notesMoved_ = true;
  if (!built) {
    recordWhenBuilt_.clear();
    // check() says the same of most; what it does not know is said here.
    buildNotes_ = {{Note::Level::Error, built.error().text()}};
    if (const auto item = itemByPath(buildOf_, built.error().where))
      buildNotes_[0].item = item.value();
    // The network of before, if there is one, serves on.
    if (status_.state == RunStatus::State::Paused && std::exchange(playWhenBuilt_, false))
      runner_.play();
    return;
  }
  runner_.load(std::move(built).value(), std::move(buildOf_));
  editedLive_ = !sinceBuild_.empty();
  for (Edit& edit : sinceBuild_) runner_.post(std::move(edit));
  sinceBuild_.clear();
  if (!recordWhenBuilt_.empty())
    if (const auto begun = record(std::exchange(recordWhenBuilt_, {})); !begun)
      buildNotes_ = {{Note::Level::Error, begun.error().text()}};
  if (std::exchange(playWhenBuilt_, false)) runner_.play();
}

void Workbench::startCheck() {
  checkAgain_ = false;
  checking_ = jobs_.start(
      "check",
      [copy = project(), &registry = registry_, folder = path_.parent_path()](JobControl&) {
        return check(copy, registry, folder);
      },
      Jobs::Lane::Quick);
}

Json Workbench::fileReport(Id camera) {
  const Item* item = project().find(camera);
  if (!item) return Json{"{}"};
  const Project placed = withAbsolutePaths(project(), registry_, path_.parent_path());
  return reports_.report(*placed.find(camera));
}

void Workbench::stopFileReport(Id camera) {
  const Project placed = withAbsolutePaths(project(), registry_, path_.parent_path());
  if (const Item* item = placed.find(camera)) reports_.stop(*item);
}

// The file
// -----------------------------------------------------------------------------------------

void Workbench::openJournal(const Project& base) {
  journalNotes_.clear();
  notesMoved_ = true;
  if (const auto opened = journal_.open(journalPath(path_), base); !opened)
    warnOfJournal(opened.error());
}

void Workbench::warnOfJournal(const Error& error) {
  if (!journalNotes_.empty()) return;
  journalNotes_ = {{Note::Level::Warning, "edits are not safe from a crash: " + error.text()}};
  notesMoved_ = true;
}

Result<void> Workbench::save(const fs::path& path) {
  if (isSaving()) {  // what came meanwhile is saved next
    saveNext_ = path;
    return {};
  }
  history_.closeMerge();
  savingTo_ = path;
  savingOf_ = project();
  savingState_ = history_.state();
  sinceSave_.clear();
  if (path == path_)
    if (const auto told = journal_.saving(savingOf_); !told) warnOfJournal(told.error());
  saving_ = jobs_.start(
      "save " + path.filename().string(),
      [copy = savingOf_, path, from = path_.parent_path(),
       &registry = registry_](JobControl&) -> Result<std::vector<std::string>> {
        // Files keep their relative names only where they lie as they did.
        const bool moves = !from.empty() && from != path.parent_path();
        TRY_DO(spk::save(moves ? withAbsolutePaths(copy, registry, from) : copy, path));
        return strayBlobs(path);
      },
      Jobs::Lane::Quick);
  return {};
}

void Workbench::finishSave() {
  const Result<std::vector<std::string>> strays = saving_.get();
  const Result<void> done = strays ? Result<void>() : strays.error();
  if (done) {
    const bool moved = path_ != savingTo_;
    // What was not decided on waits beside the file it belongs to, unless that was written over.
    moved ? recovery_.reset() : forgetRecovery();
    path_ = savingTo_;
    onDisk_ = std::move(savingOf_);
    history_.markSaved(savingState_);
    if (moved) {
      journal_.discard();
      openJournal(onDisk_);
      for (const Edit& edit : sinceSave_)
        if (const auto kept = journal_.append(edit); !kept) warnOfJournal(kept.error());
    } else if (const auto begun = journal_.saved(); !begun) {
      warnOfJournal(begun.error());
    }
    removeBlobs(strays.value(), sinceSave_, blobFolder(path_));
  }
  sinceSave_.clear();
  if (onSaved) onSaved(done);
  if (const auto next = std::exchange(saveNext_, std::nullopt)) (void)save(*next);
}

Result<void> Workbench::recover() {
  if (!recovery_) return Error{"the edits wait beside the file that they belong to", ""};
  const int count = recovery_->edits;
  Edit edit = difference(project(), recovery_->project,
                         "Recover " + std::to_string(count) + (count == 1 ? " edit" : " edits"));
  if (!edit.ops.empty())
    if (const auto done = commit(std::move(edit)); !done) return done;
  forgetRecovery();
  return {};
}

void Workbench::forgetRecovery() {
  if (!recovery_) return;
  recovery_.reset();
  std::error_code failed;
  fs::remove(recoveryFrom_, failed);
}

// Heartbeat
// ----------------------------------------------------------------------------------------

void Workbench::gatherNotes() {
  notes_.clear();
  for (const Notes* some : {&buildNotes_, &checkNotes_, &journalNotes_, &importNotes_})
    notes_.insert(notes_.end(), some->begin(), some->end());
  // The engine names a fault that check has named already.
  if (!buildNotes_.empty() && std::ranges::any_of(checkNotes_, [](const Note& note) {
        return note.level == Note::Level::Error;
      }))
    notes_.erase(notes_.begin(), notes_.begin() + static_cast<std::ptrdiff_t>(buildNotes_.size()));
  notes_.insert(notes_.end(), status_.notes.begin(), status_.notes.end());
  std::ranges::stable_sort(notes_, std::ranges::greater{}, &Note::level);
}

Workbench::Moved Workbench::tick() {
  Moved moved;
  if (isReady(saving_)) finishSave(), moved.status = true;
  if (isReady(checking_)) checkNotes_ = checking_.get(), notesMoved_ = true;
  const bool isBuilt = isReady(build_);
  // What is watched is told before the network starts: a fast one runs a second before the next
  // tick.
  if (probesChanged_ && (isBuilt || !build_.valid())) {
    probesChanged_ = false;
    tapes_.watch(project(), registry_);
  }
  if (isBuilt) finishBuild(), moved.status = true;
  if (buildAgain_ && !build_.valid()) startBuild(), moved.status = true;
  if (checkAgain_ && !checking_.valid()) startCheck();

  RunStatus fresh = runner_.status();
  fresh.pace = status_.pace;
  if (fresh.state == RunStatus::State::Empty && isBuilding())
    fresh.state = RunStatus::State::Building;
  if (fresh.notes.size() != status_.notes.size() ||
      !std::ranges::equal(fresh.notes, status_.notes, {}, &Note::text, &Note::text))
    notesMoved_ = true;
  moved.status = moved.status || fresh.state != status_.state || fresh.now != status_.now ||
                 fresh.recording != status_.recording;
  status_ = std::move(fresh);
  keepLoop();
  tapes_.drain(status_);
  moved.data = std::exchange(tapesSeen_, tapes_.version()) != tapes_.version();
  if (std::exchange(notesMoved_, false)) gatherNotes(), moved.notes = true;
  moved.looking = std::exchange(lookingSeen_, looking_.version) != looking_.version;

  if (const std::int64_t now = milliseconds(); now - syncedAt_ >= 1000) {
    syncedAt_ = now;
    if (const auto synced = journal_.sync(); !synced) warnOfJournal(synced.error());
  }
  return moved;
}

}  // namespace spk
