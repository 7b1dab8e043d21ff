#pragma once
#include <QString>
#include <functional>
#include <future>
#include <memory>

#include "app/FilmMaker.h"
#include "engine/run/exportEvents.h"

namespace spk {

/// Clips and films of the open project that are being written; each shows as a job with a progress
/// bar and a button that stops it.
class ExportDesk {
 public:
  /// @param bench    borrowed for its life
  /// @param panelOf  of a view; null if it has none, or no longer
  ExportDesk(Workbench& bench, std::function<Panel*(Id)> panelOf)
      : bench_(bench), panelOf_(std::move(panelOf)) {}
  ~ExportDesk();

  /// Runs a copy of the project for its events. Error if it cannot even begin, or one is under way.
  Result<void> exportEvents(EventExport wish);
  /// Drives the open project's own run.
  Result<void> film(Id view, const FilmOrder& order);
  void tick();
  bool isBusy() const { return events_.valid() || film_; }

  /// What was made, or why not.
  std::function<void(const QString& words, bool isGood)> onDone;

 private:
  struct Shared;  // with the job that stands for a film
  void finishEvents();
  void finishFilm();

  Workbench& bench_;
  std::function<Panel*(Id)> panelOf_;
  std::future<Result<EventExportReport>> events_;
  std::filesystem::path eventsTo_;
  std::unique_ptr<FilmMaker> film_;
  Id view_ = Id::none;
  const Panel* filmed_ = nullptr;
  std::shared_ptr<Shared> shared_;
  std::future<int> standing_;
};

}  // namespace spk
