#pragma once
#include <QObject>
#include <QString>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/Workbench.h"
#include "panels/kit/Panel.h"

class QDockWidget;
class QMainWindow;

namespace spk {

class DockHead;

/// The docks around the graph: one for each fixed panel and for each view of the project, and their
/// arrangement, which is an item of the project (layout.window).
class Docks : public QObject {
  Q_OBJECT
 public:
  Docks(QMainWindow& window, Workbench& bench);
  ~Docks() override;

  enum class Place { Left, Right, Bottom };
  /// A panel that every project has; one of the same place and row becomes a tab.
  QDockWidget* add(const char* name, const QString& title, Place place,
                   std::unique_ptr<Panel> panel);
  /// Once, after all of add(): docks for the views, the default sizes, the project's arrangement.
  /// `front`: the tab that is seen where nothing else is said.
  void arrange(const char* front);
  void edited(const Edit& edit);
  void tick(const Workbench::Moved& moved);

  QDockWidget* find(const QString& objectName) const;
  QDockWidget* viewDock(Id view) const;
  Panel* viewPanel(Id view) const;
  /// The view whose dock has the focus, else the first that is to be seen; Id::none without views.
  Id currentView() const;
  void show(QDockWidget* dock);
  void toggle(QDockWidget* dock);
  /// Out of the window, or back into it.
  void toggleFloating(QDockWidget* dock);
  /// As the program arranges them by itself; an edit.
  void reset();
  /// Before they all are hidden for another page, and after.
  void hideAll();
  void showAll();
  std::vector<QDockWidget*> all() const;

 private:
  struct Docked {
    QDockWidget* dock = nullptr;
    DockHead* head = nullptr;
    std::unique_ptr<Panel> panel;
    Id item = Id::none;
    int row = 0;        // its place at the bottom: of its kind (rowOf), or one of its own
    bool stale = true;  // something moved while it could not be seen
  };
  bool eventFilter(QObject* watched, QEvent* event) override;
  Docked& make(const QString& name, const QString& title, std::unique_ptr<Panel> panel);
  void syncViews();
  int rowOf(const std::string& type) const;
  void placeView(Docked& docked);
  void size();
  void askMenu(QDockWidget* dock, QPoint at);
  /// Before a hand changes the arrangement, and after.
  void begin();
  void gesture();
  void keepArrangement();
  void applyArrangement(const Edit& edit);
  void remember();
  void rememberSoon();
  QString viewTitle(const Item& item) const;
  void updateHeads();

  QMainWindow& window_;
  Workbench& bench_;
  std::map<std::string, std::unique_ptr<Panel> (*)(PanelContext&, Id)> makers_;
  std::map<std::string, std::vector<Signal>> accepts_;
  std::vector<std::unique_ptr<Docked>> docked_;
  QByteArray default_, now_, beforePage_;
  std::map<Id, QByteArray> left_;  // the arrangement that a view was taken out of
  // What was seen before an edit: by the states that it set and that it replaced.
  std::map<std::pair<QByteArray, QByteArray>, QByteArray> seen_;
  bool arranging_ = false, arranged_ = false, pressed_ = false, settles_ = false, moving_ = false;
  int order_ = 0;
};

}  // namespace spk
