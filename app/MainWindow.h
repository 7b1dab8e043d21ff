#pragma once
#include <QElapsedTimer>
#include <QMainWindow>
#include <QTimer>
#include <future>
#include <memory>
#include <string>

#include "app/Latency.h"
#include "app/Settings.h"
#include "app/Workbench.h"
#include "panels/graph/GraphPanel.h"

class QAction;
class QLabel;
class QMenuBar;
class QPlainTextEdit;
class QStackedWidget;
class QTabWidget;
class QVBoxLayout;

namespace spk {

class CommandPalette;
class Docks;
class ExportDesk;
class LessonDesk;
class StartPage;
class MessageBar;
class StatusLine;

/// The window of the workbench: bars, the graph, docks around it; made anew for each project.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  MainWindow(const Registry& registry, const Targets& targets, Jobs& jobs, Settings& settings);
  ~MainWindow() override;

  // Projects --------------------------------------------------------------------------------------
  enum class Begin { Paused, Playing };
  void hold(OpenedProject opened, Begin begin = Begin::Paused);
  Workbench* bench() const { return bench_.get(); }
  void startNew();
  /// A project, or a file that becomes a node; empty: asks which.
  Result<void> open(const std::filesystem::path& path, Begin begin = Begin::Paused);
  Result<void> drop(const std::filesystem::path& path, double x, double y);
  Result<void> save();
  Result<void> saveAs(std::filesystem::path path);
  Result<void> exportView(Id view, std::filesystem::path path);
  /// Events of the item in the values, else of what is selected, between its marks.
  Result<void> exportEvents(const Values& values);
  /// A film of the view in the values, else of the one at the front, between the marks.
  Result<void> exportFilm(const Values& values);
  Result<void> exportClip(const Values& values);
  ExportDesk* exports() const { return exports_.get(); }
  Result<void> record(std::filesystem::path path);
  void showStart(bool shown);
  bool isStartShown() const;
  /// Closes without a question, whatever is not saved.
  void closeQuietly();
  /// Whether a person is asked before edits that are not saved are left; at first, yes.
  void askBeforeLoss(bool asks);

  // Panels ----------------------------------------------------------------------------------------
  GraphPanel* graph() const { return graph_.get(); }
  Docks* docks() const { return docks_.get(); }
  MessageBar* messages() const { return messages_; }
  void reveal(Id item);
  void say(const QString& words);
  void toggleDock(const char* name);
  bool isDockSeen(const char* name) const;
  void resetLayout();
  void toggleText();
  bool isTextShown() const;
  bool hasLesson() const { return lesson_ != nullptr; }
  Result<void> lessonAct(std::string_view what, const Values& values);

  // Looks -----------------------------------------------------------------------------------------
  bool isLight() const { return settings_.isLight(); }
  void setLight(bool light);
  double scale() const { return settings_.scale(); }
  void setScale(double scale);
  void showCommands();
  void showShortcuts();
  void showAbout();
  Result<void> stepPace(Workbench& bench, int by);

  /// A row of the action table, or of the canvas, by name; what it answers.
  Result<Value> act(std::string_view name, const Values& values = {});
  /// Does it, and says on the message bar what kept it from being done.
  void actAloud(std::string_view name, const Values& values = {});

 Q_SIGNALS:
  /// After each tick in which anything moved: for pictures and tests.
  void ticked();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void customEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void buildBars();
  void buildMenus();
  void buildCentre();
  void dress();
  /// Asks if there are edits to lose, and saves if told to. @return false: stay.
  bool mayLetGo();
  void letGo();
  void fillMenu(const char* name);
  void greyActions();
  void tick();
  void edited(const Edit& edit);
  void showTitle();
  void showText();
  void offerRecovery();
  void offerVersionBefore(const std::filesystem::path& file, const Error& error);
  void recover();
  void finishOpening();
  bool watchSpace(QEvent* event);

  const Registry& registry_;
  const Targets& targets_;
  Jobs& jobs_;
  Settings& settings_;

  std::unique_ptr<Workbench> bench_;
  std::unique_ptr<GraphPanel> graph_;
  std::unique_ptr<LessonDesk> lesson_;
  std::unique_ptr<Panel> transport_;
  std::unique_ptr<Docks> docks_;
  std::unique_ptr<ExportDesk> exports_;

  QWidget *head_ = nullptr, *top_ = nullptr;
  QVBoxLayout* headColumn_ = nullptr;
  QMenuBar* menus_ = nullptr;
  QLabel* file_ = nullptr;
  MessageBar* messages_ = nullptr;
  StatusLine* status_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  QTabWidget* centre_ = nullptr;
  StartPage* start_ = nullptr;
  QPlainTextEdit* text_ = nullptr;
  CommandPalette* commands_ = nullptr;
  std::vector<std::pair<std::string, QAction*>> actions_;

  std::future<Result<OpenedProject>> opening_;
  std::filesystem::path openingFile_;
  QString recoveryWords_;  // of the bar that offers it
  Begin openingBegin_ = Begin::Paused;
  QTimer timer_;
  QElapsedTimer sinceSecond_;
  int ticks_ = 0;
  double ticksPerSecond_ = 30;
  Latency latency_;
  bool textStale_ = true, quiet_ = false, spaceHeld_ = false, spaceUsed_ = false;
  bool startShown_ = false, titleSaysEdited_ = false;
  int fitIn_ = 0;  // ticks until the canvas has its size and shows the whole graph
};

}  // namespace spk
