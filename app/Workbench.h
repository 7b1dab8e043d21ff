#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "app/FileReports.h"
#include "app/Tapes.h"
#include "app/openProject.h"
#include "engine/graph/History.h"
#include "engine/run/Runner.h"
#include "engine/run/Target.h"
#include "panels/kit/Panel.h"

namespace spk {

/// One open project and its run: document, history, journal, runner, tapes, notes. Knows no widget;
/// GUI thread.
class Workbench {
 public:
  /// All three are borrowed for its life.
  Workbench(const Registry& registry, const Targets& targets, Jobs& jobs, OpenedProject opened);
  ~Workbench();
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  PanelContext& context() { return context_; }
  const Registry& registry() const { return registry_; }
  const Targets& targets() const { return targets_; }
  Jobs& jobs() const { return jobs_; }
  const Document& document() const { return document_; }
  const Project& project() const { return document_.project(); }
  const RunStatus& status() const { return status_; }
  const Looking& looking() const { return looking_; }
  std::span<const Note> notes() const { return notes_; }
  const Tapes& tapes() const { return tapes_; }

  // Editing ---------------------------------------------------------------------------------------
  Result<void> commit(Edit edit, std::string_view mergeKey = {});
  void closeMerge() { history_.closeMerge(); }
  Result<void> undo();
  Result<void> redo();
  const History& history() const { return history_; }
  void select(std::vector<Id> items);
  void showCursor(Time t);

  // Running ---------------------------------------------------------------------------------------
  void play();  ///< at once, or as soon as the network is built
  void pause();
  void step();
  void rewind(Time t);
  /// So many slices (project.marks) on, where it pauses; or back, exactly as it was.
  void jog(int slices);
  struct Marks {
    Time in = 0, out = 0;  ///< out = 0: none
    bool loop = false;
    Time slice = 10 * kMillisecond;
  };
  Marks marks() const;
  enum class Mark { In, Out };
  Result<void> markHere(Mark mark);
  /// Between the marks; without an out mark, from the in mark to where the run is.
  Result<void> toggleLoop();
  Result<void> addBookmark(std::string name);
  /// To the next bookmark after now (direction 1) or the one before (−1).
  Result<void> goToBookmark(int direction);
  /// Records to `path` from t = 0, and plays. What was edited since the network was built is built
  /// in first: the file is that of this project, run from its start.
  Result<void> record(const std::filesystem::path& path);
  bool isPlaying() const;
  bool isBuilding() const { return build_.valid(); }
  /// Threads of the simulation; 0: one per core. Builds anew.
  void setThreads(unsigned threads);
  unsigned threads() const { return threads_; }
  Runner& runner() { return runner_; }

  /// What the recording of a camera's node holds, as far as it has been read: FileReports.
  Json fileReport(Id camera);
  void stopFileReport(Id camera);

  // The file --------------------------------------------------------------------------------------
  const std::filesystem::path& path() const { return path_; }
  std::string title() const { return projectTitle(path_); }
  bool isEdited() const { return !history_.isSaved(); }
  /// Whether "save" needs to ask where.
  bool needsPlace() const { return path_.empty() || isShipped(path_); }
  /// On a job, from a copy; onSaved tells the outcome. While one is on its way, the next waits.
  Result<void> save(const std::filesystem::path& path);
  /// The project as its file has it.
  const Project& onDisk() const { return onDisk_; }
  bool isSaving() const { return saving_.valid() || saveNext_.has_value(); }
  const std::optional<Journal::Recovery>& recovery() const { return recovery_; }
  Result<void> recover();  ///< one edit, which can be undone
  void forgetRecovery();

  // Heartbeats ------------------------------------------------------------------------------------
  struct Moved {
    bool data = false, looking = false, notes = false, status = false;
    bool any() const { return data || looking || notes || status; }
  };
  /// 30 times a second: rings into tapes, finished jobs, the journal to the disk.
  Moved tick();
  std::function<void(const Edit&)> onEdit;
  std::function<void()> onHistory;  ///< after onEdit: what can be undone and redone is new
  std::function<void(const Result<void>&)> onSaved;
  /// A row of the action table, for panels.
  std::function<Result<Value>(std::string_view name, const Values& values)> onAct;

 private:
  using Built = Result<std::unique_ptr<Simulation>>;

  void edited(const Edit& edit);
  void startBuild();
  void finishBuild();
  void startCheck();
  void finishSave();
  void openJournal(const Project& base);
  void warnOfJournal(const Error& error);
  void gatherNotes();
  const Item* marksItem() const;
  Result<void> setMarks(std::string title, const Values& values);
  void keepLoop();

  const Registry& registry_;
  const Targets& targets_;
  Jobs& jobs_;
  std::filesystem::path path_;
  Document document_;
  History history_{document_};
  Journal journal_;
  Project onDisk_;  // what the file holds: the journal continues it
  std::optional<Journal::Recovery> recovery_;
  std::filesystem::path recoveryFrom_;

  Runner runner_;
  Tapes tapes_{runner_};
  FileReports reports_;
  RunStatus status_;
  Looking looking_;
  unsigned threads_ = 0;
  bool playWhenBuilt_ = false;
  Time jogTo_ = 0, loopTo_ = 0;  // where it pauses after a step, or to begin again; 0: nowhere
  std::filesystem::path recordWhenBuilt_;  // empty: nothing waits

  std::future<Built> build_;
  Project buildOf_;
  bool buildAgain_ = false, probesChanged_ = true;
  bool editedLive_ = false;       // since the network that runs was built
  std::vector<Edit> sinceBuild_;  // live edits that the network under way does not know yet

  std::future<Notes> checking_;
  bool checkAgain_ = false;
  Notes importNotes_, checkNotes_, buildNotes_, journalNotes_, notes_;
  bool notesMoved_ = true;

  std::future<Result<std::vector<std::string>>> saving_;  // gives the arrays none needs now
  std::filesystem::path savingTo_;
  std::optional<std::filesystem::path> saveNext_;
  Project savingOf_;
  std::uint64_t savingState_ = 0;
  std::vector<Edit> sinceSave_;

  std::uint64_t tapesSeen_ = 0, lookingSeen_ = 0;
  std::int64_t syncedAt_ = 0;
  PanelContext context_;
};

}  // namespace spk
