#pragma once
#include <QGraphicsView>
#include <QPointer>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "panels/graph/GraphScene.h"
#include "panels/graph/gestures.h"
#include "panels/kit/transplant.h"

class QFrame;

namespace spk {
class NodeSearch;
struct CatalogueEntry;
}  // namespace spk

namespace spk::panels::graph {

class InlineEditor;
class MiniMap;

/// The view of the graph: turns mouse and keys into gestures and commands. Mouse: Canvas.cpp, keys:
/// keys.cpp, commands: commands.cpp, what is added: adding.cpp.
class Canvas : public QGraphicsView {
  Q_OBJECT

 public:
  explicit Canvas(PanelContext& context);
  ~Canvas() override;

  PanelContext& context() const { return context_; }
  GraphScene& graph() const { return *graph_; }
  const Project& project() const { return context_.document.project(); }

  double zoom() const { return transform().m11(); }
  void setZoom(double zoom, QPointF fixedInViewport);
  void fit(const QRectF& rect);
  /// All of it, and again with each new size of the view until one pans or zooms.
  void fitAll();
  QPointF centre() const;      ///< of the view, in the scene
  QPointF freeCorner() const;  ///< the top left of such a place
  QPointF freeCentre() const;  ///< where a node may be added without covering another
  void edited(const Edit& edit);
  void tick();

  // For gestures and commands ----
  void select(std::vector<Id> ids);
  /// false: refused, and the words are shown at the cursor.
  bool commit(Edit edit, std::string_view mergeKey = {});
  /// Words near a point of the scene until something else happens.
  void say(const QString& words, QPointF at);
  QString said() const { return said_; }
  void begin(std::unique_ptr<Gesture> gesture);
  Gesture* gesture() const { return gesture_.get(); }
  void cancelGesture();
  static QPointF snapped(QPointF at);

  // Commands ----
  bool act(std::string_view name);
  bool can(std::string_view name) const;
  /// Opens the search; what is chosen appears at `at`, wired to `end` if there is one.
  void openSearch(QPointF at, const Ref& end = {});
  NodeSearch* search() const { return search_; }
  Result<Id> add(std::string_view type, QPointF at, const Ref& end = {}, const Values& begins = {});
  Result<Id> addWired(std::string_view type, QPointF at, const Values& begins);
  Result<std::vector<Id>> addTemplate(const std::filesystem::path& path, QPointF at);
  void rename(Id id);
  void reveal(Id id);
  void addPoint(Id wire, QPointF at);
  void fixNote(Id node);

  /// What has the keyboard, and its port (−1: none).
  Id focusItem() const { return focus_; }
  int focusPort() const { return focusPort_; }
  QString status() const;
  void setFocusItem(Id id, int port = -1);

 protected:
  void drawBackground(QPainter* painter, const QRectF& rect) override;
  void drawForeground(QPainter* painter, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  bool focusNextPrevChild(bool next) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  bool viewportEvent(QEvent* event) override;

 private:
  void setTheme();
  double reach() const;
  Hit hitAt(QPointF scene) const;
  // mouse
  void pressLeft(const Hit& hit, Qt::KeyboardModifiers keys);
  void pressItem(Id id, Qt::KeyboardModifiers keys);
  void releaseRight(QMouseEvent* event);
  void hover(QPointF at);
  void startPan(QPointF at);
  void endPan();
  QString tip(const Hit& hit) const;
  // keys
  bool pressPlain(QKeyEvent* event);
  bool typeValue(const QKeyEvent& event);
  bool pressWithWire(QKeyEvent* event);
  bool pressArrow(QKeyEvent* event);
  void focusTowards(int key, bool extend);
  Id nearestTowards(Id from, int key, bool nodesOnly) const;
  void stepPort(bool input);
  void stepWire(int by);
  void nudge(QPointF by);
  void pan(QPointF by);
  void startWire();
  void tell();
  // commands
  void copy() const;
  bool paste(Incoming incoming);
  bool duplicate();
  bool plant(const Project& from, std::span<const Id> which, QPointF by, Incoming incoming,
             const std::string& title);
  std::vector<Id> selectedNodes() const;
  bool isEmpty() const;
  void placeMap();
  bool mapHasRoom() const;
  bool mapHidesNode() const;
  QPointF freePlace(QPointF at, QSizeF size) const;
  bool frameSelection();
  bool toggle(const char* key);
  bool remove();
  bool selectAll();
  InlineEditor* inlineEdit(const QRectF& box, const QString& text, bool lines,
                           const QString& label = {});
  void showMenu(QPoint global, const Hit& hit, QPointF at);
  std::function<bool(const CatalogueEntry&)> fitsTo(const Ref& end) const;

  PanelContext& context_;
  GraphScene* graph_;
  MiniMap* map_;
  bool mapWanted_ = true;
  QFrame* popup_ = nullptr;
  NodeSearch* search_ = nullptr;
  QPointF searchAt_;
  Ref searchEnd_;
  std::unique_ptr<Gesture> gesture_;
  std::optional<Hit> pressed_;  // left button down, not yet moved far enough
  QPointF pressedAt_, lastScene_;
  QPoint pressedPixel_, panPixel_, rightPixel_;
  Qt::KeyboardModifiers pressedKeys_;
  bool panning_ = false, spaceDown_ = false, toggleOnRelease_ = false;
  Id focus_ = Id::none, hovered_ = Id::none, hoveredWire_ = Id::none;
  int focusPort_ = -1;
  QString said_, told_;
  QPointF saidAt_;
  bool nudging_ = false;
  bool fitted_ = true;  // the view is what fit() made of it: nobody has panned or zoomed
  unsigned ticks_ = 0;
  QPointer<QWidget> editor_;
};

}  // namespace spk::panels::graph
