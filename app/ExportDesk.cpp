#include "app/ExportDesk.h"

#include <QCoreApplication>
#include <atomic>
#include <chrono>
#include <thread>

#include "app/Workbench.h"
#include "engine/run/RunSource.h"
#include "engine/run/projectSettings.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

using namespace std::chrono_literals;

QString translated(const char* words) { return QCoreApplication::translate("ExportDesk", words); }
QString shown(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

}  // namespace

/// What a film and the job that shows its progress tell each other.
struct ExportDesk::Shared {
  std::atomic<double> share = 0;
  std::atomic<bool> done = false, stopped = false;
};

ExportDesk::~ExportDesk() {
  film_.reset();
  if (shared_) shared_->done = true;
  if (standing_.valid()) standing_.wait();
  if (events_.valid()) {
    for (const JobStatus& job : bench_.jobs().list())
      if (job.title.starts_with("export events")) job.control->stop();
    events_.wait();
  }
}

Result<void> ExportDesk::exportEvents(EventExport wish) {
  if (events_.valid()) return Error{"events are being exported already", wish.path.string()};
  TRY_DO(formatToWrite(wish.format, wish.path, bench_.registry()));
  TRY_DO(eventsOutput(bench_.project(), bench_.registry(), wish.what));
  eventsTo_ = wish.path;
  events_ = bench_.jobs().start(
      "export events to " + wish.path.filename().string(),
      [wish = std::move(wish),
       copy = withAbsolutePaths(bench_.project(), bench_.registry(), bench_.path().parent_path()),
       &registry = bench_.registry(), &targets = bench_.targets()](JobControl& control) mutable {
        wish.progress = [&control](double share) {
          control.progress(share);
          return !control.stopped();
        };
        return spk::exportEvents(copy, registry, targets, wish);
      });
  return {};
}

Result<void> ExportDesk::film(Id view, const FilmOrder& order) {
  if (film_) return Error{"a film is being made already", order.out.string()};
  Panel* panel = panelOf_(view);
  if (!panel) return Error{"there is no view to film", order.out.string()};
  auto maker = std::make_unique<FilmMaker>(bench_, *panel, order);
  TRY_DO(maker->begin());
  film_ = std::move(maker);
  view_ = view;
  filmed_ = panel;
  shared_ = std::make_shared<Shared>();
  standing_ = bench_.jobs().start("film " + order.out.filename().string(),
                                  [shared = shared_](JobControl& control) {
                                    while (!shared->done) {
                                      control.progress(shared->share);
                                      if (control.stopped()) shared->stopped = true;
                                      std::this_thread::sleep_for(20ms);
                                    }
                                    return 0;
                                  });
  return {};
}

void ExportDesk::tick() {
  if (film_) {
    // A view that goes away takes its film with it.
    if (shared_->stopped || panelOf_(view_) != filmed_) film_->cancel();
    film_->tick();
    shared_->share = film_->share();
    if (film_->made()) finishFilm();
  }
  if (events_.valid() && events_.wait_for(0s) == std::future_status::ready) finishEvents();
}

void ExportDesk::finishEvents() {
  const auto report = events_.get();
  if (!onDone) return;
  if (!report) {
    onDone(translated("Events were not exported: %1")
               .arg(QString::fromStdString(report.error().text())),
           false);
    return;
  }
  QString words = translated("%1 events written to %2 (%3)")
                      .arg(shownCount(static_cast<std::uint64_t>(report.value().events)),
                           shown(eventsTo_), QString::fromStdString(report.value().format));
  for (const Note& note : report.value().notes)
    if (note.level != Note::Level::Info) words += u'\n' + QString::fromStdString(note.text);
  onDone(words, true);
}

void ExportDesk::finishFilm() {
  const auto made = *film_->made();
  const QString besides = film_->words();
  film_.reset();
  filmed_ = nullptr;
  shared_->done = true;
  shared_.reset();
  if (!onDone) return;
  if (made)
    onDone(translated("film written: %1").arg(shown(made.value())) +
               (besides.isEmpty() ? besides : u'\n' + besides),
           true);
  else
    onDone(translated("No film: %1").arg(QString::fromStdString(made.error().text())), false);
}

}  // namespace spk
