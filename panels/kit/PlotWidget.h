#pragma once
#include <QFrame>
#include <QWidget>
#include <optional>

#include "panels/kit/Figure.h"
#include "panels/kit/painter.h"

class QToolButton;

namespace spk {

class EmptyNote;

/// Shows one Figure, painted by QPainter or Dear ImGui, and turns wheel, drags, clicks and keys
/// into wishes of other ranges. It knows nothing of where figures come from.
class PlotWidget : public QWidget {
  Q_OBJECT
 public:
  explicit PlotWidget(Painter painter, QWidget* parent = nullptr);
  ~PlotWidget() override;
  void show(Figure figure);
  const Figure& figure() const { return figure_; }
  /// What is said, and on the button, while nothing is connected; no words: the plot is shown.
  void setEmpty(const QString& words, const QString& button);
  void setFrozen(bool frozen);
  void setFollowing(bool following);
  /// The widget that is painted on.
  QWidget* surface() const { return surface_; }
  /// A blank figure of the size and pixel ratio of the surface.
  Figure blank() const;
  /// What the surface shows now, as pixels.
  QImage grabPixels();
  QSize sizeHint() const override { return {480, 280}; }

 Q_SIGNALS:
  void geometryChanged();  ///< size, pixel ratio or theme: the figure must be made anew
  /// To another place: a box, a pan. None: as it is.
  void zoomWanted(std::optional<spk::Range> x, std::optional<spk::Range> y);
  /// Nearer or further about a point: the wheel.
  void scaleWanted(std::optional<spk::Range> x, std::optional<spk::Range> y);
  void resetWanted();
  void clicked(QPointF value);  ///< in the coordinates of the axes
  void freezeWanted(bool frozen);
  void menuWanted(QPoint globalPlace);
  void connectWanted();  ///< the button of the empty state

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  enum class Drag { None, Box, Pan };
  bool pressed(const QPoint& place, Qt::MouseButton button, Qt::KeyboardModifiers modifiers);
  bool moved(const QPoint& place);
  bool released(const QPoint& place, Qt::MouseButton button);
  bool turned(QPointF place, double notches, Qt::KeyboardModifiers modifiers);
  bool typed(int key);
  void zoomAbout(QPointF place, double factor, bool x, bool y);
  void panBy(QPointF pixels, const Figure& from);
  void zoomToBox(const QRectF& box);
  void place();
  void showTools();

  Figure figure_;
  QWidget* surface_ = nullptr;
  EmptyNote* empty_ = nullptr;
  QFrame* tools_ = nullptr;
  QToolButton *follow_ = nullptr, *freeze_ = nullptr, *menu_ = nullptr;
  Drag drag_ = Drag::None;
  QPoint dragFrom_;
  Figure dragFigure_;
  bool under_ = false;  // the mouse is over us
  bool following_ = true;
};

}  // namespace spk
