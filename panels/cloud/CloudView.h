#pragma once
#include <QImage>
#include <QLabel>
#include <QPolygonF>
#include <array>
#include <optional>
#include <vector>

#include "panels/cloud/EventCloud.h"
#include "panels/kit/VtkView.h"

namespace spk::panels::cloud {

class Outline;

/// The scene: cloud, thin box and the names of its axes, turned with the mouse; events in it are
/// selected with a box or a lasso on the screen.
class CloudView : public VtkView {
  Q_OBJECT
 public:
  /// What the left button does; with Ctrl it is a lasso, with Ctrl and Shift a box.
  enum class Tool { Turn, Box, Lasso };
  explicit CloudView(QWidget* parent = nullptr);
  ~CloudView() override;
  EventRing& ring() { return ring_; }
  const CloudLook& look() const { return look_; }
  void show(const CloudLook& look);
  /// Looks at the whole box from above and aside.
  void resetCamera();
  /// The same scene as pixels of another size, with the names of the axes; null without OpenGL.
  QImage picture(QSize pixels) const;
  std::uint64_t uploadedEvents() const;
  std::size_t drawnEvents() const;
  std::uint64_t stride() const;
  void setTool(Tool tool);
  Tool tool() const { return tool_; }
  /// The events in sight whose point lies in the outline [logical px], drawn or thinned out.
  std::vector<std::uint64_t> eventsUnder(const QPolygonF& outline) const;

 Q_SIGNALS:
  void outlined(const QPolygonF& outline);  ///< a box or lasso was drawn to its end
  void escaped();                           ///< Esc was pressed

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Scene;
  struct AxisName {
    QString text;
    QPointF place;  ///< of its middle [logical px]
  };
  std::array<AxisName, 3> axisNames() const;
  void placeNames();
  void showBox();

  EventRing ring_;
  CloudLook look_;
  std::unique_ptr<Scene> scene_;
  std::array<QLabel*, 3> names_{};
  Outline* outline_;
  Tool tool_ = Tool::Turn;
  std::optional<Tool> drawing_;  // what a button that is down draws
  bool turned_ = false;  // by the user, since the last reset: then a new size changes no view
};

}  // namespace spk::panels::cloud
