#include "app/shots.h"

#include <QApplication>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>
#include <cstdio>
#include <fstream>

#include "app/CommandPalette.h"
#include "app/Docks.h"
#include "app/MainWindow.h"
#include "app/demos.h"
#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"

namespace spk {
namespace fs = std::filesystem;
namespace {

/// The window under the hand of a photographer: goes to a state, waits until it is there, shoots.
class Studio {
 public:
  Studio(fs::path folder, const Registry& registry, const Targets& targets, Jobs& jobs)
      : folder_(std::move(folder)),
        settings_(registry, fs::path(scratch_.path().toStdString()) / "settings.spk"),
        registry_(registry) {
    setTheme(ThemeKind::Dark, 1);
    window_ = std::make_unique<MainWindow>(registry, targets, jobs, settings_);
    window_->askBeforeLoss(false);
    window_->resize(1600, 1000);
    window_->show();
  }

  Result<void> shootAll() {
    window_->showStart(true);
    TRY_DO(shoot("start"));
    window_->startNew();
    TRY_DO(shoot("empty"));
    for (const DemoCard& demo : listDemos()) TRY_DO(shootDemo(demo));
    TRY_DO(shootStates());
    return shootTroubles();
  }

 private:
  static void pass(int milliseconds) {
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < milliseconds) {
      QApplication::processEvents(QEventLoop::AllEvents, 10);
      QThread::msleep(2);
    }
  }
  static bool until(const std::function<bool()>& reached, int milliseconds = 60'000) {
    QElapsedTimer clock;
    clock.start();
    while (!reached() && clock.elapsed() < milliseconds) pass(10);
    return reached();
  }

  Result<void> save(const QPixmap& picture, const std::string& name) {
    const fs::path file = folder_ / (name + ".png");
    if (!picture.save(QString::fromStdString(file.string())))
      return Error{"cannot be written", file.string()};
    std::printf("%s\n", file.c_str());
    return {};
  }
  Result<void> shoot(const std::string& name, int settle = 300) {
    pass(settle);
    return save(window_->grab(), name);
  }

  Result<void> openPlaying(const fs::path& project, Time t) {
    TRY_DO(window_->open(project, MainWindow::Begin::Playing));
    const bool reached = until([&] {
      const Workbench* bench = window_->bench();
      return bench && bench->path() == fs::absolute(project) && bench->status().now >= t;
    });
    if (!reached) return Error{"did not run", project.string()};
    return {};
  }

  Result<void> shootDemo(const DemoCard& demo) {
    // A fifth of its time, so that what needs some time to be sure has something to show.
    const auto loaded = load(demo.project, registry_);
    const double seconds =
        loaded ? numberOr(loaded.value().project.settings().values, "duration", 10) : 10;
    TRY_DO(openPlaying(demo.project, std::max(3 * kSecond, fromMilliseconds(200 * seconds))));
    TRY_DO(shoot("demo_" + demo.id));
    for (const auto& [id, item] : window_->bench()->project().items) {
      QDockWidget* dock = window_->docks()->viewDock(id);
      if (!dock) continue;
      dock->raise();
      pass(250);
      TRY_DO(save(dock->grab(), "panel_" + demo.id + "_" + textOr(item.values, "name", item.type)));
    }
    return {};
  }

  Result<void> shootStates() {
    TRY_DO(openPlaying(resourceFolder() / "demos" / "ei_balance" / "project.spk", 3 * kSecond));
    TRY(const Id e, itemByPath(window_->bench()->project(), "E"));
    window_->bench()->select({e});
    TRY_DO(shoot("running"));
    window_->setLight(true);
    TRY_DO(shoot("running_light"));
    window_->setLight(false);
    for (const auto& [id, item] : window_->bench()->project().items)
      if (auto* plot = dynamic_cast<PlotPanel*>(window_->docks()->viewPanel(id)))
        plot->freeze(true);
    TRY_DO(shoot("frozen", 900));
    window_->bench()->pause();
    TRY_DO(shoot("paused"));
    window_->setScale(2);
    window_->resetLayout();
    TRY_DO(shoot("scale_200"));
    window_->setScale(1);
    window_->resize(1280, 720);
    TRY_DO(shoot("narrow"));
    window_->resize(1600, 1000);
    window_->showCommands();
    pass(200);
    if (QWidget* popup = QApplication::activePopupWidget()) {
      TRY_DO(save(popup->grab(), "commands"));
      popup->hide();
    }
    Result<void> shortcuts;
    QTimer::singleShot(300, [&] {
      if (QWidget* dialog = QApplication::activeModalWidget()) {
        shortcuts = save(dialog->grab(), "shortcuts");
        dialog->close();
      }
    });
    window_->showShortcuts();
    TRY_DO(shortcuts);
    window_->toggleText();
    TRY_DO(shoot("project_text"));
    window_->toggleText();
    return {};
  }

  /// Writes a project into the scratch folder.
  Result<fs::path> scratch(const std::string& name, const std::string& text) {
    const fs::path file = fs::path(scratch_.path().toStdString()) / name;
    std::ofstream(file) << text;
    return file;
  }

  Result<void> shootTroubles() {
    // A threshold below the reset: the node says so, with a fix where one is known.
    Project project = emptyProject();
    Item neuron{Id{2}, "neuron.lif_delta", {}, {}, {}, {}};
    neuron.values = {{"name", std::string("E")},
                     {"n", std::int64_t{100}},
                     {"V_th", -80.0},
                     {"x", 300.0},
                     {"y", 100.0}};
    Item view{Id{3}, "view.raster", {}, {}, {}, {}};
    view.values = {{"name", std::string("Raster")}, {"x", 640.0}, {"y", 100.0}};
    Item stream{Id{4}, "source.event_stream", {}, {}, {}, {}};
    stream.values = {{"name", std::string("camera")},
                     {"file", std::string("moved_away.raw")},
                     {"x", 300.0},
                     {"y", 300.0}};
    project.items = {
        {Id::settings, project.settings()}, {Id{2}, neuron}, {Id{3}, view}, {Id{4}, stream}};
    project.nextId = 5;
    TRY(const fs::path faulty, scratch("faulty.spk", projectText(project)));
    TRY_DO(window_->open(faulty));
    if (!until([&] {
          return window_->bench()->path() == faulty && !window_->bench()->notes().empty();
        }))
      return Error{"no note came", "faulty.spk"};
    if (QDockWidget* notes = window_->docks()->find(QStringLiteral("dock.notes"))) notes->raise();
    TRY_DO(shoot("node_error_missing_file"));
    TRY(const fs::path damaged,
        scratch("damaged.spk", "{\"spikarium\": 1, \"items\": [{\"id\": 1"));
    (void)window_->open(damaged);
    pass(600);
    TRY_DO(shoot("damaged_file"));
    // A job that takes its time.
    Jobs& jobs = window_->bench()->jobs();
    auto slow = jobs.start("read a long recording", [](JobControl& control) {
      for (int i = 0; i < 300 && !control.stopped(); ++i) {
        control.progress(i / 300.0);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      return 0;
    });
    TRY_DO(shoot("long_job", 1500));
    for (const JobStatus& job : jobs.list()) job.control->stop();
    slow.wait();
    return {};
  }

  fs::path folder_;
  QTemporaryDir scratch_;
  Settings settings_;
  const Registry& registry_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace

Result<void> makeShots(const fs::path& folder, const Registry& registry, const Targets& targets,
                       Jobs& jobs) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return Error{failed.message(), folder.string()};
  return Studio(folder, registry, targets, jobs).shootAll();
}

}  // namespace spk
