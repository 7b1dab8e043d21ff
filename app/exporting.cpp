// What File → Export writes: clips of events and films of views.
#include <QFileDialog>

#include "app/Docks.h"
#include "app/ExportDesk.h"
#include "app/MainWindow.h"
#include "engine/run/RunSource.h"
#include "engine/run/projectSettings.h"
#include "panels/kit/acts.h"

namespace spk {
namespace fs = std::filesystem;
namespace {

/// From the values, else between the project's marks, else all of its run so far, or of its
/// duration if it has not run yet.
std::pair<Time, Time> span(const Values& values, const Workbench& bench) {
  Time from = 0, to = 0;
  for (const auto& [id, item] : bench.project().items) {
    if (item.type != "project.marks") continue;
    from = fromMilliseconds(numberOr(item.values, "in", 0));
    to = fromMilliseconds(numberOr(item.values, "out", 0));
  }
  from = integerOr(values, "from", from);
  to = integerOr(values, "to", to);
  if (to <= 0) to = bench.status().now > from ? bench.status().now : durationOf(bench.project());
  return {from, to};
}

/// Formats that can be written, for a dialog: "Prophesee RAW EVT3 (*.raw);;…".
QString kinds(const Registry& registry) {
  QStringList all;
  for (const FileFormat& format : registry.fileFormats()) {
    if (!format.write) continue;
    QString endings = QString::fromStdString(format.endings).split(u' ').join(u" *");
    all << QStringLiteral("%1 (*%2)").arg(QString::fromStdString(format.title), endings);
  }
  return all.join(QStringLiteral(";;"));
}

std::string formatOfKind(const Registry& registry, const QString& kind) {
  for (const FileFormat& format : registry.fileFormats())
    if (format.write && kind.startsWith(QString::fromStdString(format.title + " (*")))
      return format.id;
  return {};
}

}  // namespace

Result<void> MainWindow::exportEvents(const Values& values) {
  EventExport wish;
  wish.what.item = itemOf(values);
  wish.what.port = textOr(values, "port", "");
  if (wish.what.item == Id::none && !bench_->looking().selection.empty())
    wish.what.item = bench_->looking().selection.front();
  if (wish.what.item == Id::none) wish.what.item = docks_->currentView();
  if (wish.what.item == Id::none)
    return Error{"select a node, wire or view that carries events", "export"};
  TRY_DO(eventsOutput(bench_->project(), registry_, wish.what));
  wish.path = textOr(values, "path", "");
  wish.format = textOr(values, "format", "");
  if (wish.path.empty()) {
    QString kind;
    const QString name =
        QString::fromStdString(itemPath(bench_->project(), wish.what.item) + ".h5");
    wish.path =
        QFileDialog::getSaveFileName(this, tr("Export the events"), name, kinds(registry_), &kind)
            .toStdString();
    wish.format = formatOfKind(registry_, kind);
  }
  if (wish.path.empty()) return {};
  if (const std::string region = textOr(values, "region", ""); !region.empty()) {
    TRY(wish.cut.region, regionFrom(region));
  }
  std::tie(wish.cut.from, wish.cut.to) = span(values, *bench_);
  TRY_DO(exports_->exportEvents(std::move(wish)));
  say(tr("the project is run for its events"));
  return {};
}

/// The film of the view at the front and the events of what is selected, side by side, between the
/// marks; beside the project, so that nothing is asked.
Result<void> MainWindow::exportClip(const Values& values) {
  fs::path base = textOr(values, "path", "");
  if (base.empty() && !bench_->needsPlace())
    base = bench_->path().parent_path() / (bench_->path().stem().string() + "_clip");
  if (base.empty())
    base = QFileDialog::getSaveFileName(this, tr("Export the clip: a film and its events"),
                                        QStringLiteral("clip"), tr("Any name (*)"))
               .toStdString();
  if (base.empty()) return {};
  Values events = values, film = values;
  film.erase("item");
  events["path"] = base.string() + ".h5";
  events["format"] = std::string("hdf5_ecf");
  film["path"] = base.string() + ".mp4";
  TRY_DO(exportEvents(events));
  return exportFilm(film);
}

Result<void> MainWindow::exportFilm(const Values& values) {
  Id view = itemOf(values);
  if (view == Id::none) view = docks_->currentView();
  if (!docks_->viewPanel(view)) return Error{"there is no view to film", "export"};
  for (const auto& [id, item] : bench_->project().items)
    if (item.type == "project.marks" && switchOr(item.values, "loop", false))
      return Error{"the run goes round between the marks; end the loop to film it", "export"};
  FilmOrder order;
  order.out = textOr(values, "path", "");
  if (order.out.empty())
    order.out = QFileDialog::getSaveFileName(
                    this, tr("Export a film of the view"),
                    QString::fromStdString(itemPath(bench_->project(), view) + ".mp4"),
                    tr("Film (*.mp4 *.webm *.gif);;Pictures in a folder (*.png)"))
                    .toStdString();
  if (order.out.empty()) return {};
  order.framesPerSecond = numberOr(values, "frames_per_second", order.framesPerSecond);
  order.speed = numberOr(values, "speed", order.speed);
  const auto width = integerOr(values, "width", order.size.width()),
             height = integerOr(values, "height", order.size.height());
  order.size = {static_cast<int>(width), static_cast<int>(height)};
  std::tie(order.from, order.to) = span(values, *bench_);
  TRY_DO(exports_->film(view, order));
  say(tr("the view is filmed"));
  return {};
}

}  // namespace spk
