#include "app/render.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QThread>
#include <QWidget>
#include <algorithm>
#include <cstdio>

#include "app/FilmMaker.h"
#include "app/Workbench.h"
#include "engine/run/projectSettings.h"
#include "panels/kit/Panel.h"

namespace spk {

std::vector<PanelType> panelTypes();  // made by panels/CMakeLists.txt

namespace {

constexpr double kDotsPerInch = 150;
constexpr Time kPiece = 100 * kMillisecond;

Result<const PanelType*> viewType(const std::vector<PanelType>& types, const Project& project,
                                  Id view) {
  const std::string& type = project.find(view)->type;
  for (const PanelType& each : types)
    if (each.id == type) return &each;
  std::string views;
  for (const auto& [id, item] : project.items)
    if (item.type.starts_with("view."))
      views += (views.empty() ? "" : ", ") + textOr(item.values, "name", "");
  return Error{"is no view; the views are: " + views, itemPath(project, view)};
}

/// Ticks until the run has come to its end, in pieces that the rings hold: flat out, the run would
/// be past its views otherwise.
Result<void> runThrough(Workbench& bench, Time end) {
  bench.runner().pace(0);
  QElapsedTimer quiet;
  quiet.start();
  for (Time goal = 0; bench.status().now < end;) {
    const Time before = bench.status().now;
    if (before >= goal) {
      goal = std::min(end, before + kPiece);
      bench.runner().until(goal);
      bench.play();
    }
    bench.tick();
    QApplication::processEvents();
    QThread::msleep(4);
    if (bench.status().now != before || bench.isBuilding()) quiet.restart();
    const bool isStuck =
        bench.status().state == RunStatus::State::Failed || quiet.elapsed() > 20'000;
    if (!isStuck) continue;
    for (const Note& note : bench.notes())
      if (note.level == Note::Level::Error) return Error{note.text, bench.path().string()};
    return Error{"the run stopped at " + timeText(bench.status().now), bench.path().string()};
  }
  // What the last batch made is in the rings by now.
  bench.tick();
  bench.tick();
  return {};
}

/// Makes a film of a view whose panel is shown.
Result<void> film(const RenderOrder& order, Workbench& bench, Panel& panel, Time end) {
  FilmMaker maker(bench, panel,
                  {order.out, order.from, end, order.framesPerSecond, order.speed, order.size});
  TRY_DO(maker.begin());
  int tenths = 0;
  while (!maker.made()) {
    bench.tick();
    panel.tick(bench.status().now);
    QApplication::processEvents();
    maker.tick();
    QThread::msleep(2);
    if (const int done = static_cast<int>(10 * maker.share()); done > tenths)
      std::fprintf(stderr, "filming %d %%\n", 10 * (tenths = done));
  }
  if (!maker.words().isEmpty()) std::fprintf(stderr, "%s\n", qPrintable(maker.words()));
  if (!*maker.made()) return maker.made()->error();
  return {};
}

}  // namespace

Result<void> render(const RenderOrder& order, const Registry& registry, const Targets& targets,
                    Jobs& jobs) {
  TRY(OpenedProject opened, openProject(order.project, registry));
  TRY(const Id view, itemByPath(opened.project, order.view));
  const std::vector<PanelType> types = panelTypes();
  TRY(const PanelType* type, viewType(types, opened.project, view));
  const Time end = order.time >= 0 ? order.time : durationOf(opened.project);
  Workbench bench(registry, targets, jobs, std::move(opened));
  bench.onAct = [](std::string_view, const Values&) -> Result<Value> { return Value{true}; };
  const std::unique_ptr<Panel> panel = type->make(bench.context(), view);
  QWidget* widget = panel->widget();
  widget->resize(order.size);
  widget->show();
  QApplication::processEvents();
  if (order.isFilm) return film(order, bench, *panel, end);
  TRY_DO(runThrough(bench, end));
  panel->tick(bench.status().now);
  QApplication::processEvents();
  if (bench.status().dropped > 0)
    std::fprintf(stderr, "%llu spikes or events did not fit into the rings and are not drawn\n",
                 static_cast<unsigned long long>(bench.status().dropped));
  if (bench.status().thinned > 0)
    std::fprintf(stderr, "%llu events were too many for a view; 1 of %llu is drawn\n",
                 static_cast<unsigned long long>(bench.status().thinned),
                 static_cast<unsigned long long>(bench.status().thinning));
  const FigureSize size{order.size.width() * 25.4 / kDotsPerInch,
                        order.size.height() * 25.4 / kDotsPerInch, kDotsPerInch};
  auto done = panel->exportTo(order.out, size);
  widget->hide();
  return done;
}

}  // namespace spk
