#pragma once
#include <QWidget>
#include <vector>

class QDockWidget;
class QMainWindow;
class QToolButton;

namespace spk {

/// The one line above a dock: the tabs of all docks that share its place, at right one line of
/// facts. Takes the place of Qt's title bar and of its tab bar, which would be two lines.
class DockHead : public QWidget {
  Q_OBJECT
 public:
  DockHead(QDockWidget& dock, QMainWindow& window);

  void showFacts(const QString& facts);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  /// The tab of `dock` in this head; empty if it is not among them.
  QRect tabRect(const QDockWidget* dock) const;

 Q_SIGNALS:
  void menuAsked(QPoint globalPlace);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Tab {
    QDockWidget* dock;
    QRect place;
  };
  std::vector<Tab> tabs() const;
  void dress();

  QDockWidget& dock_;
  QMainWindow& window_;
  QToolButton* menu_;
  QString facts_;
  const QDockWidget* hovered_ = nullptr;
};

}  // namespace spk
