#pragma once
#include <QMetaObject>
#include <QOpenGLWidget>
#include <memory>

class vtkRenderer;
class vtkGenericOpenGLRenderWindow;

namespace spk {

/// Hosts one VTK scene in a QOpenGLWidget: VTK draws into a framebuffer of its own, which is then
/// copied into the widget's. Survives floating, docking and the loss of the context.
class VtkView : public QOpenGLWidget {
  Q_OBJECT
 public:
  explicit VtkView(QWidget* parent = nullptr);
  ~VtkView() override;
  vtkRenderer* renderer() const;
  vtkGenericOpenGLRenderWindow* renderWindow() const;
  /// How often a GL context was set up: 1, or more after a loss.
  int initialisations() const { return initialisations_; }
  /// Wall time of the last frame [ms].
  double lastFrameMs() const { return lastFrameMs_; }
  /// Whether a mouse button turns or moves the scene just now.
  bool isDragging() const { return dragging_; }

 Q_SIGNALS:
  void painted();
  void dragStarted();
  void dragEnded();
  void contextMenuWanted(const QPoint& place);  ///< a right click without a drag
  void resetWanted();                           ///< a double click

 protected:
  void initializeGL() override;
  void resizeGL(int width, int height) override;
  void paintGL() override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  struct Scene;  // the VTK objects

  void releaseGl();
  void copyToWidget();
  void sendMouse(const QPointF& place, Qt::KeyboardModifiers modifiers, unsigned long vtkEvent);

  std::unique_ptr<Scene> scene_;
  QMetaObject::Connection losing_;
  int initialisations_ = 0;
  int wheel_ = 0;  // of a notch, what is left over
  double lastFrameMs_ = 0;
  bool painting_ = false;
  bool dragging_ = false;
  QPoint pressedAt_;
};

}  // namespace spk
